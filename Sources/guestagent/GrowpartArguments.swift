import Bytes
import Configuration
import Linux

/// The words that follow `growpart`, as cloud-utils' program takes them:
///
///     [-N|--dry-run] [-v|--verbose] [--fudge BYTES] [--free-percent PERCENT]
///     [-u|--update auto|on|off|force] [--] DISK NUMBER
///
/// A value is the next word, or stands behind `=` after a long option. The last of an option
/// counts. Source: growpart(1) and the program itself, cloud-utils 0.33.
struct GrowpartArguments {
  var disk = ""
  /// A decimal number, of any length.
  var partition = ""
  var fudge: UInt64 = 1 << 20
  var freePercent: UInt64?
  var tellsKernel = true
  var dryRun = false
  var verbosity = 0
  var wantsHelp = false
  var wantsVersion = false

  enum Failure: Error, Equatable {
    /// Said after the usage.
    case missing(String)
    case wrong(String)
  }

  init(_ words: [String]) throws(Failure) {
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("-") else {
        if disk.isEmpty {
          disk = word
        } else if partition.isEmpty {
          partition = word
        } else {
          throw .wrong("confused by arg \(word)")
        }
        continue
      }
      let equals = word.hasPrefix("--") ? word.utf8.firstIndex(of: UInt8(ascii: "=")) : nil
      let name = String(equals.map { word[..<$0] } ?? word[...])
      let attached = equals.map { String(word[word.utf8.index(after: $0)...]) }
      func value() -> String { attached ?? rest.popFirst() ?? "" }
      switch Word(name) {
      case "--fudge":
        let text = value()
        guard let bytes = UInt64(decimal: text) else { throw .wrong("invalid --fudge option: \(text)") }
        fudge = bytes
        continue
      case "--free-percent":
        let text = value()
        guard let percent = UInt64(decimal: text), (1...99).contains(percent) else {
          throw .wrong("unknown/invalid --free-percent option: \(text)")
        }
        freePercent = percent
        continue
      case "--update", "-u":
        let text = value()
        switch Word(text) {
        case "auto", "on", "force": tellsKernel = true
        case "off": tellsKernel = false
        default: throw .wrong("unknown --update option: \(text)")
        }
        continue
      default: break
      }
      switch Word(word) {
      case "-N", "--dry-run": dryRun = true
      case "-v", "--verbose": verbosity += 1
      case "-h", "--help":
        wantsHelp = true
        return
      case "--version":
        wantsVersion = true
        return
      // What follows is passed over, as growpart does.
      case "--": rest = []
      default: throw .wrong("unknown option \(word)")
      }
    }
    guard !disk.isEmpty else { throw .missing("must supply disk and partition-number") }
    guard !partition.isEmpty else { throw .missing("must supply partition-number") }
    guard FileTree(root: "").exists(disk) else { throw .wrong("\(disk): does not exist") }
    guard partition.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      throw .wrong("partition-number must be a number")
    }
  }
}
