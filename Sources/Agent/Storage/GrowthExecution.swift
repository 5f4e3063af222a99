import DiskFormats
import Growth
import LVM
import LVMCommands
import Linux

/// What became of a step: the commands that are done, and the one that failed, if one did.
struct StepResult {
  var done: [String] = []
  var failed: (command: String, why: String)?
  /// Of the command that failed.
  var layer: Layer.Name

  init(done: [String], _ step: GrowthStep) {
    self.done = done
    layer = step.layers[0]
  }

  init(done: [String] = [], failed: (command: String, why: String), layer: Layer.Name) {
    self.done = done
    self.failed = failed
    self.layer = layer
  }
}

/// Takes one step.
struct GrowthExecution {
  let files: FileTree
  /// As it was when the step was planned.
  let found: StorageFound

  func carryOut(
    _ step: GrowthStep, _ tell: @escaping (GrowthEvent) -> Void
  ) -> StepResult {
    Activity.note("carrying out", step.commands[0])
    let result =
      switch step {
      case .growPartition(let place, _): growPartition(place, step)
      case .tellKernel(let place, _): tellKernel(place, step)
      case .mendTable(_, let path): mendTable(path, step)
      case .resizeLUKS(let name, _): resizeLUKS(name, step)
      case .lvm(let commands): runLVM(commands, step, tell)
      case .growFileSystem(let fileSystem, _, let members):
        growFileSystem(fileSystem, members, step, tell)
      }
    for command in result.done { tell(.done(command: command)) }
    return result
  }

  private func growPartition(_ place: PartitionPlace, _ step: GrowthStep) -> StepResult {
    do throws(PartitionWritingError) {
      let change = try PartitionWriting(files: files).grow(
        disk: place.diskPath, partition: place.number)
      return StepResult(done: change == nil ? [] : step.commands, step)
    } catch {
      return failure(step, error.description)
    }
  }

  private func tellKernel(_ place: PartitionPlace, _ step: GrowthStep) -> StepResult {
    do throws(PartitionWritingError) {
      let isTold = try PartitionWriting(files: files).tellKernel(
        disk: place.diskPath, partition: place.number)
      return StepResult(done: isTold ? step.commands : [], step)
    } catch {
      return failure(step, error.description)
    }
  }

  private func mendTable(_ path: String, _ step: GrowthStep) -> StepResult {
    do throws(PartitionWritingError) {
      let isMended = try PartitionWriting(files: files).mend(disk: path)
      return StepResult(done: isMended ? step.commands : [], step)
    } catch {
      return failure(step, error.description)
    }
  }

  private func runLVM(
    _ commands: [LVMCommand], _ step: GrowthStep, _ tell: (GrowthEvent) -> Void
  ) -> StepResult {
    let texts = step.commands
    do throws(LVMError) {
      let messages = try LVM.run(
        commands.map { $0.words }, udevRuns: files.exists("/run/udev/control"))
      for message in messages { tell(.message(program: "lvm", message)) }
      return StepResult(done: texts, step)
    } catch {
      guard case .failed(let words, _, let messages) = error,
        let position = commands.firstIndex(where: { $0.words == words })
      else { return failure(step, error.description) }
      for message in messages { tell(.message(program: "lvm", message)) }
      return StepResult(
        done: Array(texts[..<position]), failed: (texts[position], error.description),
        layer: step.layers[position])
    }
  }

  private func resizeLUKS(_ name: String, _ step: GrowthStep) -> StepResult {
    do throws(EncryptedVolumeError) {
      try EncryptedVolume.resize(name, files: files)
      return StepResult(done: step.commands, step)
    } catch {
      return failure(step, error.description)
    }
  }

  private func growFileSystem(
    _ fileSystem: FileSystemFound, _ members: [MemberGrowth], _ step: GrowthStep,
    _ tell: @escaping (GrowthEvent) -> Void
  ) -> StepResult {
    let object = step.layers[0].object
    var done: [String] = []
    for (position, member) in members.enumerated() {
      // An ext filesystem has one command for all that it lies on.
      let command = step.commands[min(position, step.commands.count - 1)]
      guard let device = found[member.member.device] else { continue }
      do throws(FileSystemGrowthError) {
        _ = try FileSystemGrowth(files: files).grow(fileSystem, on: device) { bytes, wanted in
          tell(.progress(object: object, bytes: bytes, of: wanted))
        }
        done.append(command)
      } catch {
        return StepResult(
          done: done, failed: (command, error.description), layer: step.layers[0])
      }
    }
    return StepResult(done: done, step)
  }

  private func failure(_ step: GrowthStep, _ why: String) -> StepResult {
    StepResult(failed: (step.commands[0], why), layer: step.layers[0])
  }
}
