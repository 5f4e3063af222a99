import Configuration
import Growth
import LVM
import LVMCommands
import Linux

/// Carries new space from the disks to the filesystems that the policy names: look, take one step,
/// look again, until there is none. What failed stops its own chain and no other.
public struct Grow {
  private let options: Options
  private let policy: GrowthPolicy?
  private var report = GrowthReport()

  /// - policy: `nil` if nobody said anything.
  public init(_ options: Options, _ policy: GrowthPolicy?) {
    self.options = options
    self.policy = policy
  }

  /// `tell` hears of each step as soon as it is done.
  public mutating func run(_ tell: @escaping (GrowthEvent) -> Void) -> GrowthReport {
    guard policy?.isNone != true else {
      report.isSwitchedOff = true
      return report
    }
    let lock = options.dryRun ? nil : takeLock()
    defer { lock?.release() }
    if report.failure != nil { return report }
    do throws(SystemError) {
      var found = try look()
      if rescan(found) { found = try look() }
      if options.dryRun {
        foresee(found)
      } else {
        try grow(found, tell)
      }
    } catch {
      report.failure = error.description
    }
    return report
  }

  private static var lockPath: String { "/run/guestagent/grow.lock" }
  /// A large filesystem takes minutes.
  private static var lockSeconds: Int { 600 }

  /// One growth at a time in a guest, whoever started it: a person, the boot, udev or `watch`. What
  /// the storage is is looked at under the lock.
  private mutating func takeLock() -> LockFile? {
    do {
      let lock = try LockFile(Self.lockPath, in: options.files)
      if try !lock.take(until: Deadline(secondsFromNow: Self.lockSeconds), every: 50) {
        let holder = lock.holder.map { " by process \($0)" } ?? ""
        report.failure =
          "\(Self.lockPath) has been held\(holder) for \(Self.lockSeconds) s: another growth runs"
      }
      return lock
    } catch {
      // The disks have locks of their own; this one keeps a second growth from waiting for those.
      report.notes.append(Note(object: "growth", message: error.description))
      return nil
    }
  }

  private func look() throws(SystemError) -> StorageFound {
    try StorageLook(files: options.files).look(extraDevices: policy?.paths ?? [])
  }

  private mutating func foresee(_ found: StorageFound) {
    let (first, steps, last) = GrowthPlan.foreseen(found, policy)
    for step in steps {
      report.steps += step.commands.map { StepReport(step: .command($0), outcome: .planned) }
    }
    report.refusals = first.refusals
    report.take(notesOf: last)
    report.compare(first.layers, last.layers, failed: [])
  }

  private mutating func grow(
    _ found: StorageFound, _ tell: @escaping (GrowthEvent) -> Void
  ) throws(SystemError) {
    let first = GrowthPlan(found, policy)
    var plan = first
    var failed: [Layer.Name] = []
    var givenUp: [String] = []
    var last: GrowthStep?
    while let step = plan.next {
      let outcome =
        step.repeats(last)
        ? StepResult(failed: (step.commands[0], "has had no effect"), layer: step.layers[0])
        : GrowthExecution(files: options.files, found: plan.found).carryOut(step, tell)
      report.steps += outcome.done.map { StepReport(step: .command($0), outcome: .done) }
      last = step
      var next = GrowthPlan(try look(), policy, givenUp: givenUp)
      if let (command, why) = outcome.failed {
        // Unless somebody else has done it meanwhile. A chain that is refused from now on is so by
        // what the step has done.
        if next.next?.layers.contains(outcome.layer) == true
          || next.refusals.count > plan.refusals.count
        {
          report.steps.append(StepReport(step: .command(command), outcome: .failed(why)))
          failed.append(outcome.layer)
          givenUp += next.targets(on: step)
          next = GrowthPlan(next.found, policy, givenUp: givenUp)
          last = nil
        }
      }
      plan = next
    }
    report.refusals = plan.refusals
    report.take(notesOf: plan)
    report.compare(first.layers, GrowthPlan(plan.found, policy).layers, failed: failed)
  }

  /// Asks disks that do not tell by themselves how large they are now; whether there was one.
  private mutating func rescan(_ found: StorageFound) -> Bool {
    var hasRescanned = false
    for device in found.devices {
      do {
        if try DiskRescan.rescan(device, files: options.files) { hasRescanned = true }
      } catch {
        report.notes.append(Note(object: device.path, message: error.description))
      }
    }
    return hasRescanned
  }
}

extension GrowthReport {
  fileprivate mutating func take(notesOf plan: GrowthPlan) {
    notes += plan.notes.map { Note(object: $0.object, message: $0.description) }
  }

  fileprivate mutating func compare(_ before: [Layer], _ after: [Layer], failed: [Layer.Name]) {
    for layer in before where layer.name.kind != .disk {
      let now = after.first { $0.name == layer.name }?.bytes ?? layer.bytes
      layers.append(
        LayerReport(
          name: layer.name, before: layer.bytes, after: now,
          outcome: failed.contains(layer.name)
            ? .failed : now == layer.bytes ? .unchanged : .changed))
    }
  }
}

extension GrowthPolicy {
  /// Of what it names, which may be mounted nowhere.
  var paths: [String] {
    volumes.map { volume in
      switch volume.target {
      case .mountPoint(let path), .device(let path): path
      case .logicalVolume(let group, let name): "/dev/\(group)/\(name)"
      }
    }
  }
}
