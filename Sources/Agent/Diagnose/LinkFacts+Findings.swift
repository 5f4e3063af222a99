import Addresses
import Configuration
import Network

/// The judgement of a link, line by line; what to do stands in the hint.
extension LinkFacts {
  /// Once.
  var findings: [Finding] {
    tellLink()
    tellAddresses()
    tellDefaults(.ipv4)
    tellDefaults(.ipv6)
    // What a line above tells better is not told twice.
    for item in status where item.state.isWrong && item.kind != .address && item.text != "up" {
      tell(item)
    }
    for neighbor in neighbors { told.append(finding(neighbor)) }
    if let routers { tellRouters(routers) }
    return told
  }

  private var applies: Message { "run guestagent apply" }

  @inline(never)
  private func tell(
    _ state: Finding.State, _ subject: Finding.Subject, _ text: Message, hint: Message? = nil
  ) {
    told.append(Finding(state, found.name, subject, text, hint: hint))
  }

  /// Whether nobody wants anything of the link, and the guest has another.
  private var isIdle: Bool {
    !isWanted && !hasAddress(nil) && (othersHaveDefault4 || othersHaveDefault6)
  }

  private func tellLink() {
    let mac = found.macAddress?.description ?? "no hardware address"
    var hint: Message?
    var state = Finding.State.ok
    if silence != nil {
      state = .wrong
      if isIdle || wanted.activation != nil || wanted.optional == true {
        state = .unknown
        hint = "nothing asks for it to be up"
      } else if found.isUp {
        hint = "look at the host's end of the NIC: it is down, or in no bridge"
      } else if isWanted {
        hint = applies
      } else {
        hint = Message("run ip link set dev % up, or guestagent apply", found.name)
      }
    }
    tell(
      state, .link,
      Message(
        found.isUp
          ? found.hasCarrier ? "up, carrier, mtu %, %" : "up, no carrier, mtu %, %"
          : found.hasCarrier ? "down, carrier, mtu %, %" : "down, no carrier, mtu %, %",
        found.mtu.description, mac), hint: hint)
  }

  // MARK: Addresses

  private func tellAddresses() {
    for item in status where item.kind == .address {
      if case .missing = item.state { tell(item) }
    }
    for address in found.addresses
    where !address.prefix.address.isLinkLocal || address.duplicateDetection == .failed {
      tell(address)
    }
    if hasAddress(nil) || isIdle || !wanted.addresses.isEmpty { return }
    var hint: Message = "the metadata give it none"
    if wanted.dhcp4 == true || wanted.dhcp6 == true {
      hint = "dhcp is left to the guest's DHCP client: look whether one runs"
    } else if !hasMetadata {
      hint = "give guestagent apply metadata"
    }
    tell(.wrong, .address, "it has none", hint: hint)
  }

  private func tell(_ address: FoundAddress) {
    let own = address.prefix.description
    if address.duplicateDetection == .running {
      return tell(
        .unknown, .address, Message("% is tentative: duplicate address detection runs", own),
        hint: "look again in a second; without carrier it does not end")
    }
    var alone = ""
    var place = ""
    for probe in duplicates where probe.target == address.prefix.address {
      if let other = probe.macAddresses.first {
        place = ", at " + other.description
      } else if probe.problem == nil {
        alone = ", no other host has it"
      }
    }
    if address.duplicateDetection == .failed || !place.isEmpty {
      tell(
        .wrong, .address, Message("%: another host on the link has it%", own, place),
        hint: "end that host's use of it, or take another address")
    } else {
      tell(.ok, .address, Message("%%", own, alone))
    }
  }

  // MARK: Routes

  private func tellDefaults(_ family: IPFamily) {
    var hasDefault = othersHaveDefault(family)
    for route in found.routes where route.route.isDefault(family) {
      hasDefault = true
      var state = Finding.State.ok
      var text = route.route.words()
      var hint: Message?
      if let gateway = route.route.gateway, !isCovered(gateway, route.route) {
        state = .wrong
        text += ": no route on the link covers the gateway"
        hint =
          isWanted
          ? applies
          : Message(
            "run ip route add % dev %", IPPrefix(host: gateway).description, found.name)
      }
      tell(state, .route, Message("%", text), hint: hint)
    }
    // One that is wanted and missing is told as such.
    for route in wanted.routes where route.to.length == 0 && route.to.family == family {
      hasDefault = true
    }
    if hasDefault || !hasAddress(family) { return }
    tell(
      hasMetadata ? .unknown : .wrong, .route,
      family == .ipv4 ? "no default route of IPv4" : "no default route of IPv6",
      hint: "add routes: [{to: default, via: <gateway>}] to the metadata")
  }

  /// Whether the kernel would take the route again.
  private func isCovered(_ gateway: IPAddress, _ route: Route) -> Bool {
    route.isOnLink || gateway.family == .ipv6 && gateway.isLinkLocal
      || hasRoute(to: gateway, isDirect: true)
  }

  private func tell(_ item: LinkStatus.Item) {
    let subject: Finding.Subject =
      switch item.kind {
      case .link: .link
      case .address: .address
      case .route: .route
      case .neighbor: .neighbor
      case .rule: .rule
      }
    let text: Message =
      switch item.state {
      case .missing: Message("% is missing", item.text)
      case .differs(let there): Message("% differs, there: %", item.text, there)
      case .leftOver, .asWanted, .notOurs: Message("% is left over", item.text)
      }
    tell(.wrong, subject, text, hint: applies)
  }

  // MARK: Router advertisements

  private func tellRouters(_ heard: Probe) {
    if let router = heard.router {
      let rank = heard.isDefaultRouter ? "" : ", not as a default router"
      let text = Message("% advertises itself%", router.description, rank)
      if acceptsRouters { return tell(.ok, .router, text) }
      return tell(
        .unknown, .router, Message("%; advertisements are not accepted", text.text),
        hint: "add accept-ra: true to the metadata if they are to be")
    }
    for route in found.routes where route.mark == Ownership.routerAdvertisement {
      return tell(.ok, .router, "routes of an advertisement are there")
    }
    if !acceptsRouters || hasAddress(.ipv6) { return }
    tell(
      .unknown, .router, Message("%", heard.problem ?? "no router advertises itself"),
      hint: "IPv6, if there is any, needs addresses and routes in the metadata")
  }
}
