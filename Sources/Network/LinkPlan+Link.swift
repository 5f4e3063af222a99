import Addresses
import Configuration

/// The link itself, up to that it is up. `found` becomes what the steps leave of it.
extension LinkPlan {
  mutating func planLink(
    _ wanted: LinkConfiguration, _ found: inout FoundLink, _ directory: LinkDirectory,
    _ kernel: KernelFeatures
  ) {
    // Until the link is renamed its sysctls have the old name.
    let before = LinkIdentity(index: found.index, name: found.name)
    // A bond that goes sets down the ports that were up before us.
    let wasLetGo = record.controller != nil && !record.broughtUp && !record.tookDown
    let wasUp = found.isUp || wasLetGo
    planSysctls(wanted, found, before)
    planAddressGeneration(wanted, found, before)
    if found.name != link.name {
      if found.isUp, !kernel.renamesLive {
        steps.append(NetworkStep(before, .bringDown))
        found.goDown()
        flushes = true
        notes.append("it is set down for its new name, as this kernel asks for")
      }
      steps.append(NetworkStep(before, .rename(link.name)))
      record.name = record.name ?? found.name
    }
    planMTUAndAddress(wanted, found, directory)
    planController(wanted, &found, directory)
    planSettings(wanted, found, directory)
    planActivation(wanted, &found, wasUp: wasUp)
    planIPv6MTU(wanted, found)
  }

  /// A bond gives its ports its own MTU and hardware address, and those that they had as they
  /// joined as they leave: so these come before.
  private mutating func planMTUAndAddress(
    _ wanted: LinkConfiguration, _ found: FoundLink, _ directory: LinkDirectory
  ) {
    let isOfBond = found.controller.flatMap { directory[index: $0] }?.kind == "bond"
    // A bridge follows its ports until it is told.
    let follows = found.isMadeByUs && found.kind == "bridge" && record.mtu == nil
    // What the metadata no longer name becomes again what it was before us.
    if let mtu = wanted.mtu ?? (isOfBond ? nil : record.mtu), mtu != found.mtu || follows {
      add(.setMTU(mtu))
      record.mtu = record.mtu ?? found.mtu
    }
    if wanted.mtu == nil, !isOfBond { record.mtu = nil }
    if isOfBond { return }
    if let address = wanted.macAddress ?? record.macAddress, address != found.macAddress {
      add(.setMACAddress(address))
      record.macAddress = record.macAddress ?? found.macAddress
      flushes = flushes || found.isUp
    }
    if wanted.macAddress == nil { record.macAddress = nil }
  }

  // MARK: How the kernel configures by itself

  private mutating func planSysctls(
    _ wanted: LinkConfiguration, _ found: FoundLink, _ before: LinkIdentity
  ) {
    let acceptRA = wanted.acceptRA.map { accepts in
      // 2 accepts as well.
      !accepts ? 0 : found.forwardsIPv6 || found.sysctls[.acceptRA] == 2 ? 2 : 1
    }
    planSysctl(.acceptRA, acceptRA, found, before)
    planSysctl(.temporaryAddresses, wanted.ipv6Privacy.map { $0 ? 2 : 0 }, found, before)
  }

  @inline(never)
  private mutating func planSysctl(
    _ sysctl: LinkSysctl, _ wanted: Int?, _ found: FoundLink, _ link: LinkIdentity
  ) {
    guard let value = wanted ?? record.sysctls[sysctl] else { return }
    // Without a present value there is no such sysctl, as where IPv6 is off.
    if let present = found.sysctls[sysctl], present != value {
      steps.append(NetworkStep(link, .sysctl(sysctl, value)))
      record.sysctls[sysctl] = record.sysctls[sysctl] ?? present
    }
    if wanted == nil { record.sysctls[sysctl] = nil }
  }

  /// The kernel sets it to the MTU of the link with each change of that, and as the link comes up.
  private mutating func planIPv6MTU(_ wanted: LinkConfiguration, _ found: FoundLink) {
    guard let present = found.sysctls[.ipv6MTU] else { return }
    if wanted.ipv6MTU != nil {
      record.sysctls[.ipv6MTU] = record.sysctls[.ipv6MTU] ?? present
    }
    var after = found
    for step in steps {
      switch step.action {
      case .setMTU(let bytes): after.sysctls[.ipv6MTU] = Int(bytes)
      case .bringUp: after.sysctls[.ipv6MTU] = Int(wanted.mtu ?? found.mtu)
      default: break
      }
    }
    planSysctl(.ipv6MTU, wanted.ipv6MTU.map { Int($0) }, after, link)
  }

  private mutating func planAddressGeneration(
    _ wanted: LinkConfiguration, _ found: FoundLink, _ before: LinkIdentity
  ) {
    guard let present = found.addressGeneration else {
      if !wanted.namesAddressGeneration { record.addressGeneration = nil }
      return
    }
    guard wanted.namesAddressGeneration else {
      if let mode = record.addressGeneration, mode != present {
        steps.append(NetworkStep(before, .generateAddresses(mode)))
      }
      record.addressGeneration = nil
      return
    }
    let mode = wanted.addressGeneration(on: found, present)
    if mode == .random, wanted.ipv6AddressGeneration != nil, present != .random {
      notes.append("no stable_secret is set: its IPv6 addresses change with each boot")
    }
    guard mode != present else { return }
    steps.append(NetworkStep(before, .generateAddresses(mode)))
    record.addressGeneration = record.addressGeneration ?? present
  }

