import Addresses

/// What the files of another program may tell a link by.
public final class ManagedLink {
  /// Its name now, and those that it is about to have.
  public var names: [String]
  public var macAddress: MACAddress?
  public var permanentMACAddress: MACAddress?
  public var driver: String?
  /// `IFLA_INFO_KIND`; a NIC has none.
  public var kind: String?
  /// Hardware type `ARPHRD_ETHER`.
  public var isEthernet = true

  public init(names: [String]) {
    self.names = names
  }

  func has(_ address: String) -> Bool {
    isAddress(address, macAddress) || isAddress(address, permanentMACAddress)
  }

  var isLoopback: Bool { fits("lo", names) }

  /// A NIC, or what passes for one.
  var isNIC: Bool {
    if let kind, !isWord(kind, "veth") { return false }
    return isEthernet
  }
}

/// Whether the text is this address.
@inline(never)
func isAddress(_ text: String, _ address: MACAddress?) -> Bool {
  guard let address, let other = MACAddress(text) else { return false }
  return address == other
}

/// Whether one of the shell wildcard patterns fits one of the names.
@inline(never)
func fits(_ patterns: [String], _ names: [String]) -> Bool {
  for pattern in patterns {
    let glob = Glob(pattern)
    for name in names where glob.matches(name) { return true }
  }
  return false
}

/// Whether the pattern fits one of the names.
@inline(never)
func fits(_ pattern: String, _ names: [String]) -> Bool { fits([pattern], names) }

/// A text that begins with a `!`, without it; `nil`: it does not.
@inline(never)
func negated(_ pattern: String) -> String? {
  let bytes = [UInt8](pattern.utf8)
  if bytes.isEmpty || bytes[0] != UInt8(ascii: "!") { return nil }
  return text(bytes, from: 1, to: bytes.count)
}

/// Whether a setting that is `isYes` or not by default is so; the words of both formats.
@inline(never)
func isYes(_ value: String?, else isYes: Bool) -> Bool {
  guard let first = value?.utf8.first else { return isYes }
  switch first {
  case UInt8(ascii: "y"), UInt8(ascii: "t"), UInt8(ascii: "1"): return true
  case UInt8(ascii: "n"), UInt8(ascii: "f"), UInt8(ascii: "0"): return false
  default: return isWord(value ?? "", "on")
  }
}

/// Whether a text is this word: a call, and the word as it lies in the program.
@inline(never)
func isWord(_ text: String, _ word: StaticString) -> Bool { text == word.description }
