import Configuration
import Devices
import Linux
import Metadata

/// Finds the seeds of the sources that are read, each source by itself, as one is asked for.
struct SeedSearch {
  private let options: Options
  /// The sources that are read, the one that wins first.
  let order: [SourceName]
  /// `nil`: it is not to be read.
  let commandLine: String?
  /// The same, read; what is wrong with it is told when it is merged.
  private let words: KernelCommandLine?
  private(set) var serial: String?
  private(set) var seeds: [Seed] = []
  private var lookedAt: [SourceName] = []
  private var hasLookedAtDisks = false
  private var hasFollowed = false

  init(_ options: Options, _ order: [SourceName], commandLine: String?) {
    self.options = options
    self.order = order
    self.commandLine = order.contains(.commandLine) ? commandLine : nil
    var ignored = Diagnostics()
    words = self.commandLine.map { KernelCommandLine($0, diagnostics: &ignored) }
  }

  var datasource: String? { words?.datasource }

  /// The command line says what the network is, or that there is none to configure.
  var commandLineDefinesNetwork: Bool {
    words.map { $0.definesNetwork || $0.networkConfig != nil } ?? false
  }

  /// What needs no disk, once. Files that are not there cost one failed system call each.
  mutating func lookAtFiles(of source: SourceName, _ diagnostics: inout Diagnostics) {
    if lookedAt.contains(source) { return }
    lookedAt.append(source)
    Activity.note("looking for metadata of", source.rawValue)
    let host = HostSeeds(files: options.files)
    let folders = SeedFolders(files: options.files)
    switch source {
    case .commandLine: break
    case .credentials: seeds += host.credentials(&diagnostics)
    case .firmware: seeds += host.firmware(&diagnostics)
    case .smbios: seeds += host.smbios(&diagnostics)
    case .noCloud:
      serial = host.serial(&diagnostics)
      seeds += folders.noCloud(&diagnostics)
      followSeedFrom(&diagnostics)
    case .configDrive: seeds += folders.configDrive(&diagnostics)
    }
  }

  /// Once, after the folders that come before them. `waits`: until one has a seed, or the time is
  /// over.
  mutating func lookAtDisks(waits: Bool, _ diagnostics: inout Diagnostics) {
    if hasLookedAtDisks { return }
    hasLookedAtDisks = true
    for source in order where source == .noCloud || source == .configDrive {
      lookAtFiles(of: source, &diagnostics)
    }
    // A folder that is a config drive ends the search for one.
    let wanted = order.filter { source in
      source == .noCloud
        || source == .configDrive && !seeds.contains { $0.source == .configDrive }
    }
    if wanted.isEmpty { return }
    let disks = waits ? awaitDisks(wanted) : BlockDevices().seeds(of: wanted)
    diagnostics.append(disks.diagnostics)
    seeds += disks.seeds
    if wanted.contains(.noCloud) { followSeedFrom(&diagnostics) }
  }

  /// What `--metadata` names, in place of all that would be found.
  mutating func lookAtNamed(
    _ path: String, _ diagnostics: inout Diagnostics
  ) throws(MetadataError) {
    Activity.note("reading the metadata in", path)
    seeds = [try NamedMetadata(path: path).seed()]
    followSeedFrom(&diagnostics)
  }

  /// Once, when the first seed or line with a `seedfrom` has been found.
  private mutating func followSeedFrom(_ diagnostics: inout Diagnostics) {
    guard !hasFollowed,
      let folder = seedFromFolder(of: seeds, datasource: datasource, serial: serial)
    else { return }
    hasFollowed = true
    seeds += SeedFolders(files: options.files).followed(folder, &diagnostics)
  }

  /// Looks at the disks, and again at each event of a block device until one has metadata.
  private func awaitDisks(_ wanted: [SourceName]) -> BlockDevices.Found {
    var found = BlockDevices().seeds(of: wanted)
    guard found.seeds.isEmpty, options.waitSeconds > 0 else { return found }
    do throws(SystemError) {
      let events = try DeviceEvents()
      let deadline = Deadline(secondsFromNow: options.waitSeconds)
      Activity.note("waiting for a disk with metadata")
      // What came before one began to listen brings no event.
      repeat {
        found = BlockDevices().seeds(of: wanted)
        if !found.seeds.isEmpty { break }
      } while try events.next(of: "block", until: deadline)
    } catch {
      found.warn("disks", error.description)
    }
    return found
  }
}
