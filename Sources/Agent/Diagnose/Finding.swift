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
