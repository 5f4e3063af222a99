import Configuration
import Linux
import Network

/// The guest as it is beside what the metadata want.
public struct Status {
  public private(set) var links: [LinkStatus] = []
  /// Links that the metadata name and the machine has not, with the reason.
  public private(set) var absent: [(name: String, reason: String)] = []
  /// Links that are left to another program, with the reason.
  public private(set) var left: [Note] = []
  /// Wanted and present host name; `nil` where the metadata name none.
  public private(set) var hostname: (wanted: String, present: String)?

  /// Without a configuration it tells what is there, and what of it is ours.
  public init(_ configuration: Configuration?, _ options: Options) throws(SystemError) {
    let wanted = configuration?.linksWithOneDefaultRoute ?? []
    var state = try NetworkState(options)
    if let failure = state.recordsFailure { throw failure }
    try state.look(for: wanted)
    let found = state.found.links
    let assignment = state.assignAgain(wanted)
    let directory = LinkDirectory(wanted, found, assignment.pairs)
    for (position, link) in found.enumerated() {
      let pair = assignment.pairs.first { $0.found == position }
      let status = LinkStatus(
        pair.map { wanted[$0.wanted] }, link, directory: directory,
        linklessRoutes: state.found.linklessRoutes, rules: state.found.rules,
        record: state.records[link.index], kernel: state.kernel)
      if let only = options.interface, only != link.name { continue }
      // The loopback has nothing to tell unless something of ours is on it.
      if pair == nil, link.name == "lo", status.isAsWanted { continue }
      links.append(status)
    }
    if options.interface == nil, !links.isEmpty {
      let rules = wanted.flatMap { $0.rules }
      for rule in state.found.rules
      where rule.mark == Ownership.mark && !rules.contains(where: { $0.isMet(by: rule.rule) }) {
        links[0].addLeftOver(rule)
      }
    }
    left = assignment.left.compactMap { left in
      let name = left.found.map { found[$0].name } ?? wanted[left.wanted].name
      guard options.interface == nil || options.interface == name else { return nil }
      return Note(object: name, message: left.reason)
    }
    for refusal in assignment.refusals
    where options.interface == nil || options.interface == wanted[refusal.wanted].name {
      if case .noneFound = refusal.reason, wanted[refusal.wanted].mayBeAbsent { continue }
      absent.append((wanted[refusal.wanted].name, refusal.description))
    }
    if let name = configuration?.hostname, options.interface == nil {
      hostname = (name, Self.presentHostname(options.files))
    }
  }

  private static func presentHostname(_ files: FileTree) -> String {
    guard !files.isRunningGuest else { return System.identity().hostname }
    let bytes = ((try? files.read("/etc/hostname")) ?? nil) ?? []
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  public var isAsWanted: Bool {
    absent.isEmpty && links.allSatisfy { $0.isAsWanted }
      && (hostname.map { $0.wanted == $0.present } ?? true)
  }
}
