import Configuration

/// One line of a diagnosis.
public final class Finding {
  public let state: State
  /// `nil`: of the guest as a whole.
  public let link: String?
  public let subject: Subject
  public let text: String
  /// What to do about it.
  public let hint: String?

  public enum State: String {
    case ok, wrong, unknown
  }

  public enum Subject: String {
    case metadata, link, address, route, neighbor, rule, gateway, router, resolver
  }

  @inline(never)
  init(
    _ state: State, _ link: String?, _ subject: Subject, _ text: Message, hint: Message? = nil
  ) {
    self.state = state
    self.link = link
    self.subject = subject
    self.text = text.text
    self.hint = hint?.text
  }
}

extension Message {
  /// A text with a part in place of each `%`: one call, where an interpolation is one for each
  /// piece.
  @inline(never)
  init(_ text: StaticString, _ first: String, _ second: String = "", _ third: String = "") {
    var whole: [UInt8] = []
    var filled = 0
    for byte in [UInt8](text.description.utf8) {
      if byte != UInt8(ascii: "%") {
        whole.append(byte)
        continue
      }
      whole += [UInt8]((filled == 0 ? first : filled == 1 ? second : third).utf8)
      filled += 1
    }
    self = "\(String(decoding: whole, as: UTF8.self))"
  }
}
