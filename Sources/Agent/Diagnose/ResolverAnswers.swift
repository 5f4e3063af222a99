import Addresses
import Configuration
import Linux
import Managers

/// The resolvers that /etc/resolv.conf names, and what they answered.
enum ResolverAnswers {
  /// The first three `nameserver` lines, as the C library takes them; a zone (`fe80::1%eth0`) is
  /// not understood. Source: resolv.conf(5).
  static func read(_ files: FileTree) -> [Probe] {
    var probes: [Probe] = []
    for address in addresses(in: files.text(ResolversApply.path) ?? []) {
      probes.append(Probe(.resolver, address))
    }
    return probes
  }

  static func addresses(in bytes: [UInt8]) -> [IPAddress] {
    var found: [IPAddress] = []
    forEachLine(bytes) { line in
      let words = words(line)
      if found.count >= 3 || words.count < 2 || words[0] != "nameserver" { return }
      if let address = IPAddress(words[1]) { found.append(address) }
    }
    return found
  }

  /// One that answers is enough for a guest to go on; the others are told as unknown then.
  static func findings(_ resolvers: [Probe]) -> [Finding] {
    var findings: [Finding] = []
    if resolvers.isEmpty {
      findings.append(
        Finding(
          .wrong, nil, .resolver, Message("% names none", ResolversApply.path),
          hint: "add nameservers: {addresses: [<address>]} to the metadata"))
    }
    var failure = Finding.State.wrong
    for resolver in resolvers where resolver.isAnswered && resolver.responseCode == 0 {
      failure = .unknown
    }
    for resolver in resolvers { findings.append(finding(resolver, failure)) }
    return findings
  }

  private static func finding(_ resolver: Probe, _ failure: Finding.State) -> Finding {
    var state = failure
    var text: Message = " answers"
    var hint: Message?
    if let problem = resolver.problem {
      text = Message(": %", problem)
      hint = "the lines of gateway and route tell why it is not reached"
    } else if resolver.isRefused {
      text = " refuses"
      hint = "no resolver runs there"
    } else if !resolver.isAnswered {
      text = " does not answer"
      hint = "if the gateway answers, look at the resolver itself, or name another"
    } else if resolver.responseCode != 0 {
      state = .unknown
      // RFC 1035, section 4.1.1: 2 is its own failure, 5 that it will not.
      text = Message(
        " answers with response code %", resolver.responseCode.description)
      hint = "it is reached, and cannot (2) or will not (5) resolve for this guest"
    } else {
      state = .ok
    }
    return Finding(
      state, nil, .resolver, Message("%%", resolver.target.description, text.text), hint: hint)
  }
}
