import Linux
import Netlink
import Network

/// One look at the network as the kernel has it.
struct NetworkLook {
  let socket: NetlinkSocket

  /// Sequence numbers of dumps; those of steps begin above them.
  private static var firstSequence: UInt32 { 1 }

  func found(withRules: Bool = false) throws(SystemError) -> FoundNetwork {
    try found(Dump.always + (withRules ? [.rules] : []))
  }

  /// What is on the links is left out.
  func foundLinks() throws(SystemError) -> [FoundLink] { try found([.links]).links }

  private func found(_ dumps: [Dump]) throws(SystemError) -> FoundNetwork {
    Activity.note("looking at the network")
    var found = FoundNetwork()
    for (position, dump) in dumps.enumerated() {
      try read(dump, sequence: Self.firstSequence + UInt32(position), into: &found)
    }
    return found
  }

  private func read(
    _ dump: Dump, sequence: UInt32, into found: inout FoundNetwork
  ) throws(SystemError) {
    let before = found
    // Tables that keep changing under us are taken as they come in the end.
    for attempt in 1...5 {
      try socket.send(dump.request(sequence: sequence))
      var progress = DumpProgress()
      while !progress.isDone {
        try socket.receive { found.read($0, sequence: sequence, &progress) }
      }
      if let errno = progress.failure { throw SystemError(.netlinkReceive, errno: errno) }
      if !progress.wasInterrupted || attempt == 5 { return }
      found = before
    }
  }
}
