import Configuration
import Linux
import Metadata

/// The growth policy of the guest, from the first source that speaks of growth: the kernel command
/// line, the seed folder, the metadata disk, `GrowthStatement.localFile`. The cheap ones come
/// first; a source is not read where one before it speaks, no disk is waited for, and what is
/// wrong with the network or the names in a source is no matter.
public struct GrowthPolicySearch {
  private let options: Options

  public init(_ options: Options) {
    self.options = options
  }

  /// The policy and the name of its source; neither, where no source says anything. Meta-data or
  /// a file that cannot be understood may hold a policy, and are an error: nothing may grow then.
  /// A seed folder or disk that cannot be read is warned of and passed over, as for the network.
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
    let search = MetadataSearch(options)
    if let commandLine = search.commandLine,
      let said = GrowthStatement(commandLine: commandLine, diagnostics: &diagnostics)
    {
      return said
    }
    if let path = options.metadataPath {
      if let said = statement(of: try search.seed(at: path), &diagnostics) { return said }
    } else {
      for seed in search.seedFolder(&diagnostics) {
        if let said = statement(of: seed, &diagnostics) { return said }
      }
      let disks = BlockDevices.seeds()
      for warning in disks.warnings { diagnostics.warn(warning.place, warning.message) }
      for seed in disks.seeds {
        if let said = statement(of: seed, &diagnostics) { return said }
      }
    }
    let bytes: [UInt8]?
    do { bytes = try search.localFile } catch {
      throw .unusable(path: GrowthStatement.localFile, error.description)
    }
    return bytes.flatMap { GrowthStatement(localFile: $0, diagnostics: &diagnostics) }
  }

  private func statement(
    of seed: NoCloudSeed, _ diagnostics: inout Diagnostics
  ) -> GrowthStatement? {
    GrowthStatement(seed, file: "\(seed.name)/meta-data", diagnostics: &diagnostics)
  }
}
