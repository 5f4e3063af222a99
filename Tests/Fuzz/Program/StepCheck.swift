import Configuration
import Netlink
import Network

/// What has to hold for steps, wherever they come from: each is one message, whose structure an
/// independent walk finds sound, of the type and about the link that the step names; and each can
/// be written for people.
enum StepCheck {
  static func encode(_ steps: [NetworkStep]) {
    if steps.isEmpty { return }
    var messages = StepMessages()
    var sent: [NetworkStep] = []
    for step in steps {
      if messages.append(step, sequence: 1000 + UInt32(sent.count)) {
        sent.append(step)
      } else if case .sysctl = step.action {
        // A file's.
      } else {
        broken("a step has no message: \(step)")
      }
      expect(!step.description.isEmpty, "a step has no words")
    }
    let found = NetlinkWalk.messages(messages.bytes)
    expect(found.count == sent.count, "there are not as many messages as steps")
    for (place, message) in found.enumerated() {
      let step = sent[place]
      expect(message.sequence == 1000 + place, "a message has another step's sequence number")
      expect(message.type == type(of: step.action), "a message does another thing than its step")
      switch message.type {
      case 16, 17, 20, 21, 28, 29:
        // The kernel numbers links from 1 in 31 bits; what is beyond, in made-up answers or of a link
        // that is yet to be made, is clamped but for addresses, whose field has 32.
        let clamped = Int(Int32(clamping: step.link.index))
        expect(
          message.link == clamped || message.link == Int(step.link.index),
          "a message is about another link")
      default: break
      }
    }
  }

  /// Only what is marked as ours is taken: `number 103` of an address, a route, a neighbour, a rule
  /// or a link's group. For kernels that keep all marks.
  static func takesOursAlone(_ steps: [NetworkStep], from found: FoundNetwork) {
    for step in steps {
      // Made-up answers have several links of one number.
      let links = found.links.filter { $0.index == step.link.index }
      let isOurs: Bool
      switch step.action {
      case .remove:
        isOurs = links.contains { $0.group == 103 && $0.kind != nil }
      case .removeAddress(let prefix):
        isOurs = links.contains { $0.addresses.contains { $0.prefix == prefix && $0.mark == 103 } }
      case .removeRoute(let route):
        isOurs = (links.flatMap { $0.routes } + found.linklessRoutes).contains {
          $0.route == route && $0.mark == 103
        }
      case .removeNeighbor(let address):
        isOurs = links.contains { $0.neighbors.contains { $0.to == address && $0.mark == 103 } }
      case .removeRule(let rule):
        isOurs = found.rules.contains { $0.rule == rule && $0.mark == 103 }
      default: isOurs = true
      }
      expect(isOurs, "what is not marked as ours is taken: \(step)")
    }
  }

  private static func type(of action: NetworkStep.Action) -> Int {
    switch action {
    case .make, .setController, .leaveController, .setSettings, .generateAddresses, .rename,
      .setMTU, .setMACAddress, .bringUp, .bringDown, .sysctl:
      16
    case .remove: 17
    case .addAddress, .changeAddress: 20
    case .removeAddress: 21
    case .addRoute, .appendRoute, .replaceRoute: 24
    case .removeRoute: 25
    case .setNeighbor: 28
    case .removeNeighbor: 29
    case .addRule: 32
    case .removeRule: 33
    }
  }
}
