import Addresses
import Configuration
import Network
import Testing

/// Three NICs and what can be made of them, out of few values, so that two have much in common.
private func wantedLinks(_ random: inout SeededGenerator) -> [LinkConfiguration] {
  var links = (0...2).map { wanted("eth\($0)") }
  for name in ["bond0", "br0", "br1"] where random.oneIn(2) {
    links.append(
      wanted(name) {
        $0.kind = name == "bond0" ? .bond : .bridge
        if name == "bond0" {
          let mode: UInt32 = random.one(of: [0, 1, 4])
          $0.parameters = [LinkParameter(.mode, .number(mode))]
          if random.oneIn(2) {
            let interval: UInt32 = random.one(of: [100, 200])
            $0.parameters.append(LinkParameter(.miiMonitorInterval, .number(interval)))
          }
          if random.oneIn(2) { $0.parameters.append(LinkParameter(.lacpRate, .number(1))) }
        } else if random.oneIn(2) {
          $0.parameters = [LinkParameter(.forwardDelay, .number(random.one(of: [4, 5])))]
        }
        if random.oneIn(3) { $0.mtu = random.one(of: [1400, 9000]) }
      })
  }
  if random.oneIn(2) { links.append(wanted("dummy0") { $0.kind = .dummy }) }
  for name in ["v1", "v2"] where random.oneIn(2) {
    let parent = random.one(of: links).name
    // One number a name: the kernel takes no two of one parent.
    let id: UInt16 = name == "v1" ? 5 : random.one(of: [6, 7])
    links.append(wanted(name) { $0.kind = .vlan(parent: parent, id: id) })
  }
  for position in links.indices where random.oneIn(2) {
    let below = stack(below: links[position].name, links)
    let controllers = links.filter {
      ($0.kind == .bond || $0.kind == .bridge) && !below.contains($0.name)
        && $0.name != links[position].name
    }
    // What a link stands on cannot stand on it.
    let free = controllers.filter { !stack(below: $0.name, links).contains(links[position].name) }
    guard links[position].mtu == nil, let controller = free.randomElement(using: &random) else {
      continue
    }
    links[position].controller = controller.name
    if controller.kind == .bridge, random.oneIn(2) {
      links[position].parameters.append(LinkParameter(.pathCost, .number(random.one(of: [50, 60]))))
    }
  }
  for position in links.indices where links[position].controller == nil {
    if random.oneIn(2) { links[position].addresses = [address("192.0.2.\(position + 1)/32")] }
    if random.oneIn(6) { links[position].activation = random.oneIn(2) ? .off : .manual }
  }
  return links.shuffled(using: &random)
}

/// All that a link stands on or is held by, by name.
private func stack(below name: String, _ links: [LinkConfiguration]) -> [String] {
  var names = [name]
  var next = 0
  while next < names.count {
    let link = links.first { $0.name == names[next] }
    var others = link?.controller.map { [$0] } ?? []
    if case .vlan(let parent, _) = link?.kind { others.append(parent) }
    names += others.filter { !names.contains($0) }
    next += 1
  }
  return Array(names.dropFirst())
}

@Test func `links that are made converge, and down leaves the NICs as they were`() {
  for seed in 1...250 as ClosedRange<UInt64> {
    var random = SeededGenerator(state: seed)
    let before = (0...2).map { number in
      nic("eth\(number)", index: UInt32(2 + number)) {
        $0.isUp = random.oneIn(2)
        $0.macAddress = mac("52:54:00:00:00:0\(number)")
      }
    }
    var network = SimulatedNetwork(before)
    for round in 1...3 {
      let links = wantedLinks(&random)
      let planned = network.dryRun(links)
      network.bring(to: links)
      let comment: Comment = "seed \(seed), round \(round)"
      #expect(network.refusals == [], comment)
      if round == 1 { #expect(planned == network.done, comment) }
      #expect(network.dryRun(links) == [], comment)
      expectAsWanted(network, links, comment)
      guard network.refusals.isEmpty, network.dryRun(links).isEmpty else { return }
    }
    network.takeDown()
    #expect(network.refusals == [], "seed \(seed)")
    #expect(network.links.map { $0.link } == before, "seed \(seed)")
    guard network.refusals.isEmpty, network.links.map({ $0.link }) == before else { return }
  }
}

private func expectAsWanted(
  _ network: SimulatedNetwork, _ links: [LinkConfiguration], _ comment: Comment
) {
  let found = network.found.links
  let assignment = network.assignment(links)
  #expect(assignment.pairs.count == links.count, comment)
  let directory = LinkDirectory(links, found, assignment.pairs)
  for pair in assignment.pairs {
    let status = LinkStatus(
      links[pair.wanted], found[pair.found], directory: directory,
      record: network.records[found[pair.found].index], kernel: .new)
    #expect(status.items.filter { $0.state.isWrong } == [], comment)
  }
}
