import Addresses
import Configuration
import Network

/// Is the static neighbour needed here, and is it right?
extension LinkFacts {
  func finding(_ neighbor: NeighborFacts) -> Finding {
    let isGateway = isGateway(neighbor.address)
    let way = neighbor.address.family == .ipv4 ? "ARP" : "ND"
    func tell(_ state: Finding.State, _ text: Message, hint: Message? = nil) -> Finding {
      Finding(
        state, found.name, isGateway ? .gateway : .neighbor, "\(neighbor.address) \(text.text)",
        hint: hint)
    }
    let macs = neighbor.probe?.answer.macAddresses ?? []
    let permanent = neighbor.permanent
    if macs.count > 1 {
      return tell(
        .wrong, "answers \(way) from \(macs[0]) and from \(macs[1])",
        hint: "two hosts have its address; ask whoever runs the network")
    }
    if let mac = macs.first {
      if permanent == nil { return tell(.ok, "answers \(way) as \(mac)") }
      if let permanent, permanent != mac {
        return tell(
          .wrong, "answers \(way) as \(mac), the static neighbour says \(permanent)",
          hint: Self.correction("put", "in", neighbor.address, mac))
      }
      return tell(
        .ok,
        """
        answers \(way) as \(mac); the static neighbour is right, and not needed as long as it does
        """)
    }
    let silence = self.silence ?? (neighbor.source == nil ? "the link has no address" : nil)
    if let silence { return tell(.unknown, "not asked: \(silence)") }
    if let permanent, neighbor.echo?.answer.isAnswered == true {
      return tell(
        .ok, "answers pings, not \(way): the static neighbour \(permanent) is needed, and right")
    }
    if let permanent, let resolver = neighbor.resolver {
      return tell(
        .ok,
        """
        answers no \(way), and \(resolver) answers by way of it: the static neighbour \
        \(permanent) is needed, and right
        """)
    }
    if let problem = neighbor.probe?.answer.problem { return tell(.unknown, "\(problem)") }
    let other = neighbor.probe?.answer.seen ?? neighbor.learned
    if let permanent {
      if let other, other != permanent {
        return tell(
          .wrong, "asks as \(other), the static neighbour says \(permanent)",
          hint: Self.correction("put", "in", neighbor.address, other))
      }
      return tell(
        isGateway ? .wrong : .unknown,
        "answers neither \(way) nor pings through the static neighbour \(permanent)",
        hint: """
          ask whoever runs the network for its hardware address; a host that ignores pings looks \
          the same
          """)
    }
    return tell(
      isGateway ? .wrong : .unknown,
      "answers no \(way) from \(neighbor.source ?? neighbor.address): a static neighbour is needed",
      hint: Self.correction("add", "to", neighbor.address, other))
  }

  @inline(never)
  private static func correction(
    _ verb: String, _ place: String, _ to: IPAddress, _ mac: MACAddress?
  ) -> Message {
    let quote = mac == nil ? "" : "\""
    let mac = mac?.description ?? "<its hardware address>"
    return """
      \(verb) neighbors: [{to: "\(to)", lladdr: \(quote)\(mac)\(quote)}] \(place) the metadata
      """
  }
}
