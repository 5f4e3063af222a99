import Addresses
import Configuration
import Network

/// Is the static neighbour needed here, and is it right?
extension LinkFacts {
  func finding(_ neighbor: Probe) -> Finding {
    let isGateway = isGateway(neighbor.target)
    let way = neighbor.target.family == .ipv4 ? "ARP" : "ND"
    let permanent = neighbor.permanent?.description ?? ""
    let macs = neighbor.macAddresses
    let first = macs.first?.description ?? ""
    var state = Finding.State.ok
    var text: Message
    var hint: Message?
    if macs.count > 1 {
      state = .wrong
      text = Message("answers % from % and from %", way, first, macs[1].description)
      hint = "two hosts have its address; ask whoever runs the network"
    } else if !first.isEmpty {
      text = Message("answers % as %", way, first)
      if permanent == first {
        text = Message(
          "%; the static neighbour is right, and not needed as long as it does", text.text)
      } else if !permanent.isEmpty {
        state = .wrong
        text = Message("%, the static neighbour says %", text.text, permanent)
        hint = Self.correction("put", "in", neighbor.target, first)
      }
    } else if let silence = silence ?? (neighbor.source == nil ? "the link has no address" : nil) {
      state = .unknown
      text = Message("not asked: %", silence)
    } else if !permanent.isEmpty, neighbor.echo?.isAnswered == true {
      text = Message(
        "answers pings, not %: the static neighbour % is needed, and right", way, permanent)
    } else if !permanent.isEmpty, let resolver = neighbor.resolver {
      text = Message(
        "answers no %, and % answers by way of it: the static neighbour % is needed, and right",
        way, resolver.description, permanent)
    } else if let problem = neighbor.problem {
      state = .unknown
      text = Message("%", problem)
    } else {
      let other = (neighbor.seen ?? neighbor.learned)?.description ?? ""
      state = isGateway ? .wrong : .unknown
      if permanent.isEmpty {
        text = Message(
          "answers no % from %: a static neighbour is needed", way,
          (neighbor.source ?? neighbor.target).description)
        // Where the metadata have one, a line of its own says that it is missing.
        if !wanted.neighbors.contains(where: { $0.to == neighbor.target }) {
          hint = Self.correction("add", "to", neighbor.target, other)
        }
      } else if let problem = neighbor.echo?.problem, other.isEmpty || other == permanent {
        state = .unknown
        text = Message("answers no %; pings: %", way, problem)
      } else if other.isEmpty || other == permanent {
        text = Message(
          "answers neither % nor pings through the static neighbour %", way, permanent)
        hint = """
          ask whoever runs the network for its hardware address; a host that ignores pings looks \
          the same
          """
      } else {
        state = .wrong
        text = Message("asks as %, the static neighbour says %", other, permanent)
        hint = Self.correction("put", "in", neighbor.target, other)
      }
    }
    return Finding(
      state, found.name, isGateway ? .gateway : .neighbor,
      Message("% %", neighbor.target.description, text.text), hint: hint)
  }

  @inline(never)
  private static func correction(
    _ verb: String, _ place: String, _ to: IPAddress, _ mac: String
  ) -> Message {
    let start = Message("% neighbors: [{to: \"%\", lladdr: ", verb, to.description)
    let mac =
      mac.isEmpty ? "<its hardware address>" as Message : Message("\"%\"", mac)
    return Message("%%}] % the metadata", start.text, mac.text, place)
  }
}
