import Configuration

/// The order in which links are made and configured: what a link stands on before it, that is the
/// parent before its VLANs, and ports before their bond or bridge, which has its hardware address,
/// its carrier and the port of its `primary` from them. Others stay as the configuration has them,
/// and what stands on itself comes last.
public struct LinkOrder {
  /// Positions in the configuration's links.
  public private(set) var positions: [Int]

  public init(_ links: [LinkConfiguration]) {
    positions = Array(links.indices)
    guard links.contains(where: { $0.isMade || $0.controller != nil }) else { return }
    var byName: [String: Int] = [:]
    for (position, link) in links.enumerated() { byName[link.name] = position }
    /// What each stands under, and on how many it stands itself.
    var above = [[Int]](repeating: [], count: links.count)
    var below = [Int](repeating: 0, count: links.count)
    for (position, link) in links.enumerated() {
      if let controller = link.controller, let other = byName[controller] {
        above[position].append(other)
        below[other] += 1
      }
      if case .vlan(let parent, _) = link.kind, let other = byName[parent] {
        above[other].append(position)
        below[position] += 1
      }
    }
    var ordered = positions.filter { below[$0] == 0 }
    var next = 0
    while next < ordered.count {
      for other in above[ordered[next]] {
        below[other] -= 1
        if below[other] == 0 { ordered.append(other) }
      }
      next += 1
    }
    positions = ordered + positions.filter { below[$0] > 0 }
  }
}
