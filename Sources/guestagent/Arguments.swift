import Agent
import Bytes
import Configuration
import Linux

enum Command: String {
  case apply, watch, down, config, status, diagnose, grow, check
}

extension Command {
  /// The command that an option is for alone.
  static func only(for option: String) -> Command? {
    switch Word(option) {
    case "--strict": .check
    case "--restore": .grow
    case "--no-grow", "--no-reread": .watch
    default: nil
    }
  }

  /// Whether an option means something: who gives another is told, not left to think it counts.
  func takes(_ option: String) -> Bool {
    if let only = Self.only(for: option) { return self == only }
    switch Word(option) {
    case "--leave-managed": return self == .apply || self == .watch || self == .status
    case "--metadata", "--cmdline", "--root": return self != .check
    case "--interface": return self != .grow && self != .check
    case "--wait": return self != .grow && self != .check && self != .diagnose
    case "--wait-dad", "--dry-run": break
    case "--json": return self != .watch
    default: return true
    }
    switch self {
    case .check, .diagnose, .watch: return false
    case .grow: return option == "--dry-run"
    case .apply, .down, .config, .status: return true
    }
  }
}

/// The words after the program's name:
///
///     guestagent COMMAND [OPTION...]
///     guestagent grow [TARGET...] [OPTION...]
///     guestagent check PATH... [--json] [--strict]
///
/// An option's value is the next word, or stands behind `=`. Options and the command may come in
/// any order; the last of an option counts. `--` is passed over, as the kernel puts it before the
/// words for init.
struct Arguments {
  var command: Command?
  var options = Options()
  var json = false
  /// What `grow` is to grow, an item of a policy each; empty: as the policy says.
  var targets: [String] = []
  var restores = false
  /// What `check` is to check.
  var paths: [String] = []
  /// Whether warnings count for `check`.
  var isStrict = false
  var wantsHelp = false
  var wantsVersion = false

  init(_ words: [String]) throws(UsageError) {
    var waitSeconds: Int?
    var given: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("-") else {
        if command == .grow {
          targets.append(word)
          continue
        }
        if command == .check {
          paths.append(word)
          continue
        }
        guard command == nil else { throw .unexpected(word) }
        guard let command = Command(rawValue: word) else { throw .unknownCommand(word) }
        self.command = command
        continue
      }
      let equals = word.utf8.firstIndex(of: UInt8(ascii: "="))
      let name = String(equals.map { word[..<$0] } ?? word[...])
      let attached = equals.map { String(word[word.utf8.index(after: $0)...]) }
      given.append(name)
      func value() throws(UsageError) -> String {
        guard let value = attached ?? rest.popFirst() else { throw .valueMissing(name) }
        // A shell's unset variable must not mean the running guest, or its root directory.
        guard !value.isEmpty || name == "--cmdline" else { throw .valueMissing(name) }
        return value
      }
      switch Word(name) {
      case "--metadata": options.metadataPath = try value()
      case "--cmdline": options.commandLine = try value()
      case "--interface": options.interface = try value()
      case "--root": options.files = FileTree(root: try value())
      case "--wait":
        let text = try value()
        guard let seconds = Int(decimal: text), (0...86_400).contains(seconds) else {
          throw .notSeconds(text)
        }
        waitSeconds = seconds
      default:
        guard attached == nil else { throw .takesNoValue(name) }
        switch Word(name) {
        case "--dry-run": options.dryRun = true
        case "--json": json = true
        case "--strict": isStrict = true
        case "--restore": restores = true
        case "--no-grow": options.grows = false
        case "--no-reread": options.rereads = false
        case "--wait-dad": options.waitsForDuplicateDetection = true
        case "--leave-managed": options.leavesManagedLinks = true
        case "--help", "-h": wantsHelp = true
        case "--version", "-V": wantsVersion = true
        case "--": break
        default: throw .unknownOption(name)
        }
      }
    }
    // Who only looks is not kept waiting.
    let works = (command == .apply || command == .watch) && !options.dryRun
    options.waitSeconds = waitSeconds ?? (works ? 10 : 0)
    if let command {
      for option in given where !command.takes(option) {
        if let only = Command.only(for: option) { throw .onlyFor(option, only) }
        throw .meansNothing(option, command)
      }
    }
    guard command != .check || !paths.isEmpty else { throw .nothingToCheck }
    if restores, let word = targets.first ?? (options.dryRun ? "--dry-run" : json ? "--json" : nil)
    {
      throw .notWithRestore(word)
    }
    // The tools and the kernel know only the running guest's devices.
    guard command != .grow || options.dryRun || options.files.isRunningGuest else {
      throw .rootIsLookedAt
    }
    guard command != nil || wantsHelp || wantsVersion else { throw .commandMissing }
  }
}

enum UsageError: Error, Equatable {
  case commandMissing
  case unknownCommand(String)
  case unknownOption(String)
  case valueMissing(String)
  case takesNoValue(String)
  case notSeconds(String)
  case unexpected(String)
  case onlyFor(String, Command)
  case meansNothing(String, Command)
  case nothingToCheck
  case notWithRestore(String)
  case rootIsLookedAt
}

extension UsageError: CustomStringConvertible {
  private static var expected: String {
    "expected apply, watch, down, config, status, diagnose, check, grow or growpart"
  }

  var description: String { message.text }

  private var message: Message {
    switch self {
    case .commandMissing: "no command; \(Self.expected)"
    case .unknownCommand(let word): "unknown command \"\(word)\"; \(Self.expected)"
    case .unknownOption(let word): "unknown option \"\(word)\""
    case .valueMissing(let option): "\(option) needs a value"
    case .takesNoValue(let option): "\(option) takes no value"
    case .notSeconds(let text): "--wait \"\(text)\" is not a number of seconds from 0 to 86400"
    case .unexpected(let word): "unexpected \"\(word)\" after the command"
    case .notWithRestore(let word): "--restore does not go with \"\(word)\""
    case .meansNothing(let option, let command): "\(option) means nothing to \(command.rawValue)"
    case .onlyFor(let option, let command): "\(option) is for \(command.rawValue) only"
    case .nothingToCheck: "check needs the path of a folder, image or file"
    case .rootIsLookedAt: "grow with --root needs --dry-run: only the running guest grows"
    }
  }
}
