import Addresses
import Configuration
import Network

/// The judgement of a link, line by line; what to do stands in the hint.
extension LinkFacts {
  var findings: [Finding] {
    var list = [linkFinding]
    addAddresses(&list)
    addRoutes(&list)
    // An item that a line above tells better is not told twice.
    for item in status
    where item.state.isWrong && item.kind != .address && item.text != "up" {
      list.append(finding(item))
    }
    for neighbor in neighbors { list.append(finding(neighbor)) }
    if let routers { addRouters(routers, &list) }
    return list
  }

  private var name: String { found.name }

  private static var applies: String { "run guestagent apply" }

  /// Whether nobody wants anything of the link, and the guest has another.
  private var isIdle: Bool {
    wanted == nil && addresses.isEmpty && othersHaveDefault != (false, false)
  }

  private var linkFinding: Finding {
    let mac = found.macAddress.map { ", \($0)" } ?? ""
    let text = "\(found.isUp ? "up" : "down"), \(found.hasCarrier ? "carrier" : "no carrier")"
      + ", mtu \(found.mtu)\(mac)"
    if silence == nil { return Finding(.ok, name, .link, text) }
    if isIdle || wanted?.activation != nil || wanted?.optional == true {
      return Finding(.unknown, name, .link, text, hint: "nothing asks for it to be up")
    }
    let hint =
      found.isUp
      ? "look at the host's end of the NIC: it is down, or in no bridge"
      : wanted == nil ? "run ip link set dev \(name) up, or guestagent apply" : Self.applies
    return Finding(.wrong, name, .link, text, hint: hint)
  }

  // MARK: Addresses

  private func addAddresses(_ list: inout [Finding]) {
    let wanted = self.wanted?.addresses.map { $0.prefix } ?? []
    for prefix in wanted where !found.addresses.contains(where: { $0.prefix == prefix }) {
      list.append(Finding(.wrong, name, .address, "\(prefix) is missing", hint: Self.applies))
    }
    for address in found.addresses
    where !address.prefix.address.isLinkLocal || wanted.contains(address.prefix)
      || address.duplicateDetection == .failed
    {
      list.append(finding(address))
    }
    guard addresses.isEmpty, wanted.isEmpty, !isIdle else { return }
    let asksDHCP = self.wanted?.dhcp4 == true || self.wanted?.dhcp6 == true
    list.append(
      Finding(
        .wrong, name, .address, "it has none",
        hint: asksDHCP
          ? "dhcp is left to the guest's DHCP client: look whether one runs"
          : hasMetadata ? "the metadata give it none" : "give guestagent apply metadata"))
  }

  private func finding(_ address: FoundAddress) -> Finding {
    let text = "\(address.prefix)"
    let other = "another host on the link has it"
    let hint = "end that host's use of it, or take another address"
    switch address.duplicateDetection {
    case .failed: return Finding(.wrong, name, .address, "\(text): \(other)", hint: hint)
    case .running:
      return Finding(
        .unknown, name, .address, "\(text) is tentative: duplicate address detection runs",
        hint: "look again in a second; without carrier it does not end")
    case .passed: break
    }
    let asked = duplicates.first { $0.address == address.prefix.address }?.answer
    if let mac = asked?.macAddresses.first {
      return Finding(.wrong, name, .address, "\(text): \(other), at \(mac)", hint: hint)
    }
    return Finding(.ok, name, .address, text + (asked?.problem == nil && asked != nil
      ? ", no other host has it" : ""))
  }

  // MARK: Routes

  private func addRoutes(_ list: inout [Finding]) {
    for (family, others) in [
      (IPFamily.ipv4, othersHaveDefault.ipv4), (.ipv6, othersHaveDefault.ipv6),
    ] {
      let defaults = defaults(family)
      for route in defaults {
        let text = route.words()
        if let gateway = route.gateway, !isCovered(gateway, route) {
          list.append(
            Finding(
              .wrong, name, .route, "\(text): no route on the link covers the gateway",
              hint: wanted == nil
                ? "run ip route add \(IPPrefix(host: gateway)) dev \(name)" : Self.applies))
        } else {
          list.append(Finding(.ok, name, .route, text))
        }
      }
      let isWanted = wanted?.routes.contains { $0.to.length == 0 && $0.to.family == family }
      // One that is wanted and missing is told as such.
      guard defaults.isEmpty, !others, isWanted != true,
        addresses.contains(where: { $0.prefix.family == family })
      else { continue }
      list.append(
        Finding(
          hasMetadata ? .unknown : .wrong, name, .route,
          "no default route of \(family == .ipv4 ? "IPv4" : "IPv6")",
          hint: "add routes: [{to: default, via: <gateway>}] to the metadata"))
    }
    if dropsByReversePath {
      list.append(
        Finding(
          .wrong, name, .route,
          "what comes in here is dropped: answers leave by another link, and rp_filter is strict",
          hint: "run sysctl net.ipv4.conf.\(name).rp_filter=2, or add a rule for its addresses"))
    }
  }

  /// Whether the kernel would take the route again.
  private func isCovered(_ gateway: IPAddress, _ route: Route) -> Bool {
    if route.isOnLink || gateway.family == .ipv6 && gateway.isLinkLocal { return true }
    return found.routes.contains {
      let key = $0.route.key
      return $0.route.gateway == nil && $0.route.type == .unicast && key.destination.length > 0
        && key.destination.contains(gateway)
    }
  }

  private func finding(_ item: LinkStatus.Item) -> Finding {
    let subject: Finding.Subject =
      switch item.kind {
      case .link: .link
      case .address: .address
      case .route: .route
      case .neighbor: .neighbor
      case .rule: .rule
      }
    let state: String =
      switch item.state {
      case .missing: "is missing"
      case .differs(let there): "differs, there: \(there)"
      case .leftOver: "is left over"
      case .asWanted, .notOurs: ""
      }
    return Finding(.wrong, name, subject, "\(item.text) \(state)", hint: Self.applies)
  }

  // MARK: Router advertisements

  private func addRouters(_ heard: Probe.Answer, _ list: inout [Finding]) {
    let learned = found.routes.contains { $0.mark == Ownership.routerAdvertisement }
    let hasIPv6 = addresses.contains { $0.prefix.family == .ipv6 }
    if let router = heard.routers.first {
      let text = "\(router.address) advertises itself"
        + (router.isDefault ? "" : ", not as a default router")
      list.append(
        acceptsRouters
          ? Finding(.ok, name, .router, text)
          : Finding(
            .unknown, name, .router, "\(text); advertisements are not accepted",
            hint: "add accept-ra: true to the metadata if they are to be"))
    } else if learned {
      list.append(Finding(.ok, name, .router, "routes of an advertisement are there"))
    } else if acceptsRouters, !hasIPv6 {
      list.append(
        Finding(
          .unknown, name, .router, heard.problem ?? "no router advertises itself",
          hint: "IPv6, if there is any, needs addresses and routes in the metadata"))
    }
  }
}
