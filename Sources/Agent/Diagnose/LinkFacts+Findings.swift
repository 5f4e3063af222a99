import Addresses
import Configuration
import Network

/// The judgement of a link, line by line; what to do stands in the hint.
extension LinkFacts {
  var findings: [Finding] {
    var list: [Finding] = []
    addLink(&list)
    addAddresses(&list)
    addRoutes(&list)
    // What a line above tells better is not told twice.
    for item in status where item.state.isWrong && item.kind != .address && item.text != "up" {
      add(item, &list)
    }
    for neighbor in neighbors { list.append(finding(neighbor)) }
    if let heard = routers?.answer { addRouters(heard, &list) }
    return list
  }

  private static var applies: Message { "run guestagent apply" }

  @inline(never)
  private func add(
    _ state: Finding.State, _ subject: Finding.Subject, _ text: Message, hint: Message? = nil,
    to list: inout [Finding]
  ) {
    list.append(Finding(state, found.name, subject, text, hint: hint))
  }

  private var hasAddress: Bool {
    found.addresses.contains { !$0.prefix.address.isLinkLocal }
  }

  /// Whether nobody wants anything of the link, and the guest has another.
  private var isIdle: Bool {
    !isWanted && !hasAddress && (othersHaveDefault4 || othersHaveDefault6)
  }

  private func addLink(_ list: inout [Finding]) {
    let mac = found.macAddress?.description ?? "no hardware address"
    let text: Message =
      """
      \(found.isUp ? "up" : "down"), \(found.hasCarrier ? "carrier" : "no carrier"), \
      mtu \(found.mtu), \(mac)
      """
    var hint: Message?
    var state = Finding.State.ok
    if silence != nil {
      if isIdle || wanted?.activation != nil || wanted?.optional == true {
        (state, hint) = (.unknown, "nothing asks for it to be up")
      } else if found.isUp {
        (state, hint) = (.wrong, "look at the host's end of the NIC: it is down, or in no bridge")
      } else {
        state = .wrong
        hint =
          !isWanted
          ? "run ip link set dev \(found.name) up, or guestagent apply" : Self.applies
      }
    }
    add(state, .link, text, hint: hint, to: &list)
  }

  // MARK: Addresses

  private func addAddresses(_ list: inout [Finding]) {
    for item in status where item.kind == .address && item.state == .missing {
      add(item, &list)
    }
    for address in found.addresses
    where !address.prefix.address.isLinkLocal || address.duplicateDetection == .failed {
      add(address, &list)
    }
    if hasAddress || isIdle || wanted?.addresses.isEmpty == false { return }
    let asksDHCP = wanted?.dhcp4 == true || wanted?.dhcp6 == true
    add(
      .wrong, .address, "it has none",
      hint: asksDHCP
        ? "dhcp is left to the guest's DHCP client: look whether one runs"
        : hasMetadata ? "the metadata give it none" : "give guestagent apply metadata",
      to: &list)
  }

  private func add(_ address: FoundAddress, _ list: inout [Finding]) {
    if address.duplicateDetection == .running {
      return add(
        .unknown, .address, "\(address.prefix) is tentative: duplicate address detection runs",
        hint: "look again in a second; without carrier it does not end", to: &list)
    }
    let probe = duplicates.first { $0.asks(for: address.prefix.address) }
    let other = probe?.answer.macAddresses.first
    guard address.duplicateDetection == .failed || other != nil else {
      let isAlone = probe != nil && probe?.answer.problem == nil
      return add(
        .ok, .address, "\(address.prefix)\(isAlone ? ", no other host has it" : "")", to: &list)
    }
    let place = other?.description
    add(
      .wrong, .address,
      """
      \(address.prefix): another host on the link has it\(place == nil ? "" : ", at ")\
      \(place ?? "")
      """,
      hint: "end that host's use of it, or take another address", to: &list)
  }

  // MARK: Routes

  private func addRoutes(_ list: inout [Finding]) {
    addDefaults(.ipv4, &list)
    addDefaults(.ipv6, &list)
    if dropsByReversePath {
      add(
        .wrong, .route,
        "what comes in here is dropped: answers leave by another link, and rp_filter is strict",
        hint: """
          run sysctl net.ipv4.conf.\(found.name).rp_filter=2, or add a rule for its addresses
          """, to: &list)
    }
  }

  private func addDefaults(_ family: IPFamily, _ list: inout [Finding]) {
    var hasDefault = othersHaveDefault(family)
    for route in found.routes where route.route.isDefault(family) {
      hasDefault = true
      let text = route.route.words()
      if let gateway = route.route.gateway, !isCovered(gateway, route.route) {
        add(
          .wrong, .route, "\(text): no route on the link covers the gateway",
          hint: !isWanted
            ? "run ip route add \(IPPrefix(host: gateway)) dev \(found.name)" : Self.applies,
          to: &list)
      } else {
        add(.ok, .route, "\(text)", to: &list)
      }
    }
    // One that is wanted and missing is told as such.
    for route in wanted?.routes ?? [] where route.to.length == 0 && route.to.family == family {
      hasDefault = true
    }
    guard !hasDefault, found.addresses.contains(where: {
      $0.prefix.family == family && !$0.prefix.address.isLinkLocal
    }) else { return }
    add(
      hasMetadata ? .unknown : .wrong, .route,
      "no default route of \(family == .ipv4 ? "IPv4" : "IPv6")",
      hint: "add routes: [{to: default, via: <gateway>}] to the metadata", to: &list)
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

  private func add(_ item: LinkStatus.Item, _ list: inout [Finding]) {
    let subject = Finding.Subject(rawValue: item.kind.rawValue) ?? .link
    let state: Message =
      switch item.state {
      case .missing: "\(item.text) is missing"
      case .differs(let there): "\(item.text) differs, there: \(there)"
      case .leftOver, .asWanted, .notOurs: "\(item.text) is left over"
      }
    add(.wrong, subject, state, hint: Self.applies, to: &list)
  }

  // MARK: Router advertisements

  private func addRouters(_ heard: Probe.Answer, _ list: inout [Finding]) {
    if let router = heard.router {
      let rank = heard.isDefaultRouter ? "" : ", not as a default router"
      if acceptsRouters {
        add(.ok, .router, "\(router) advertises itself\(rank)", to: &list)
      } else {
        add(
          .unknown, .router,
          "\(router) advertises itself\(rank); advertisements are not accepted",
          hint: "add accept-ra: true to the metadata if they are to be", to: &list)
      }
    } else if found.routes.contains(where: { $0.mark == Ownership.routerAdvertisement }) {
      add(.ok, .router, "routes of an advertisement are there", to: &list)
    } else if acceptsRouters, !found.addresses.contains(where: {
      $0.prefix.family == .ipv6 && !$0.prefix.address.isLinkLocal
    }) {
      add(
        .unknown, .router, "\(heard.problem ?? "no router advertises itself")",
        hint: "IPv6, if there is any, needs addresses and routes in the metadata", to: &list)
    }
  }
}
