/// Which source a part of the configuration is from: the account of precedence.
public struct Origin: Equatable, Sendable {
  public var part: Part
  /// The sources that are used, the one that wins first.
  public var sources: [String]
  /// The sources that say something about this part, and are not used.
  public var overridden: [String]

  public init(_ part: Part, _ sources: [String], overridden: [String] = []) {
    self.part = part
    self.sources = sources
    self.overridden = overridden
  }

  public enum Part: String, Equatable, Sendable, CaseIterable {
    case instanceID = "instance-id"
    case hostname
    case network
    case resolvers
    case neighbors
    case growth
  }
}

extension Origin: CustomStringConvertible {
  /// `network: cmdline (not used: nocloud:/dev/vdb)`
  public var description: String {
    let used = "\(part.rawValue): \(sources.joined(separator: ", "))"
    return overridden.isEmpty
      ? used : "\(used) (not used: \(overridden.joined(separator: ", ")))"
  }
}
