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
      text = "answers \(way) from \(first) and from \(macs[1])"
      hint = "two hosts have its address; ask whoever runs the network"
    } else if !first.isEmpty {
      text = "answers \(way) as \(first)"
      if permanent == first {
        text = "\(text.text); the static neighbour is right, and not needed as long as it does"
      } else if !permanent.isEmpty {
        state = .wrong
        text = "\(text.text), the static neighbour says \(permanent)"
        hint = Self.correction("put", "in", neighbor.target, first)
      }
    } else if let silence = silence ?? (neighbor.source == nil ? "the link has no address" : nil) {
      state = .unknown
      text = "not asked: \(silence)"
    } else if !permanent.isEmpty, neighbor.echo?.isAnswered == true {
      text = "answers pings, not \(way): the static neighbour \(permanent) is needed, and right"
    } else if !permanent.isEmpty, let resolver = neighbor.resolver {
      text =
        """
        answers no \(way), and \(resolver) answers by way of it: the static neighbour \
        \(permanent) is needed, and right
        """
    } else if let problem = neighbor.problem {
      state = .unknown
      text = "\(problem)"
    } else {
      let other = (neighbor.seen ?? neighbor.learned)?.description ?? ""
      state = isGateway ? .wrong : .unknown
      if permanent.isEmpty {
        let source = neighbor.source ?? neighbor.target
        text = "answers no \(way) from \(source): a static neighbour is needed"
        hint = Self.correction("add", "to", neighbor.target, other)
      } else if other.isEmpty || other == permanent {
        text = "answers neither \(way) nor pings through the static neighbour \(permanent)"
        hint = """
          ask whoever runs the network for its hardware address; a host that ignores pings looks \
          the same
          """
      } else {
        state = .wrong
        text = "asks as \(other), the static neighbour says \(permanent)"
        hint = Self.correction("put", "in", neighbor.target, other)
      }
    }
    return Finding(
      state, found.name, isGateway ? .gateway : .neighbor, "\(neighbor.target) \(text.text)",
      hint: hint)
  }

  @inline(never)
  private static func correction(
    _ verb: String, _ place: String, _ to: IPAddress, _ mac: String
  ) -> Message {
    let quote = mac.isEmpty ? "" : "\""
    let mac = mac.isEmpty ? "<its hardware address>" : mac
    return """
      \(verb) neighbors: [{to: "\(to)", lladdr: \(quote)\(mac)\(quote)}] \(place) the metadata
      """
  }
}
