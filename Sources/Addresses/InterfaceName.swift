/// A name that the kernel accepts for a network interface: 1 to 15 bytes, not `.` or `..`,
/// without `/`, `:` and white space; nor with `%`, which the kernel takes for the place of a
/// number of its choice. Source: `dev_valid_name`, `dev_get_valid_name`, net/core/dev.c.
public struct InterfaceName: Hashable, Sendable {
  public let text: String

  public init?(_ text: Substring) { self.init(String(text)) }

  public init?(_ text: String) {
    let forbidden: (UInt8) -> Bool = {
      switch $0 {
      case UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "%"), 0, 0x20, 0x09...0x0D: true
      default: false
      }
    }
    guard (1...15).contains(text.utf8.count), text != ".", text != "..",
      !text.utf8.contains(where: forbidden)
    else { return nil }
    self.text = String(text)
  }
}

extension InterfaceName: CustomStringConvertible {
  public var description: String { text }
}
