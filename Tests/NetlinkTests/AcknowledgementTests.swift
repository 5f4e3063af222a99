@testable import Netlink
import Testing

private func read(_ bytes: [UInt8]) -> [Acknowledgement] {
  var answers: [Acknowledgement] = []
  Acknowledgement.read(bytes[...]) { answers.append($0) }
  return answers
}

private func refusal(_ sequence: UInt32, _ errno: Int32, _ sentence: String?) -> Acknowledgement {
  Acknowledgement(sequence: sequence, refusal: .init(errno: errno, sentence: sentence))
}

/// The echoed request: `ip route add 203.0.113.0/24 via 203.0.112.1 dev eth0`.
private let echo = """
  34 00 00 00 18 00 05 06 e9 03 00 00 00 00 00 00
  02 18 00 00 fe 67 00 01 00 00 00 00
  08 00 01 00 cb 00 71 00
  08 00 05 00 cb 00 70 01
  08 00 04 00 07 00 00 00

  """

/// NLMSGERR_ATTR_MSG, "Nexthop has invalid gateway".
private let sentence = """
  20 00 01 00 4e 65 78 74 68 6f 70 20 68 61 73 20 69 6e 76 61 6c 69 64 20 67 61 74 65 77 61 79 00

  """

/// Answers of Linux 6.18 to that request without options, with NETLINK_EXT_ACK, with both it and
/// NETLINK_CAP_ACK, and with NETLINK_CAP_ACK alone; then to `ip link set dev eth0 up`.
private let answers: [(String, Acknowledgement)] = [
  (
    "48 00 00 00 02 00 00 00 e9 03 00 00 92 20 53 c0 9b ff ff ff " + echo,
    refusal(1001, 101, nil)
  ),
  (
    "68 00 00 00 02 00 00 02 e9 03 00 00 3d e6 c4 eb 9b ff ff ff " + echo + sentence,
    refusal(1001, 101, "Nexthop has invalid gateway")
  ),
  (
    "44 00 00 00 02 00 00 03 e9 03 00 00 6e 6f 99 db 9b ff ff ff " + echo.prefix(48) + sentence,
    refusal(1001, 101, "Nexthop has invalid gateway")
  ),
  (
    "24 00 00 00 02 00 00 01 e9 03 00 00 eb df 8c 90 9b ff ff ff " + echo.prefix(48),
    refusal(1001, 101, nil)
  ),
  (
    """
    24 00 00 00 02 00 00 01 e8 03 00 00 46 a5 8d a5 00 00 00 00
    20 00 00 00 10 00 05 00 e8 03 00 00 00 00 00 00
    """,
    Acknowledgement(sequence: 1000, refusal: nil)
  ),
]

@Test(arguments: answers)
func `an answer of the kernel is read`(bytes: String, answer: Acknowledgement) {
  #expect(read(octets(bytes)) == [answer])
}

@Test func `all answers of a datagram are read, in their order`() {
  #expect(read(answers.flatMap { octets($0.0) }) == answers.map { $0.1 })
}

@Test(arguments: [
  "",
  // A message of another type, and one too short for an answer.
  "14 00 00 00 03 00 02 00 e9 03 00 00 00 00 00 00 00 00 00 00",
  "14 00 00 00 02 00 00 00 e9 03 00 00 00 00 00 00 9b ff ff ff",
  // Lengths below a header and beyond the datagram.
  "00 00 00 00 02 00 00 00 e9 03 00 00 00 00 00 00 9b ff ff ff",
  "0f 00 00 00 02 00 00 00 e9 03 00 00 00 00 00 00 9b ff ff ff",
  "ff ff ff ff 02 00 00 00 e9 03 00 00 00 00 00 00 9b ff ff ff",
])
func `what is no answer is passed over`(bytes: String) {
  #expect(read(octets(bytes)) == [])
}

@Test func `an echo as long as no datagram leaves the errno`() {
  var bytes = octets(answers[1].0)
  bytes.replaceSubrange(20..<24, with: [255, 255, 255, 255])
  #expect(read(bytes) == [refusal(1001, 101, nil)])
}
