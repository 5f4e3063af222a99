import Configuration
import Linux
import Metadata

/// The growth policy of the guest, from the first source that speaks of growth: the kernel command
/// line, the other sources in their order, `GrowthStatement.localFile`. A source is not read where
/// one before it speaks, no disk is waited for, and what is wrong with the network or the names in
/// a source is no matter.
public struct GrowthPolicySearch {
  private let options: Options

  public init(_ options: Options) {
    self.options = options
  }

  /// The policy and the name of its source; neither, where no source says anything. Meta-data,
  /// user-data or a file that cannot be understood may hold a policy, and are an error: nothing may
  /// grow then. A seed that cannot be read is warned of and passed over, as for the network.
  public func policy(
    _ diagnostics: inout Diagnostics
  ) throws(MetadataError) -> (policy: GrowthPolicy?, origin: String?) {
    let statement = try firstStatement(&diagnostics)
    guard diagnostics.errors.isEmpty else { throw .invalid }
    return (statement?.policy, statement?.source)
  }

  private func firstStatement(
    _ diagnostics: inout Diagnostics
  ) throws(MetadataError) -> GrowthStatement? {
    let metadata = MetadataSearch(options)
    var localFile: [UInt8]?
    // Which sources are read is told by the file; that it cannot be read matters only if no other
    // source speaks.
    var unreadable: SystemError?
    do { localFile = try metadata.localFile } catch { unreadable = error }
    var search = metadata.seedSearch(localFile: localFile, &diagnostics)
    if let commandLine = search.commandLine,
      let said = GrowthStatement(commandLine: commandLine, diagnostics: &diagnostics)
    {
      return said
    }
    if let path = options.metadataPath { try search.lookAtNamed(path, &diagnostics) }
    for source in search.order {
      if options.metadataPath == nil {
        search.lookAtFiles(of: source, &diagnostics)
        if source == .noCloud || source == .configDrive {
          search.lookAtDisks(waits: false, &diagnostics)
        }
      }
      let said = GrowthStatement(
        source, search.seeds.filter { $0.source == source }, datasource: search.datasource,
        serial: search.serial, diagnostics: &diagnostics)
      if let said { return said }
    }
    if let unreadable {
      throw .unusable(path: GrowthStatement.localFile, unreadable.description)
    }
    return localFile.flatMap { GrowthStatement(localFile: $0, diagnostics: &diagnostics) }
  }
}
