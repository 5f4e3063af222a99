import Agent
import Bytes
import Configuration
import DiskFormats
import Linux

/// `guestagent growpart`, or the program called by the name of growpart: what cloud-init and image
/// scripts call, with growpart's words on standard output and its exit status.
struct GrowpartProgram {
  /// Of growpart(1): 0 grown (or it would be), 1 there is nothing to do, 2 failed.
  enum Status: Int32 {
    case changed = 0
    case unchanged = 1
    case failed = 2
  }

  private let arguments: GrowpartArguments
  private let disk: String

  /// The exit status, if the command line is meant for growpart.
  static func status(of commandLine: [String]) -> Int32? {
    guard let words = words(of: commandLine) else { return nil }
    // 1 says that there is nothing to do.
    System.failWith(Status.failed.rawValue)
    return run(words).rawValue
  }

  private static func words(of commandLine: [String]) -> [String]? {
    let name = commandLine.first.map { $0.utf8.split(separator: UInt8(ascii: "/")).last } ?? nil
    if let name, name.elementsEqual("growpart".utf8) { return Array(commandLine.dropFirst()) }
    guard commandLine.count > 1, commandLine[1] == "growpart" else { return nil }
    return Array(commandLine.dropFirst(2))
  }

  private static func run(_ words: [String]) -> Status {
    Activity.note(command: "growpart")
    let arguments: GrowpartArguments
    do { arguments = try GrowpartArguments(words) } catch {
      switch error {
      case .missing(let what): complain("\(usage)\(what)")
      case .wrong(let what): say("FAILED: \(what)")
      }
      return .failed
    }
    if arguments.wantsHelp {
      System.write(usage, to: 1)
      return .changed
    }
    if arguments.wantsVersion {
      say("guestagent \(Usage.version)")
      return .changed
    }
    (arguments.dryRun ? Privileges.growpartDryRun : .growpart).take()
    return GrowpartProgram(arguments).run()
  }

  private init(_ arguments: GrowpartArguments) {
    self.arguments = arguments
    let files = FileTree(root: "")
    let isLink = if case .symlink = try? files.kind(of: arguments.disk) { true } else { false }
    disk = isLink ? FileTree.real(arguments.disk) ?? arguments.disk : arguments.disk
  }

  private func run() -> Status {
    // No table counts so far.
    guard let number = UInt32(arguments.partition) else { return fail(.noSuchPartition) }
    var growpart = Growpart(disk: disk, partition: number)
    growpart.fudge = arguments.fudge
    growpart.freePercent = arguments.freePercent
    growpart.tellsKernel = arguments.tellsKernel
    do {
      let plan = try growpart.plan()
      describe(plan)
      switch plan.verdict {
      case .change(let change) where arguments.dryRun:
        Self.say("CHANGE: \(words(change.partition, change.newSectors))")
        Self.complain("\(dumps(plan, change))")
        return .changed
      case .change:
        guard let change = try growpart.grow(plan) else {
          return keep("partition \(number) was changed by another program")
        }
        Self.say("CHANGED: \(words(change.partition, change.newSectors))")
        return follow(growpart)
      case .tellKernel(var partition, let known):
        let sectors = partition.sectors
        partition.sectors = known
        if !arguments.dryRun { try growpart.tellKernel() }
        Self.say("CHANGE\(arguments.dryRun ? "" : "D"): \(words(partition, sectors))")
        return arguments.dryRun ? .changed : follow(growpart)
      case .noSpace(let partition):
        return keep("partition \(number) is size \(partition.sectors). it cannot be grown")
      case .belowFudge(_, let room, let fudge):
        return keep("partition \(number) could only be grown by \(room) [fudge=\(fudge)]")
      case .reserved(_, let sectors):
        return keep(
          """
          partition \(number) could not be grown while leaving \
          \(arguments.freePercent ?? 0)% (\(sectors) sectors) free on device
          """)
      }
    } catch {
      return fail(error)
    }
  }

