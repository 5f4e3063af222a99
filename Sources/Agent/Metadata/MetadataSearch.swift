import Configuration
import Linux
import Metadata

/// Why there is no configuration to work with.
public enum MetadataError: Error, Equatable {
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

  /// Reads what is there; waits for a disk only if no other source has a seed or says how the
  /// network is to be. `growthAlone`: whether sources will do that speak of growth and of nothing
  /// else.
  public func configuration(
    _ diagnostics: inout Diagnostics, growthAlone: Bool = false
  ) throws(MetadataError) -> Configuration {
    Activity.note("reading", GrowthStatement.localFile)
    var localFile: [UInt8]?
    do { localFile = try self.localFile } catch {
      diagnostics.warn(Place(GrowthStatement.localFile), error.description)
    }
    var search = seedSearch(localFile: localFile, &diagnostics)
    if let path = options.metadataPath {
      try search.lookAtNamed(path, &diagnostics)
    } else {
      for source in search.order { search.lookAtFiles(of: source, &diagnostics) }
      search.lookAtDisks(
        waits: search.seeds.isEmpty && !search.commandLineDefinesNetwork, &diagnostics)
    }
    // The parsers name files and lines; of a fault in one, the first of the sources is told.
    Activity.note("parsing the metadata of", search.seeds.first?.name ?? "the kernel command line")
    let configuration = Metadata.configuration(
      seeds: search.seeds, commandLine: search.commandLine, serial: search.serial,
      localFile: localFile, order: search.order, diagnostics: &diagnostics)
    guard diagnostics.errors.isEmpty else { throw .invalid }
    guard let configuration, growthAlone || !configuration.isOfGrowthAlone else {
      throw .none(path: options.metadataPath)
    }
    // It may be the one with the network, which must not go because of a failed read.
    if diagnostics.hasUnread, !configuration.hasNetwork { throw .invalid }
    return configuration
  }

  /// Of the sources that the guest's own file names; of all where `--metadata` names one.
  func seedSearch(localFile: [UInt8]?, _ diagnostics: inout Diagnostics) -> SeedSearch {
    let order =
      options.metadataPath == nil
      ? sourceOrder(localFile: localFile, diagnostics: &diagnostics) : SourceName.allCases
    return SeedSearch(options, order, commandLine: commandLine(&diagnostics))
  }

  /// The kernel command line; `nil`: it is not to be read.
  private func commandLine(_ diagnostics: inout Diagnostics) -> String? {
    if let given = options.commandLine { return given }
    guard options.metadataPath == nil else { return nil }
    let path = "/proc/cmdline"
    do {
      return try FileTree(root: "").read(path).map { String(decoding: $0, as: UTF8.self) }
    } catch {
      diagnostics.warn(Place(path), error.description)
      return nil
    }
  }

  /// The bytes of the guest's own file; `nil`: there is none.
  var localFile: [UInt8]? {
    get throws(SystemError) {
      try options.files.read(GrowthStatement.localFile, limit: Seed.fileLimit)
    }
  }
}
