import Configuration
import Devices
import DiskFormats
import Linux
import Metadata

/// Why there is no configuration to work with.
public enum MetadataError: Error {
  /// No source says anything; the path is what `--metadata` names.
  case none(path: String?)
  /// What `--metadata` names cannot be read, or holds no metadata.
  case unusable(path: String, String)
  /// The diagnostics say what is wrong.
  case invalid
}

/// The configuration that the metadata ask for, from all sources of the guest.
public struct MetadataSearch {
  private let options: Options

  public init(_ options: Options) {
    self.options = options
  }

  /// Source: cloud-init's NoCloud.
  private static var seedFolder: String { "/var/lib/cloud/seed/nocloud" }

  /// Reads what is there; waits for a disk only if no other source says how the network is to be.
  /// `growthAlone`: whether sources will do that speak of growth and of nothing else.
  public func configuration(
    _ diagnostics: inout Diagnostics, growthAlone: Bool = false
  ) throws(MetadataError) -> Configuration {
    let commandLine = self.commandLine
    var seeds: [NoCloudSeed]
    if let path = options.metadataPath {
      seeds = [try seed(at: path)]
    } else {
      seeds = seedFolder(&diagnostics)
      let isComplete =
        commandLine.map { definesNetwork($0) } ?? false
        || seeds.contains { $0.networkConfig != nil }
      let disks = isComplete ? BlockDevices.seeds() : awaitDisks(anyway: !seeds.isEmpty)
      seeds += disks.seeds
      for warning in disks.warnings { diagnostics.warn(warning.place, warning.message) }
    }
    var localFile: [UInt8]?
    do { localFile = try self.localFile } catch {
      diagnostics.warn(Place(GrowthStatement.localFile), error.description)
    }
    let configuration = Metadata.configuration(
      seeds: seeds, commandLine: commandLine, localFile: localFile, diagnostics: &diagnostics)
    guard diagnostics.errors.isEmpty else { throw .invalid }
    guard let configuration, growthAlone || !configuration.isOfGrowthAlone else {
      throw .none(path: options.metadataPath)
    }
    return configuration
  }

  /// What is wrong with it is told when it is read for good.
  private func definesNetwork(_ commandLine: String) -> Bool {
    var ignored = Diagnostics()
    return KernelCommandLine(commandLine, diagnostics: &ignored).definesNetwork
  }

  /// The kernel command line; `nil`: it is not to be read.
  var commandLine: String? {
    if let given = options.commandLine { return given }
    guard options.metadataPath == nil, let text = try? FileTree(root: "").read("/proc/cmdline")
    else { return nil }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of the guest's own file; `nil`: there is none.
  var localFile: [UInt8]? {
    get throws(SystemError) {
      try options.files.read(GrowthStatement.localFile, limit: NoCloudSeed.fileLimit)
    }
  }

  // MARK: Where metadata are looked for

  /// What `--metadata` names.
  func seed(at path: String) throws(MetadataError) -> NoCloudSeed {
    let files = FileTree(root: "")
    let name = "nocloud:\(path)"
    let seed: NoCloudSeed
    if files.exists(path + "/.") {
      do { seed = try NoCloudSeed(name: name, folder: path, in: files) } catch {
        throw .unusable(path: path, error.description)
      }
    } else {
      let source: FileSource
      do { source = try FileSource(path: path) } catch {
        throw .unusable(path: path, error.description)
      }
      let fileSystem: FileSystem<FileSource>?
      do { fileSystem = try FileSystem(source) } catch {
        throw .unusable(path: path, error.description)
      }
      guard let fileSystem else { throw .none(path: options.metadataPath) }
      do { seed = try NoCloudSeed(name: name, in: fileSystem) } catch {
        throw .unusable(path: path, error.description)
      }
    }
    guard !seed.isEmpty else { throw .none(path: options.metadataPath) }
    return seed
  }

  /// One that cannot be read is warned of, and passed over like such a disk.
  func seedFolder(_ diagnostics: inout Diagnostics) -> [NoCloudSeed] {
    do {
      let seed = try NoCloudSeed(
        name: "nocloud:\(Self.seedFolder)", folder: Self.seedFolder, in: options.files)
      return seed.isEmpty ? [] : [seed]
    } catch {
      diagnostics.warn(Place(Self.seedFolder), error.description)
      return []
    }
  }

  /// Looks at the disks, and again at each event of a block device until one has metadata.
  private func awaitDisks(anyway: Bool) -> BlockDevices.Found {
    let first = BlockDevices.seeds()
    guard first.seeds.isEmpty, !anyway, options.waitSeconds > 0,
      let events = try? DeviceEvents()
    else { return first }
    let deadline = Deadline(secondsFromNow: options.waitSeconds)
    // What came before one began to listen brings no event.
    var found = BlockDevices.seeds()
    while found.seeds.isEmpty, (try? events.next(of: "block", until: deadline)) == true {
      found = BlockDevices.seeds()
    }
    return found
  }
}
