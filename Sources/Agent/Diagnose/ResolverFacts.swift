import Addresses
import Linux

/// A resolver that /etc/resolv.conf names, and what it answered.
struct ResolverFacts {
  let address: IPAddress
  var answer = Probe.Answer()

  /// The first three `nameserver` lines, as the C library takes them; a zone (`fe80::1%eth0`) is
  /// not understood. Source: resolv.conf(5).
  static func read(_ files: FileTree) -> [ResolverFacts] {
    let bytes = (try? files.read(ResolversApply.path)) ?? nil
    return addresses(in: bytes ?? []).map { ResolverFacts(address: $0) }
  }

  static func addresses(in bytes: [UInt8]) -> [IPAddress] {
    var found: [IPAddress] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) where found.count < 3 {
      let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        .map { String(decoding: $0, as: UTF8.self) }
      if words.count > 1, words[0] == "nameserver", let address = IPAddress(words[1]) {
        found.append(address)
      }
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
    let works = resolvers.contains { $0.answer.isAnswered && $0.answer.responseCode == 0 }
    return resolvers.map { $0.finding(works ? .unknown : .wrong) }
  }

  private func finding(_ failure: Finding.State) -> Finding {
    if let problem = answer.problem {
      return Finding(
        failure, nil, .resolver, "\(address): \(problem)",
        hint: "the lines of gateway and route tell why it is not reached")
    }
    if answer.isRefused {
      return Finding(
        failure, nil, .resolver, "\(address) refuses", hint: "no resolver runs there")
    }
    guard answer.isAnswered else {
      return Finding(
        failure, nil, .resolver, "\(address) does not answer",
        hint: "if the gateway answers, look at the resolver itself, or name another")
    }
    let words = answer.responseCode == 2 ? "SERVFAIL" : answer.responseCode == 5 ? "REFUSED" : nil
    guard answer.responseCode == 0 else {
      return Finding(
        .unknown, nil, .resolver,
        "\(address) answers with \(words ?? "response code \(answer.responseCode)")",
        hint: "it is reached, and cannot or will not resolve for this guest")
    }
    return Finding(.ok, nil, .resolver, "\(address) answers")
  }
}

extension IPAddress {
  /// In `127.0.0.0/8`, or `::1`.
  var isLoopback: Bool {
    self == IPAddress("::1") || family == .ipv4 && octets[0] == 127
  }
}
