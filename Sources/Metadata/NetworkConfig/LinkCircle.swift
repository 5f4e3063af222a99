import Configuration

extension LinkDrafts {
  /// Links of which each stands on the next and the last on the first: a VLAN on what carries it,
  /// a bond or bridge on its ports. `nil`: none.
  func circle() -> [Int]? {
    var below = [[Int]](repeating: [], count: links.count)
    var above = below
    for (index, link) in links.enumerated() {
      if case .vlan(let parent, _) = link.kind, let parent = self.index(of: parent),
        parent != index
      {
        below[index].append(parent)
        above[parent].append(index)
      }
      if let controller = link.controller.flatMap({ self.index(of: $0) }) {
        below[controller].append(index)
        above[index].append(controller)
      }
    }
    // Taken away from below, as long as one stands on nothing that is left.
    var standsOn = below.map { $0.count }
    var free = links.indices.filter { standsOn[$0] == 0 }
    while let link = free.popLast() {
      for upper in above[link] {
        standsOn[upper] -= 1
        if standsOn[upper] == 0 { free.append(upper) }
      }
    }
    guard var link = links.indices.first(where: { standsOn[$0] > 0 }) else { return nil }
    // Downwards from any that is left, until one comes again.
    var path: [Int] = []
    var places = [Int?](repeating: nil, count: links.count)
    while places[link] == nil {
      places[link] = path.count
      path.append(link)
      guard let next = below[link].first(where: { standsOn[$0] > 0 }) else { return nil }
      link = next
    }
    return places[link].map { [Int](path[$0...]) }
  }
}