  // MARK: Bond or bridge

  /// A bond takes no port that is up.
  private mutating func planController(
    _ wanted: LinkConfiguration, _ found: inout FoundLink, _ directory: LinkDirectory
  ) {
    let present = found.controller.flatMap { directory[index: $0] }
    if found.controller == nil { forgetPortSettings(&found) }
    guard let name = wanted.controller else {
      guard let before = record.controller else { return }
      record.controller = nil
      guard found.controller != nil, found.controller != before else { return }
      let earlier = directory[index: before]
      add(earlier.map { .setController($0.identity) } ?? .leaveController)
      if present?.kind == "bond" { found.goDown() }
      forgetPortSettings(&found)
      flushes = true
      return
    }
    guard let controller = directory[name] else {
      return refusals.append("no network interface \(name) to be a port of")
    }
    if found.controller == controller.identity.index {
      // Nobody but the kernel knows what a port's parameter was before it was given.
      let isLess = record.given.contains { key in
        key.owner == .bridgePort && !wanted.parameters.contains { $0.key == key }
      }
      guard isLess else { return }
      add(.leaveController)
    }
    if controller.kind == "bond" {
      if found.isUp {
        add(.bringDown)
        found.goDown()
      } else if record.controller == nil, !record.tookDown {
        // The bond sets it up, whatever its activation.
        record.broughtUp = true
      }
    }
    add(.setController(controller.identity))
    forgetPortSettings(&found)
    record.given += wanted.parameters.map { $0.key }.filter { $0.owner == .bridgePort }
    record.controller = record.controller ?? found.controller ?? 0
    flushes = true
  }

  /// A port's parameters are of its being one.
  @inline(never)
  private mutating func forgetPortSettings(_ found: inout FoundLink) {
    found.settings.removeAll { $0.key.owner == .bridgePort }
    record.settings.removeAll { $0.key.owner == .bridgePort }
    record.given.removeAll { $0.owner == .bridgePort }
  }

  // MARK: Parameters

  private mutating func planSettings(
    _ wanted: LinkConfiguration, _ found: FoundLink, _ directory: LinkDirectory
  ) {
    var settings: [LinkSetting] = []
    if wanted.kind == .bond || wanted.kind == .bridge {
      let (taken, untaken) = wanted.settings(of: wanted.kind == .bond ? .bond : .bridge, directory)
      settings = taken
      notes += untaken
    }
    if wanted.controller != nil { settings += wanted.settings(of: .bridgePort, directory).taken }
    for setting in record.settings
    where !wanted.parameters.contains(where: { $0.key == setting.key }) {
      record.settings.removeAll { $0.key == setting.key }
      settings.append(setting)
    }
    for changed in settings.filter({ !found.settings.contains($0) }).byOwner {
      var changed = changed
      // Ours was made anew for such a value.
      if let fixed = changed.first(where: { $0.key.needsNewLink }) {
        refusals.append(
          "\(fixed.key.spelling) of a bond that guestagent did not make cannot be changed")
        changed.removeAll { $0.key.needsNewLink }
      }
      if changed.isEmpty { continue }
      add(.setSettings(changed))
      for setting in changed where wanted.parameters.contains(where: { $0.key == setting.key }) {
        let before = found.settings.first { $0.key == setting.key }
        guard let before, !record.settings.contains(where: { $0.key == setting.key }) else {
          continue
        }
        record.settings.append(before)
      }
    }
  }

  // MARK: Up or down

  private mutating func planActivation(
    _ wanted: LinkConfiguration, _ found: inout FoundLink, wasUp: Bool
  ) {
    switch wanted.activation {
    case nil:
      if found.isUp { break }
      add(.bringUp)
      if !wasUp, !record.tookDown { record.broughtUp = true }
      record.tookDown = false
    case .manual:
      staysDown = !wasUp
      if wasUp, !found.isUp { add(.bringUp) }
    case .off:
      staysDown = true
      guard found.isUp || wasUp else { break }
      if found.isUp { add(.bringDown) }
      found.goDown()
      if !record.broughtUp { record.tookDown = true }
      record.broughtUp = false
    }
  }
}

extension LinkConfiguration {
  /// A port has no addresses of its own making unless it is asked for them, as netplan has it.
  fileprivate var namesAddressGeneration: Bool {
    linkLocal != nil || ipv6AddressGeneration != nil || controller != nil
  }

  /// The mode wanted, where one is. Without a secret the kernel takes no `stable_secret`, and
  /// `random` is the same way of making addresses with a secret that it draws itself.
  fileprivate func addressGeneration(
    on found: FoundLink, _ present: FoundLink.AddressGeneration
  ) -> FoundLink.AddressGeneration {
    guard linkLocal?.ipv6 ?? (controller == nil) else { return .none }
    switch ipv6AddressGeneration {
    case .eui64: return .eui64
    // With its drawing the secret is there to be read.
    case .stablePrivacy:
      return found.hasStableSecret && present != .random ? .stableSecret : .random
    case nil: return present == .none ? .eui64 : present
    }
  }
}

extension FoundLink {
  /// What goes with the link's being up.
  @inline(never)
  fileprivate mutating func goDown() {
    isUp = false
    routes = []
    neighbors = []
    addresses.removeAll { $0.prefix.family == .ipv6 }
  }
}
