import LVMCommands

extension Target {
  /// What LVM's program says, of a single command and of a script.
  static let lvmOutput = Target(
    name: "lvm-output", longest: 512, memory: Allowance(floor: 8192, perByte: 64),
    work: Allowance(floor: 1000, perByte: 100)
  ) { bytes in
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    for commands in [0, 3] {
      let messages = Messages(bytes, commands: commands)
      expect((0...commands).contains(messages.lastCommand), "no such command was given")
      expect(messages.lines.count <= lines.count, "it says more than it said")
      expect(!messages.lines.contains { $0.isEmpty || $0.hasPrefix(" ") }, "a line is indented")
    }
  }

  /// Words, a zero byte between them, as a line for LVM, taken apart again as LVM does it.
  static let lvmCommand = Target(
    name: "lvm-command", longest: 512, memory: Allowance(floor: 16 << 10, perByte: 128),
    work: Allowance(floor: 2000, perByte: 200)
  ) { bytes in
    let words = bytes.split(separator: 0, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    if let line = try? LVMCommandLine.line(words) {
      expect(lvmWords(line).elementsEqual(words.map { [UInt8]($0.utf8) }), "LVM reads other words")
    }
    if let script = LVMCommandLine.script([words, words], configuration: "") {
      let lines = script.utf8.split(separator: UInt8(ascii: "\n"))
      expect(lines.count == 3 && lines.allSatisfy { $0.count <= 254 }, "LVM cuts the script")
    }
  }

  /// As `lvm_split` of LVM2's tools/lvmcmdline.c does it: a word begins at what is no white space,
  /// is ended by white space or by the quote that it begins with, and `#` begins a comment.
  private static func lvmWords(_ line: String) -> [[UInt8]] {
    let text = [UInt8](line.utf8)
    func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
    var words: [[UInt8]] = []
    var place = 0
    while true {
      while place < text.count, isSpace(text[place]) { place += 1 }
      guard place < text.count, text[place] != UInt8(ascii: "#") else { return words }
      var quote: UInt8?
      if text[place] == UInt8(ascii: "'") || text[place] == UInt8(ascii: "\"") {
        quote = text[place]
        place += 1
      }
      let start = place
      while place < text.count, quote.map({ text[place] != $0 }) ?? !isSpace(text[place]) {
        place += 1
      }
      words.append([UInt8](text[start..<place]))
      place += 1
    }
  }
}
