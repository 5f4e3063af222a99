import Bytes
import CLinux
import Linux
import Netlink
import Network

/// Carries steps out: messages in batches, each acknowledged by itself, sysctls between them. A
/// step that fails does not stop those after it.
struct NetworkExecution {
  let socket: NetlinkSocket

  /// The acknowledgements of one batch must fit the socket's receive buffer, of which the kernel
  /// charges each with almost a kilobyte (212,992 bytes by default).
  private static var batchSize: Int { 128 }

  /// Sequence numbers of the steps: their position from here.
  private static var firstSequence: UInt32 { 1000 }

  func run(_ steps: [NetworkStep]) -> [StepReport] {
    if let step = steps.first { Activity.note("configuring the link", step.link.name) }
    var outcomes = [StepOutcome](repeating: .done, count: steps.count)
    var messages = StepMessages()
    var positions: [Int] = []
    for (position, step) in steps.enumerated() {
      if messages.append(step, sequence: Self.firstSequence + UInt32(position)) {
        positions.append(position)
      } else {
        send(&messages, &positions, &outcomes)
        outcomes[position] = Sysctl.write(step)
      }
      if positions.count == Self.batchSize { send(&messages, &positions, &outcomes) }
    }
    send(&messages, &positions, &outcomes)
    return zip(steps, outcomes).map { StepReport(step: .network($0), outcome: $1) }
  }

  /// Sends the batch and takes the kernel's answer to each message.
  private func send(
    _ messages: inout StepMessages, _ positions: inout [Int], _ outcomes: inout [StepOutcome]
  ) {
    guard let first = positions.first, let last = positions.last else { return }
    var unanswered = positions.count
    do {
      try socket.send(messages.bytes)
      while unanswered > 0 {
        try socket.receiveMany(unanswered) { datagram in
          Acknowledgement.read(datagram) { answer in
            let position = Int(answer.sequence) - Int(Self.firstSequence)
            guard (first...last).contains(position) else { return }
            unanswered -= 1
            if let refusal = answer.refusal { outcomes[position] = .failed(refusal.words) }
          }
        }
      }
    } catch {
      // Without an answer nobody knows; the next run looks again.
      for position in positions.suffix(unanswered) {
        outcomes[position] = .failed(error.description)
      }
    }
    messages.removeAll()
    positions.removeAll(keepingCapacity: true)
  }
}

extension Acknowledgement.Refusal {
  /// The errno's words, and the kernel's own sentence where it says more.
  fileprivate var words: String {
    let text = SystemError.text(of: errno)
    guard let sentence, !sentence.isEmpty else { return text }
    return "\(text) (\(sentence))"
  }
}

/// The sysctls of a link that decide how the kernel configures IPv6 by itself.
enum Sysctl {
  /// `nil`: the kernel has none for this link.
  static func value(of sysctl: LinkSysctl, ofLink name: String) throws(SystemError) -> Int? {
    try number(path(sysctl, name))
  }

  private static func path(_ sysctl: LinkSysctl, _ name: String) -> String {
    "/proc/sys/net/\(sysctl.family)/conf/\(name)/\(sysctl.rawValue)"
  }

  /// One that was never set cannot be read.
  static func hasStableSecret(link name: String) -> Bool {
    let path = "/proc/sys/net/ipv6/conf/\(name)/stable_secret"
    return ((try? FileTree(root: "").read(path)) ?? nil)?.isEmpty == false
  }

  static func forwardsIPv6(link name: String) throws(SystemError) -> Bool {
    try number("/proc/sys/net/ipv6/conf/\(name)/forwarding") == 1
  }

  fileprivate static func write(_ step: NetworkStep) -> StepOutcome {
    guard case .sysctl(let sysctl, let value) = step.action else { return .done }
    do {
      let path = path(sysctl, step.link.name)
      try FileTree(root: "").overwrite(path, with: [UInt8]("\(value)\n".utf8))
      return .done
    } catch {
      return .failed(SystemError.text(of: error.errno))
    }
  }

  private static func number(_ path: String) throws(SystemError) -> Int? {
    guard let bytes = try FileTree(root: "").read(path) else { return nil }
    return Int(signed: String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }
}
