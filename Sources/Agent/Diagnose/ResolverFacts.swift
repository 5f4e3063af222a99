import Addresses
import Configuration
import Linux

/// A resolver that /etc/resolv.conf names, and what it answered.
final class ResolverFacts {
  let address: IPAddress
  var probe: Probe?

  init(_ address: IPAddress) {
    self.address = address
  }

  /// The first three `nameserver` lines, as the C library takes them; a zone (`fe80::1%eth0`) is
  /// not understood. Source: resolv.conf(5).
  static func read(_ files: FileTree) -> [ResolverFacts] {
    let bytes = (try? files.read(ResolversApply.path)) ?? nil
    return addresses(in: bytes ?? []).map { ResolverFacts($0) }
  }

  static func addresses(in bytes: [UInt8]) -> [IPAddress] {
    var found: [IPAddress] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) where found.count < 3 {
      let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      guard words.count > 1, words[0].elementsEqual("nameserver".utf8),
        let address = IPAddress(String(decoding: words[1], as: UTF8.self))
      else { continue }
      found.append(address)
    }
    return found
  }

  /// One that answers is enough for a guest to go on; the others are told as unknown then.
  static func findings(_ resolvers: [ResolverFacts]) -> [Finding] {
    if resolvers.isEmpty {
      return [
        Finding(
          .wrong, nil, .resolver, "\(ResolversApply.path) names none",
          hint: "add nameservers: {addresses: [<address>]} to the metadata")
      ]
    }
    let works = resolvers.contains {
      $0.probe?.answer.isAnswered == true && $0.probe?.answer.responseCode == 0
    }
    return resolvers.map { $0.finding(works ? .unknown : .wrong) }
  }

  private func finding(_ failure: Finding.State) -> Finding {
    let answer = probe?.answer ?? Probe.Answer()
    var state = failure
    let text: Message
    var hint: Message?
    if let problem = answer.problem {
      text = "\(address): \(problem)"
      hint = "the lines of gateway and route tell why it is not reached"
    } else if answer.isRefused {
      text = "\(address) refuses"
      hint = "no resolver runs there"
    } else if !answer.isAnswered {
      text = "\(address) does not answer"
      hint = "if the gateway answers, look at the resolver itself, or name another"
    } else if answer.responseCode != 0 {
      state = .unknown
      // RFC 1035, section 4.1.1: 2 is its own failure, 5 that it will not.
      text = "\(address) answers with response code \(answer.responseCode)"
      hint = "it is reached, and cannot (2) or will not (5) resolve for this guest"
    } else {
      state = .ok
      text = "\(address) answers"
    }
    return Finding(state, nil, .resolver, text, hint: hint)
  }
}

extension IPAddress {
  /// In `127.0.0.0/8`, or `::1`.
  var isLoopback: Bool {
    withOctets { $0[0] == (family == .ipv4 ? 127 : 0) && (family == .ipv4 || $0[15] == 1) }
  }
}
