/// One text for every source:
///
///     policy  = "none" | item *("," item)
///     item    = "reserve=" amount | target *(sep (share | "max=" size))
///     sep     = ":" | white space
///     target  = mount point | group "/" volume | "/dev/" path
///     share   = 1*3DIGIT "%"                           from 1 to 100
///     amount  = size | share
///     size    = 1*DIGIT [K | M | G | T | P] [B | iB]   powers of 1024; bytes without a letter
///
/// White space beside a comma or a colon is passed over. A backslash takes the next character as
/// it is: a comma, a colon, a space or a backslash inside a path is written behind one.
///
/// A mount point is an absolute path without `.` and `..`. `/dev/<group>/<volume>` is a logical
/// volume, unless the group's name is that of a directory of the kernel's or udev's (`mapper`,
/// `disk`, `block`, `md`, `cciss`); any other path below `/dev` is a device. Sizes are as lvm(8)
/// reads them: `20GB` is `20G`, in letters of either case; unlike there, no fractions.
///
/// With several volumes either each has a share or none has.
extension GrowthPolicy {
  public init(text: String) throws(GrowthPolicyError) {
    try self.init(words: [text])
  }

  /// The words of a command line, or the items of a list; each is one item, or several between
  /// commas.
  public init(words: [String]) throws(GrowthPolicyError) {
    var builder = GrowthPolicyBuilder()
    for word in words { try builder.add(word) }
    self = try builder.policy()
  }
}

extension GrowthPolicy: CustomStringConvertible {
  /// In the grammar, in its shortest form.
  public var description: String {
    var items = volumes.map { $0.description }
    if let reserve { items.append("reserve=\(reserve)") }
    return items.isEmpty ? "none" : items.joined(separator: ",")
  }
}

extension GrowthPolicy.Volume: CustomStringConvertible {
  /// `/:70%:max=20G`
  public var description: String {
    var text = target.escaped
    if let share { text += ":\(share)%" }
    if let cap { text += ":max=\(sizeText(cap))" }
    return text
  }
}

extension GrowthPolicy.Amount: CustomStringConvertible {
  public var description: String {
    switch self {
    case .bytes(let bytes): sizeText(bytes)
    case .percent(let percent): "\(percent)%"
    }
  }
}

extension GrowthPolicy.Target: CustomStringConvertible {
  /// The path, or `vg0/root`; nothing is escaped.
  public var description: String {
    switch self {
    case .mountPoint(let path), .device(let path): path
    case .logicalVolume(let group, let name): "\(group)/\(name)"
    }
  }

  /// As the grammar wants it.
  fileprivate var escaped: String {
    var bytes: [UInt8] = []
    for byte in description.utf8 {
      switch byte {
      case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "\\"), UInt8(ascii: " "):
        bytes.append(UInt8(ascii: "\\"))
      default: break
      }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
