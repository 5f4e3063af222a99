import Netlink

extension Target {
  /// Answers to messages, with the kernel's sentences.
  static let acknowledgement = Target(
    name: "netlink-acknowledgement", longest: 512, memory: Allowance(floor: 4096, perByte: 16),
    work: Allowance(floor: 1000, perByte: 50)
  ) { bytes in
    var count = 0
    Acknowledgement.read(bytes[...]) { answer in
      count += 1
      expect(answer.refusal?.errno != 0, "a refusal has no errno")
      expect(
        (answer.refusal?.sentence?.utf8.count ?? 0) <= 3 * bytes.count,
        "a sentence is longer than the datagram")
    }
    expect(count <= bytes.count / 20, "there are more answers than messages")
  }
}
