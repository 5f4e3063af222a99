/// A parameter of a bond that the kernel would refuse, and the whole bond with it: it is left out.
public struct BondFault: Equatable {
  /// Its place among the parameters.
  public let index: Int
  /// Why, after the parameter's name; `nil`: it says what is so without it, and can be left out.
  public let message: String?
}

/// Which parameters of a bond its mode or the others among them rule out, in their order.
/// Source: drivers/net/bonding/bond_options.c (`unsuppmodes`, `_bond_option_delay_set`),
/// bond_netlink.c (`bond_changelink`).
public func bondFaults(_ parameters: [LinkParameter]) -> [BondFault] {
  func number(_ key: LinkParameter.Key) -> UInt32 {
    guard case .number(let number) = parameters.first(where: { $0.key == key })?.value else {
      return 0
    }
    return number
  }
  let mode = number(.mode)
  // 802.3ad, balance-tlb and balance-alb have the MII monitor on by themselves.
  let monitors = number(.miiMonitorInterval) > 0 || mode >= 4
  var faults: [BondFault] = []
  for (index, parameter) in parameters.enumerated() {
    let key = parameter.key
    let isDefault = parameter.value == .number(0) && key != .packetsPerMember
    var message: String?
    if !modes(taking: key).contains(mode) {
      let word = LinkParameter(.mode, .number(mode)).valueText
      message = "is not taken by a bond of mode \(word)"
    } else if key == .upDelay || key == .downDelay, !monitors {
      message = "needs \"mii-monitor-interval\""
    } else if key == .arpInterval, number(.miiMonitorInterval) > 0 {
      message = "cannot stand beside \"mii-monitor-interval\""
    }
    if message != nil { faults.append(BondFault(index: index, message: isDefault ? nil : message)) }
  }
  return faults
}

/// The numbers of the modes that a parameter is taken in.
private func modes(taking key: LinkParameter.Key) -> [UInt32] {
  switch key {
  case .packetsPerMember: [0]
  case .lacpRate: [4]
  case .primary: [1, 5, 6]
  case .arpInterval, .arpValidate: [0, 1, 2, 3]
  default: [0, 1, 2, 3, 4, 5, 6]
  }
}