  /// A physical volume grows with its partition, as by growpart 0.33 and later.
  private func follow(_ growpart: Growpart) -> Status {
    do {
      if let path = try growpart.resizePhysicalVolume(), arguments.verbosity > 0 {
        Self.complain("resized the physical volume \(path)")
      }
      return .changed
    } catch {
      if case .other(let why) = error { Self.complain("\(why)") }
      Self.say("FAILED: lvm resize failed.")
      return .failed
    }
  }

  /// As growpart 0.33 and later write it; the ends are those of the last sector.
  private func words(_ old: Partition, _ sectors: UInt64) -> String {
    Message(
      """
      partition=\(arguments.partition) start=\(old.first) \
      old: size=\(old.sectors) end=\(old.end - 1) \
      new: size=\(sectors) end=\(old.first + sectors - 1)
      """
    ).text
  }

  private func keep(_ why: Message) -> Status {
    Self.say("NOCHANGE: \(why.text)")
    return .unchanged
  }

  private func fail(_ failure: Growpart.Failure) -> Status {
    switch failure {
    case .noSuchPartition:
      Self.say("FAILED: failed to get start and end for \(node(arguments.partition)) in \(disk)")
    case .other(let why): Self.say("FAILED: \(why)")
    }
    return .failed
  }

  private func describe(_ plan: Growpart.Plan) {
    if plan.exceedsAddressing {
      Self.complain(
        "WARNING: MBR/dos partitioned disk is larger than 2TB. Additional space will go unused.")
    }
    guard arguments.verbosity > 0 else { return }
    Self.complain(
      """
      \(plan.geometry.sectors) sectors of \(plan.geometry.sectorSize). \
      total size=\(plan.geometry.sectors *| UInt64(plan.geometry.sectorSize)) bytes
      """)
    Self.complain("resizing \(arguments.partition) on \(disk)")
  }

  /// Start and size of each partition before and after, in the form of `sfdisk --dump`.
  private func dumps(_ plan: Growpart.Plan, _ change: PartitionChange) -> String {
    var grown = plan.table.partitions
    for position in grown.indices {
      if grown[position].number == change.partition.number {
        grown[position].sectors = change.newSectors
      }
      if let container = change.container, grown[position].number == container.partition.number {
        grown[position].sectors = container.newSectors
      }
    }
    return "# === old sfdisk -d ===\n\(dump(plan, plan.table.partitions))\n"
      + "# === new sfdisk -d ===\n\(dump(plan, grown))"
  }

  private func dump(_ plan: Growpart.Plan, _ partitions: [Partition]) -> String {
    let label =
      switch plan.table {
      case .mbr: "dos"
      case .gpt: "gpt"
      }
    var text = """
      label: \(label)
      device: \(disk)
      unit: sectors
      sector-size: \(plan.geometry.sectorSize)

      """
    for partition in partitions {
      text += "\n\(node("\(partition.number)")) : start=\(padded(partition.first)),"
      text += " size=\(padded(partition.sectors))"
    }
    return text
  }

  private func padded(_ number: UInt64) -> String {
    let digits = "\(number)"
    return String(repeating: " ", count: max(1, 12 - digits.utf8.count)) + digits
  }

  /// `/dev/vda5`, `/dev/nvme0n1p5`; of an image in the same way.
  private func node(_ number: String) -> String {
    let endsInDigit = disk.utf8.last.map { (0x30...0x39).contains($0) } ?? false
    return "\(disk)\(endsInDigit ? "p" : "")\(number)"
  }

  private static func say(_ line: Message) { System.write(line.text + "\n", to: 1) }
  private static func complain(_ line: Message) { System.write(line.text + "\n", to: 2) }

  private static var usage: String {
    """
    growpart disk partition
       makes the partition as long as the free space behind it allows
       options:
        -h | --help            print this and exit
             --free-percent F  leave so much of the disk, in percent, free at its end
             --fudge F         less than F bytes more are nothing to do (default: 1048576)
        -N | --dry-run         only report what would be done
        -v | --verbose         say more
        -u | --update R        tell the kernel: auto (default), on and force, or off

    """
  }
}
