import Addresses
import Configuration
import Netlink
import Network
import Testing

/// Messages that Linux 6.18 on x86-64 sent to the groups of links, addresses, routes, neighbours
/// and rules, by the command that caused each; of the two about the link itself only what is read.
@Suite struct NetworkEventTests {
  private func events(_ text: String, port: UInt32 = 0) -> [(NetworkEvent, Bool)] {
    var events: [(NetworkEvent, Bool)] = []
    NetworkEvent.forEach(in: octets(text)[...], port: port) { events.append(($0, $1)) }
    return events
  }

  @Test(arguments: [
    (
      // ip link set dev eth0 mtu 1400
      """
      34 00 00 00 10 00 00 00 00 00 00 00 00 00 00 00
      00 00 01 00 03 00 00 00 43 10 01 00 00 00 00 00
      09 00 03 00 65 74 68 30 00 00 00 00
      08 00 04 00 78 05 00 00
      """,
      .link(WatchedLink(index: 3, name: "eth0", isUp: true, mtu: 1400))
    ),
    (
      // ip link del dev eth0
      """
      2c 00 00 00 11 00 00 00 00 00 00 00 00 00 00 00
      00 00 01 00 03 00 00 00 02 10 00 00 ff ff ff ff
      09 00 03 00 65 74 68 30 00 00 00 00
      """,
      .linkGone(3)
    ),
    (
      // ip address add 2001:db8::176/64 dev eth0
      """
      48 00 00 00 14 00 00 00 00 00 00 00 00 00 00 00
      0a 40 c0 00 03 00 00 00
      14 00 01 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 01 76
      14 00 06 00 ff ff ff ff ff ff ff ff 1c 5b 3d 00 1c 5b 3d 00
      08 00 08 00 c0 00 00 00
      """,
      .address(ip("2001:db8::176"), link: 3, .tentative)
    ),
    (
      // ip address del 198.51.100.176/32 dev eth0
      """
      50 00 00 00 15 00 00 00 00 00 00 00 00 00 00 00
      02 20 80 00 03 00 00 00
      08 00 01 00 c6 33 64 b0
      08 00 02 00 c6 33 64 b0
      09 00 03 00 65 74 68 30 00 00 00 00
      08 00 08 00 80 00 00 00
      14 00 06 00 ff ff ff ff ff ff ff ff 09 5b 3d 00 09 5b 3d 00
      """,
      .address(ip("198.51.100.176"), link: 3, .gone)
    ),
    (
      // ip route add 203.0.113.0/24 dev eth0 proto 99
      """
      34 00 00 00 18 00 00 06 00 00 00 00 00 00 00 00
      02 18 00 00 fe 63 fd 01 00 00 00 00
      08 00 0f 00 fe 00 00 00
      08 00 01 00 cb 00 71 00
      08 00 04 00 03 00 00 00
      """,
      .route(link: 3, mark: 99, displaces: false)
    ),
    (
      // ip route replace 192.0.2.0/26 dev eth0 src 198.51.100.176
      """
      3c 00 00 00 18 00 00 01 00 00 00 00 00 00 00 00
      02 1a 00 00 fe 03 fd 01 00 00 00 00
      08 00 0f 00 fe 00 00 00
      08 00 01 00 c0 00 02 00
      08 00 07 00 c6 33 64 b0
      08 00 04 00 03 00 00 00
      """,
      .route(link: 3, mark: 3, displaces: true)
    ),
    (
      // ip neigh replace 192.0.2.1 lladdr 52:54:00:00:00:09 dev eth0 nud permanent
      """
      4c 00 00 00 1c 00 00 00 00 00 00 00 00 00 00 00
      02 00 00 00 03 00 00 00 80 00 00 01
      08 00 01 00 c0 00 02 01
      0a 00 02 00 52 54 00 00 00 09 00 00
      08 00 04 00 00 00 00 00
      14 00 03 00 00 00 00 00 16 00 00 00 00 00 00 00 01 00 00 00
      """,
      .neighbor(ip("192.0.2.1"), link: 3)
    ),
    (
      // ip rule del priority 7
      """
      44 00 00 00 21 00 00 00 00 00 00 00 00 00 00 00
      02 00 1a 00 07 00 00 01 00 00 00 00
      08 00 0f 00 07 00 00 00
      08 00 0e 00 ff ff ff ff
      05 00 15 00 00 00 00 00
      08 00 06 00 07 00 00 00
      08 00 02 00 c0 00 02 00
      """,
      .ruleGone
    ),
  ] as [(String, NetworkEvent)])
  func `what ip-monitor shows is read`(bytes: String, event: NetworkEvent) {
    let found = events(bytes)
    #expect(found.map { $0.0 } == [event])
    #expect(found.map { $0.1 } == [false])
  }

  /// The same address's route in the table `local`, which goes with it.
  @Test func `the kernel's own table is passed over`() {
    let found = events(
      """
      3c 00 00 00 19 00 00 00 00 00 00 00 00 00 00 00
      02 20 00 00 ff 02 fe 02 00 00 00 00
      08 00 0f 00 ff 00 00 00
      08 00 01 00 c6 33 64 b0
      08 00 07 00 c6 33 64 b0
      08 00 04 00 03 00 00 00
      """)
    #expect(found.isEmpty)
  }

  @Test func `the port of the socket tells what we did ourselves`() {
    // ip neigh del 192.0.2.1 dev eth0, by port 0x3f79: first its state, then its end, by nobody.
    let found = events(
      """
      40 00 00 00 1c 00 00 00 00 00 00 00 79 3f 00 00
      02 00 00 00 03 00 00 00 20 00 00 01
      08 00 01 00 c0 00 02 01
      08 00 04 00 00 00 00 00
      14 00 03 00 1e 00 00 00 34 00 00 00 1e 00 00 00 01 00 00 00
      40 00 00 00 1d 00 00 00 00 00 00 00 00 00 00 00
      02 00 00 00 03 00 00 00 20 00 00 01
      08 00 01 00 c0 00 02 01
      08 00 04 00 00 00 00 00
      14 00 03 00 1e 00 00 00 34 00 00 00 1e 00 00 00 00 00 00 00
      """, port: 0x3F79)
    let event = NetworkEvent.neighbor(ip("192.0.2.1"), link: 3)
    #expect(found.map { $0.0 } == [event, event])
    #expect(found.map { $0.1 } == [true, false])
  }

  @Test func `a message cut anywhere is passed over and harms nobody`() {
    let whole = octets(
      "48 00 00 00 14 00 00 00 00 00 00 00 00 00 00 00 0a 40 c0 00 03 00 00 00 14 00 01 00 20 01 0d"
        + " b8 00 00 00 00 00 00 00 00 00 00 01 76 14 00 06 00 ff ff ff ff ff ff ff ff 1c 5b 3d 00"
        + " 1c 5b 3d 00 08 00 08 00 c0 00 00 00")
    for length in 0..<whole.count {
      var count = 0
      NetworkEvent.forEach(in: whole[..<length], port: 1) { _, _ in count += 1 }
      #expect(count == 0)
    }
  }
}
