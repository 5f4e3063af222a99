import Addresses
import Network

extension LinkFacts {
  /// The questions that can be asked on it.
  func addProbes(_ probes: inout [Probe]) {
    let isSilent = silence != nil || found.macAddress == nil
    for target in targets {
      let source = source(for: target)
      let neighbor = Probe(.neighbor, target, from: source, mac: found.macAddress)
      neighbors.append(neighbor)
      for entry in found.neighbors where entry.to == target {
        if entry.isPermanent { neighbor.permanent = entry.linkLayerAddress } else {
          neighbor.learned = entry.linkLayerAddress
        }
      }
      if isSilent || source == nil { continue }
      ask(neighbor, &probes)
      if neighbor.permanent == nil { continue }
      let echo = Probe(.echo, target, from: source)
      neighbor.echo = echo
      ask(echo, &probes)
    }
    if isSilent { return }
    for address in found.addresses where address.duplicateDetection == .passed {
      let own = address.prefix.address
      if own.family == .ipv4, duplicates.count < 8 {
        let probe = Probe(.duplicate, own, mac: found.macAddress)
        duplicates.append(probe)
        ask(probe, &probes)
      } else if own.family == .ipv6, own.isLinkLocal, routers == nil {
        let probe = Probe(.routers, own, mac: found.macAddress, solicits: acceptsRouters)
        routers = probe
        ask(probe, &probes)
      }
    }
  }

  /// An answer of a resolver beyond the link proves its default gateway.
  func take(answerOf resolver: IPAddress) {
    let family = resolver.family
    if othersHaveDefault(family) || resolver.octets[0] == 127 || resolver.description == "::1"
      || hasRoute(to: resolver, isDirect: false)
    {
      return
    }
    for route in found.routes where route.route.isDefault(family) {
      for neighbor in neighbors where neighbor.target == route.route.gateway {
        neighbor.resolver = resolver
      }
    }
  }

  @inline(never)
  private func ask(_ probe: Probe, _ probes: inout [Probe]) {
    probe.open(found.index, found.name)
    probes.append(probe)
  }
}
