import Agent
import Configuration
import Growth
import Linux
import Metadata

/// The program: words in, one command, exit status out. Everything below returns or throws.
struct Program {
  private var output = Output()
  private var diagnostics = Diagnostics()

  static func run(_ words: [String]) -> ExitStatus {
    var program = Program()
    let status = program.run(words)
    program.output.flush()
    return program.output.isCut && status == .success ? .failed : status
  }

  private mutating func run(_ words: [String]) -> ExitStatus {
    let arguments: Arguments
    do { arguments = try Arguments(words) } catch {
      output.complain("\(error); see guestagent --help")
      return .unusable
    }
    if arguments.wantsHelp {
      output.line("", after: Usage.text)
      return .success
    }
    guard !arguments.wantsVersion, let command = arguments.command else {
      output.line("guestagent \(Usage.version)")
      return .success
    }
    Activity.note(command: command.rawValue)
    // First, since it keeps what the rest gives up.
    var growth: GrowthChild?
    if command == .watch {
      do { growth = try GrowthChild(arguments.options, .growth) } catch {
        output.complain("watch: growth: \(error)")
      }
    }
    Activity.note("giving up privileges")
    command.privileges(arguments.options).take()
    switch command {
    case .apply: return apply(arguments)
    case .down: return print(Agent(arguments.options).down(), arguments)
    case .config: return config(arguments)
    case .status: return status(arguments)
    case .diagnose: return diagnose(arguments)
    case .grow: return grow(arguments)
    case .check: return check(arguments)
    case .watch: return watch(arguments, growth)
    }
  }

  private mutating func apply(_ arguments: Arguments) -> ExitStatus {
    do {
      let configuration = try MetadataSearch(arguments.options).configuration(&diagnostics)
      return print(Agent(arguments.options).apply(configuration), arguments)
    } catch {
      return output.refuse(error, diagnostics)
    }
  }

  private mutating func config(_ arguments: Arguments) -> ExitStatus {
    do {
      let configuration = try MetadataSearch(arguments.options).configuration(
        &diagnostics, growthAlone: true)
      if arguments.json {
        output.line("", after: JSON(configuration, diagnostics).text)
      } else {
        output.print(warningsOf: diagnostics)
        output.print(configuration)
      }
      return .success
    } catch {
      return output.refuse(error, diagnostics)
    }
  }

  /// What is there is worth telling without metadata, too; the exit status says that none are.
  private mutating func status(_ arguments: Arguments) -> ExitStatus {
    var configuration: Configuration?
    var refusal = ExitStatus.success
    do {
      configuration = try MetadataSearch(arguments.options).configuration(
        &diagnostics, growthAlone: true)
    } catch {
      refusal = output.refuse(error, diagnostics)
    }
    do {
      let status = try Status(configuration, arguments.options)
      let storage = try storageStatus(configuration, arguments)
      if arguments.json {
        output.line("", after: JSON(status, storage, diagnostics).text)
      } else {
        output.print(status, diagnostics)
        if let storage { output.print(storage) }
      }
      return refusal != .success ? refusal : status.isAsWanted ? .success : .failed
    } catch {
      output.complain(error.description)
      return .failed
    }
  }

  /// Without metadata the guest is looked at as it is.
  private mutating func diagnose(_ arguments: Arguments) -> ExitStatus {
    var configuration: Configuration?
    var fault: String?
    do {
      configuration = try MetadataSearch(arguments.options).configuration(&diagnostics)
    } catch {
      switch error {
      case .none(let path): fault = path.map { "\($0) holds none" }
      case .unusable(let path, let why): fault = "\(path): \(why)"
      case .invalid:
        fault = (diagnostics.errors.first ?? diagnostics.warnings.first)?.description
      }
    }
    do {
      let diagnosis = try Diagnosis(configuration, fault: fault, arguments.options)
      if arguments.json {
        output.line("", after: JSON(diagnosis).text)
      } else {
        output.print(warningsOf: diagnostics)
        output.print(diagnosis)
      }
      return diagnosis.isWrong ? .failed : .success
    } catch {
      output.complain(error.description)
      return .failed
    }
  }

  /// None where a single link is asked for, or a tree of files shows no mounts.
  private func storageStatus(
    _ configuration: Configuration?, _ arguments: Arguments
  ) throws(SystemError) -> StorageTree? {
    let files = arguments.options.files
    guard arguments.options.interface == nil,
      files.isRunningGuest || files.exists("/proc/self/mountinfo")
    else { return nil }
    return try StorageStatus(configuration?.growth, arguments.options).tree
  }

  private mutating func grow(_ arguments: Arguments) -> ExitStatus {
    if arguments.restores {
      return output.print(TableRestore(files: arguments.options.files).run())
    }
    let policy: GrowthPolicy?
    if arguments.targets.isEmpty {
      do {
        policy = try GrowthPolicySearch(arguments.options).policy(&diagnostics).policy
      } catch {
        return output.refuse(error, diagnostics)
      }
    } else {
      do { policy = try GrowthPolicy(words: arguments.targets) } catch {
        output.complain("\(error); see guestagent --help")
        return .unusable
      }
    }
    output.print(warningsOf: diagnostics)
    var growth = Grow(arguments.options, policy)
    let listener = GrowthListener(output)
    let report = growth.run { event in
      if !arguments.json { listener.output.tell(event) }
    }
    output = listener.output
    if arguments.json {
      output.line("", after: JSON(report, diagnostics).text)
    } else {
      output.print(report, dryRun: arguments.options.dryRun)
    }
    return report.outcome == .failed ? .failed : .success
  }

  private mutating func watch(_ arguments: Arguments, _ growth: GrowthChild?) -> ExitStatus {
    let listener = WatchListener(output)
    do {
      let watch = try Watch(arguments.options, growth) { listener.output.tell($0) }
      do { try watch.run() } catch {
        output.complain("watch: \(error)")
        return .failed
      }
      return .success
    } catch {
      output.complain("watch: \(error)")
      return .failed
    }
  }

  private mutating func check(_ arguments: Arguments) -> ExitStatus {
    let checked = arguments.paths.map { path in
      Activity.note("checking", path)
      return CheckedPath(path)
    }
    if arguments.json {
      output.line("", after: JSON(checked).text)
    } else {
      output.print(checked)
    }
    if checked.contains(where: { $0.findings.contains { $0.isError } }) { return .unusable }
    return arguments.isStrict && checked.contains { !$0.findings.isEmpty } ? .failed : .success
  }

  private mutating func print(_ report: Report, _ arguments: Arguments) -> ExitStatus {
    if arguments.json {
      output.line("", after: JSON(report, diagnostics).text)
    } else {
      output.print(report, diagnostics, dryRun: arguments.options.dryRun)
    }
    // What a source says that could not be read is not done.
    return report.outcome == .failed || diagnostics.hasUnread ? .failed : .success
  }
}
