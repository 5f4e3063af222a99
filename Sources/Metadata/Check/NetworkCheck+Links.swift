import Addresses
import Configuration

extension NetworkCheck {
  /// What is wrong with links that are made, and with the links that carry them.
  mutating func checkMadeLinks() {
    var byName: [String: Int] = [:]
    for (index, link) in links.enumerated() { byName[link.name] = index }
    checkNames()
    checkVLANs(byName)
    checkLoops(byName)
    let controllers = Set(links.compactMap { $0.controller })
    for link in links where link.kind == .bond && !controllers.contains(link.name) {
      warn(.link, link, 0, "bond \(quoted(link.name)) has no port")
    }
  }

  /// Readers tell it of NICs; a link that is made claims its name as well.
  private mutating func checkNames() {
    var owners: [String: Int] = [:]
    for (index, link) in links.enumerated() {
      guard let name = link.setName?.text ?? (link.match == nil ? link.name : nil),
        let owner = owners.updateValue(index, forKey: name)
      else { continue }
      error(
        .link, link, 0,
        "\(quoted(link.name)) and \(quoted(links[owner].name)) both claim the name \(quoted(name))")
    }
  }

  private mutating func checkVLANs(_ byName: [String: Int]) {
    struct Channel: Hashable {
      let parent: String
      let id: UInt16
    }
    var owners: [Channel: String] = [:]
    for link in links {
      guard case .vlan(let parent, let id) = link.kind else { continue }
      if let other = owners.updateValue(link.name, forKey: Channel(parent: parent, id: id)) {
        error(
          .link, link, 0,
          "\(quoted(link.name)) and \(quoted(other)) are both VLAN \(id) of \(quoted(parent))")
      }
      if byName[parent] == nil {
        warn(
          .link, link, 0,
          "parent \(quoted(parent)) of \(quoted(link.name)) is not configured: nothing sets it up",
          hint: "configure \(quoted(parent)) too, empty if need be")
      }
    }
  }

  /// A VLAN of its own VLAN, a bridge that is a port of its own port: links are laid aside whose
  /// parent or ports are, until none is left or all that are left wait for each other.
  private mutating func checkLoops(_ byName: [String: Int]) {
    var waitsFor = [Int](repeating: 0, count: links.count)
    var carries = [[Int]](repeating: [], count: links.count)
    for (index, link) in links.enumerated() {
      if case .vlan(let parent, _) = link.kind, let parent = byName[parent] {
        waitsFor[index] += 1
        carries[parent].append(index)
      }
      if let controller = link.controller.flatMap({ byName[$0] }) {
        waitsFor[controller] += 1
        carries[index].append(controller)
      }
    }
    var ready = links.indices.filter { waitsFor[$0] == 0 }
    while let index = ready.popLast() {
      for above in carries[index] {
        waitsFor[above] -= 1
        if waitsFor[above] == 0 { ready.append(above) }
      }
    }
    let left = links.indices.filter { waitsFor[$0] > 0 }
    guard let first = left.first else { return }
    let names = left.prefix(8).map { quoted(links[$0].name) }.joined(separator: ", ")
    error(.link, links[first], 0, "some of these links rest on each other: \(names)")
  }
}
