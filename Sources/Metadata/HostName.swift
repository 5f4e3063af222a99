/// The name of a host: labels of letters, digits and hyphens between dots (RFC 1123, section
/// 2.1), a label of 1 to 63 bytes without a hyphen at either end, 253 bytes in all. A dot at the
/// end is dropped. An underscore is no letter of RFC 1123, but many a virtual machine has one in
/// its name, and no program refuses it.
struct HostName: Equatable {
  /// The first label; the kernel's limit of 64 bytes (HOST_NAME_MAX) is beyond that of a label.
  let short: String
  /// The whole name, if it has a domain.
  let full: String?

  init?(_ text: String) {
    let name = text.utf8.last == UInt8(ascii: ".") ? String(text.dropLast()) : text
    guard isDomainName(name) else { return nil }
    let label = name.utf8.prefix { $0 != UInt8(ascii: ".") }
    short = String(decoding: label, as: UTF8.self)
    full = short.utf8.count == name.utf8.count ? nil : name
  }

  static let expected = "a host name of letters, digits, hyphens and dots"
}

/// By the rule of `HostName`, without a dot at the end.
func isDomainName(_ text: String) -> Bool {
  let dot = UInt8(ascii: ".")
  let hyphen = UInt8(ascii: "-")
  var length = 0
  var previous = dot
  for byte in text.utf8 {
    switch byte {
    case dot:
      guard length > 0, previous != hyphen else { return false }
      length = -1
    case hyphen:
      guard length > 0 else { return false }
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
      break
    default:
      return false
    }
    length += 1
    guard length <= 63 else { return false }
    previous = byte
  }
  return length > 0 && previous != hyphen && text.utf8.count <= 253
}
