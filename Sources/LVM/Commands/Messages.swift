/// What LVM's program wrote, line by line and without its indentation.
public struct Messages {
  public private(set) var lines: [String] = []
  /// The number of the last command that said anything in a script that marks its commands'
  /// messages; 0: none did. A command that fails always says why.
  public private(set) var lastCommand = 0

  /// `commands`: how many the script has; 0 for a single one, whose messages bear no mark.
  public init(_ output: [UInt8], commands: Int) {
    for line in output.split(separator: UInt8(ascii: "\n")) {
      var text = line
      if let (number, rest) = Self.mark(line), number >= 1, number <= commands {
        lastCommand = max(lastCommand, number)
        text = rest
      }
      text = text.drop { $0 == UInt8(ascii: " ") }
      if !text.isEmpty { lines.append(String(decoding: text, as: UTF8.self)) }
    }
  }

  /// `<number> <message>`.
  private static func mark(_ line: ArraySlice<UInt8>) -> (Int, ArraySlice<UInt8>)? {
    guard let blank = line.firstIndex(of: UInt8(ascii: " ")) else { return nil }
    let digits = line[..<blank]
    guard !digits.isEmpty, digits.count < 6 else { return nil }
    var number = 0
    for digit in digits {
      guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
      number = number * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return (number, line[(blank + 1)...])
  }
}
