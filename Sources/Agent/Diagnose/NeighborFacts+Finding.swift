import Addresses
import Configuration
import Network

/// Is the static neighbour needed here, and is it right?
extension LinkFacts {
  func finding(_ neighbor: NeighborFacts) -> Finding {
    let isGateway = isGateway(neighbor.address)
    let subject: Finding.Subject = isGateway ? .gateway : .neighbor
    let who = "\(neighbor.address)"
    let protocolName = neighbor.address.family == .ipv4 ? "ARP" : "ND"
    func found(_ state: Finding.State, _ text: String, hint: String? = nil) -> Finding {
      Finding(state, self.found.name, subject, "\(who) \(text)", hint: hint)
    }
    let macs = neighbor.answer.macAddresses
    if macs.count > 1 {
      return found(
        .wrong, "answers \(protocolName) from \(macs[0]) and from \(macs[1])",
        hint: "two hosts have its address; ask whoever runs the network")
    }
    if let mac = macs.first {
      guard let permanent = neighbor.permanent else {
        return found(.ok, "answers \(protocolName) as \(mac)")
      }
      if permanent == mac {
        return found(
          .ok,
          "answers \(protocolName) as \(mac); the static neighbour is right, and not needed as long"
            + " as it does")
      }
      return found(
        .wrong, "answers \(protocolName) as \(mac), the static neighbour says \(permanent)",
        hint: Self.correction(neighbor.address, mac, "put"))
    }
    if let permanent = neighbor.permanent, neighbor.echo?.isAnswered == true {
      return found(
        .ok,
        "answers pings, not \(protocolName): the static neighbour \(permanent) is needed, and right")
    }
    if let permanent = neighbor.permanent, let resolver = neighbor.resolver {
      return found(
        .ok,
        "answers no \(protocolName), and \(resolver) answers by way of it: the static neighbour"
          + " \(permanent) is needed, and right")
    }
    let silence = self.silence ?? (neighbor.source == nil ? "the link has no address" : nil)
    if let reason = silence.map({ "not asked: \($0)" }) ?? neighbor.answer.problem {
      return found(.unknown, reason)
    }
    let other = neighbor.answer.seen ?? neighbor.learned
    if let permanent = neighbor.permanent {
      if let other, other != permanent {
        return found(
          .wrong, "asks as \(other), the static neighbour says \(permanent)",
          hint: Self.correction(neighbor.address, other, "put"))
      }
      return found(
        isGateway ? .wrong : .unknown,
        "answers neither \(protocolName) nor pings through the static neighbour \(permanent)",
        hint: "ask whoever runs the network for its hardware address; a host that ignores pings"
          + " looks the same")
    }
    return found(
      isGateway ? .wrong : .unknown,
      "answers no \(protocolName) from \(neighbor.source.map { "\($0)" } ?? ""): a static neighbour"
        + " is needed",
      hint: Self.correction(neighbor.address, other, "add"))
  }

  private static func correction(_ to: IPAddress, _ mac: MACAddress?, _ verb: String) -> String {
    let mac = mac.map { "\"\($0)\"" } ?? "<its hardware address>"
    return "\(verb) neighbors: [{to: \"\(to)\", lladdr: \(mac)}] \(verb == "put" ? "in" : "to")"
      + " the metadata"
  }
}
