import Netlink
import Network
import Testing

/// What each step says to the kernel, beside what iproute2 6.1 sends for the command above it
/// (`strace -e trace=sendmsg -e write=all`, Linux 6.18, x86-64; eth0 has the index 7). A line holds
/// the message's length, its type and flags, its sequence and port numbers (zero here), its fixed
/// part, or an attribute; a nest is opened on a line of its own. As in a diff, `-` is iproute2's
/// alone and `+` is ours alone. We differ on purpose: nests carry NLA_F_NESTED, an address carries
/// IFA_PROTO, an IPv6 route says its metric, a default route no destination, a route to be removed
/// says its type and scope; and some attributes come in another order.
private let rows: [(action: NetworkStep.Action, bytes: String)] = [
  // ip link set dev eth0 addrgenmode none
  (
    .generateAddresses(.none),
    """
      30 00 00 00
      10 00 05 00
      00 00 00 00 00 00 00 00
      00 00 00 00 07 00 00 00 00 00 00 00 00 00 00 00
    - 10 00 1a 00
    + 10 00 1a 80
    - 0c 00 0a 00
    + 0c 00 0a 80
      05 00 08 00 01 00 00 00
    """
  ),
  // ip link set dev eth0 addrgenmode eui64
  (
    .generateAddresses(.eui64),
    """
      30 00 00 00
      10 00 05 00
      00 00 00 00 00 00 00 00
      00 00 00 00 07 00 00 00 00 00 00 00 00 00 00 00
    - 10 00 1a 00
    + 10 00 1a 80
    - 0c 00 0a 00
    + 0c 00 0a 80
      05 00 08 00 00 00 00 00
    """
  ),
  // ip link set dev eth0 name lan0
  (
    .rename("lan0"),
    """
      2c 00 00 00
      10 00 05 00
      00 00 00 00 00 00 00 00
      00 00 00 00 07 00 00 00 00 00 00 00 00 00 00 00
      09 00 03 00 6c 61 6e 30 00 00 00 00
    """
  ),
  // ip link set dev eth0 mtu 1400
  (
    .setMTU(1400),
    """
      28 00 00 00
      10 00 05 00
      00 00 00 00 00 00 00 00
      00 00 00 00 07 00 00 00 00 00 00 00 00 00 00 00
      08 00 04 00 78 05 00 00
    """
  ),
  // ip link set dev eth0 address 52:54:00:12:34:56
  (
    .setMACAddress(mac("52:54:00:12:34:56")),
    """
      2c 00 00 00
      10 00 05 00
      00 00 00 00 00 00 00 00
      00 00 00 00 07 00 00 00 00 00 00 00 00 00 00 00
      0a 00 01 00 52 54 00 12 34 56 00 00
    """
  ),
  // ip link set dev eth0 up
  (
    .bringUp,
    """
      20 00 00 00
      10 00 05 00
      00 00 00 00 00 00 00 00
      00 00 00 00 07 00 00 00 01 00 00 00 01 00 00 00
    """
  ),
  // ip link set dev eth0 down
  (
    .bringDown,
    """
      20 00 00 00
      10 00 05 00
      00 00 00 00 00 00 00 00
      00 00 00 00 07 00 00 00 00 00 00 00 01 00 00 00
    """
  ),
  // ip address add 198.51.100.176/32 dev eth0
  (
    .addAddress(address("198.51.100.176/32")),
    """
    - 28 00 00 00
    + 30 00 00 00
      14 00 05 06
      00 00 00 00 00 00 00 00
      02 20 00 00 07 00 00 00
      08 00 02 00 c6 33 64 b0
      08 00 01 00 c6 33 64 b0
    + 05 00 0b 00 67 00 00 00
    """
  ),
  // ip address add 198.51.100.178/24 label eth0:web dev eth0
  (
    .addAddress(address("198.51.100.178/24", label: "eth0:web")),
    """
    - 38 00 00 00
    + 40 00 00 00
      14 00 05 06
      00 00 00 00 00 00 00 00
      02 18 00 00 07 00 00 00
      08 00 02 00 c6 33 64 b2
    + 08 00 01 00 c6 33 64 b2
      0d 00 03 00 65 74 68 30 3a 77 65 62 00 00 00 00
    - 08 00 01 00 c6 33 64 b2
    + 05 00 0b 00 67 00 00 00
    """
  ),
  // ip address add 198.51.100.179/32 preferred_lft 0 dev eth0
  (
    .addAddress(address("198.51.100.179/32", deprecated: true)),
    """
    - 3c 00 00 00
    + 44 00 00 00
      14 00 05 06
      00 00 00 00 00 00 00 00
      02 20 00 00 07 00 00 00
      08 00 02 00 c6 33 64 b3
      08 00 01 00 c6 33 64 b3
      14 00 06 00 00 00 00 00 ff ff ff ff 00 00 00 00 00 00 00 00
    + 05 00 0b 00 67 00 00 00
    """
  ),
  // ip -6 address add 2001:db8:3:47:198:51:100:176/64 dev eth0
  (
    .addAddress(address("2001:db8:3:47:198:51:100:176/64")),
    """
    - 40 00 00 00
    + 48 00 00 00
      14 00 05 06
      00 00 00 00 00 00 00 00
      0a 40 00 00 07 00 00 00
      14 00 02 00 20 01 0d b8 00 03 00 47 01 98 00 51 01 00 01 76
      14 00 01 00 20 01 0d b8 00 03 00 47 01 98 00 51 01 00 01 76
    + 05 00 0b 00 67 00 00 00
    """
  ),
  // ip address change 198.51.100.176/32 preferred_lft 0 dev eth0
  (
    .changeAddress(address("198.51.100.176/32", deprecated: true)),
    """
    - 3c 00 00 00
    + 44 00 00 00
      14 00 05 01
      00 00 00 00 00 00 00 00
      02 20 00 00 07 00 00 00
      08 00 02 00 c6 33 64 b0
      08 00 01 00 c6 33 64 b0
      14 00 06 00 00 00 00 00 ff ff ff ff 00 00 00 00 00 00 00 00
    + 05 00 0b 00 67 00 00 00
    """
  ),
  // ip address del 198.51.100.176/32 dev eth0
  (
    .removeAddress(prefix("198.51.100.176/32")),
    """
      28 00 00 00
      15 00 05 00
      00 00 00 00 00 00 00 00
      02 20 00 00 07 00 00 00
      08 00 02 00 c6 33 64 b0
      08 00 01 00 c6 33 64 b0
    """
  ),
  // ip -6 address del 2001:db8:3:47:198:51:100:176/64 dev eth0
  (
    .removeAddress(prefix("2001:db8:3:47:198:51:100:176/64")),
    """
      40 00 00 00
      15 00 05 00
      00 00 00 00 00 00 00 00
      0a 40 00 00 07 00 00 00
      14 00 02 00 20 01 0d b8 00 03 00 47 01 98 00 51 01 00 01 76
      14 00 01 00 20 01 0d b8 00 03 00 47 01 98 00 51 01 00 01 76
    """
  ),
  // ip route add 198.51.100.176/29 dev eth0 proto 103
  (
    .addRoute(Route(to: prefix("198.51.100.176/29"))),
    """
      2c 00 00 00
      18 00 05 06
      00 00 00 00 00 00 00 00
      02 1d 00 00 fe 67 fd 01 00 00 00 00
      08 00 01 00 c6 33 64 b0
      08 00 04 00 07 00 00 00
    """
  ),
  // ip route add default via 192.0.2.1 dev eth0 onlink proto 103
  (
    .addRoute(Route(to: prefix("0.0.0.0/0"), via: ip("192.0.2.1"), isOnLink: true)),
    """
      2c 00 00 00
      18 00 05 06
      00 00 00 00 00 00 00 00
      02 00 00 00 fe 67 00 01 04 00 00 00
      08 00 05 00 c0 00 02 01
      08 00 04 00 07 00 00 00
    """
  ),
  // ip -6 route append default via 2001:db8::1 dev eth0 metric 1024 proto 103
  (
    .appendRoute(Route(to: prefix("::/0"), via: ip("2001:db8::1"))),
    """
    - 54 00 00 00
    + 40 00 00 00
      18 00 05 0c
      00 00 00 00 00 00 00 00
      0a 00 00 00 fe 67 00 01 00 00 00 00
    - 14 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    + 08 00 06 00 00 04 00 00
      14 00 05 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01
    - 08 00 06 00 00 04 00 00
      08 00 04 00 07 00 00 00
    """
  ),
  // ip route replace default via 192.0.2.1 dev eth0 onlink mtu 1400 proto 103
  (
    .replaceRoute(
    Route(to: prefix("0.0.0.0/0"), via: ip("192.0.2.1"), isOnLink: true, mtu: 1400)),
    """
      38 00 00 00
      18 00 05 05
      00 00 00 00 00 00 00 00
      02 00 00 00 fe 67 00 01 04 00 00 00
      08 00 05 00 c0 00 02 01
      08 00 04 00 07 00 00 00
    - 0c 00 08 00
    + 0c 00 08 80
      08 00 02 00 78 05 00 00
    """
  ),
  // ip route add 203.0.113.0/24 via 192.0.2.1 dev eth0 onlink table 100 metric 50 src \
  //   198.51.100.176 mtu 1400 proto 103
  (
    .addRoute(
    Route(
      to: prefix("203.0.113.0/24"), table: 100, metric: 50, via: ip("192.0.2.1"),
      isOnLink: true, source: ip("198.51.100.176"), mtu: 1400)),
    """
      50 00 00 00
      18 00 05 06
      00 00 00 00 00 00 00 00
      02 18 00 00 64 67 00 01 04 00 00 00
      08 00 01 00 cb 00 71 00
    + 08 00 06 00 32 00 00 00
      08 00 05 00 c0 00 02 01
    - 08 00 06 00 32 00 00 00
    + 08 00 04 00 07 00 00 00
      08 00 07 00 c6 33 64 b0
    - 08 00 04 00 07 00 00 00
    - 0c 00 08 00
    + 0c 00 08 80
      08 00 02 00 78 05 00 00
    """
  ),
  // ip route add 203.0.113.0/24 via 192.0.2.1 dev eth0 onlink table 1000 proto 103
  (
    .addRoute(
    Route(to: prefix("203.0.113.0/24"), table: 1000, via: ip("192.0.2.1"), isOnLink: true)),
    """
      3c 00 00 00
      18 00 05 06
      00 00 00 00 00 00 00 00
      02 18 00 00 00 67 00 01 04 00 00 00
      08 00 01 00 cb 00 71 00
    + 08 00 0f 00 e8 03 00 00
      08 00 05 00 c0 00 02 01
    - 08 00 0f 00 e8 03 00 00
      08 00 04 00 07 00 00 00
    """
  ),
  // ip route add 203.0.113.128/25 dev eth0 scope global proto 103
  (
    .addRoute(Route(to: prefix("203.0.113.128/25"), scope: .global)),
    """
      2c 00 00 00
      18 00 05 06
      00 00 00 00 00 00 00 00
      02 19 00 00 fe 67 00 01 00 00 00 00
      08 00 01 00 cb 00 71 80
      08 00 04 00 07 00 00 00
    """
  ),
  // ip route add local 203.0.113.9/32 dev eth0 proto 103
  (
    .addRoute(Route(to: prefix("203.0.113.9/32"), type: .local)),
    """
      2c 00 00 00
      18 00 05 06
      00 00 00 00 00 00 00 00
      02 20 00 00 ff 67 fe 02 00 00 00 00
      08 00 01 00 cb 00 71 09
      08 00 04 00 07 00 00 00
    """
  ),
  // ip route add blackhole 203.0.113.0/24 proto 103
  (
    .addRoute(Route(to: prefix("203.0.113.0/24"), type: .blackhole)),
    """
      24 00 00 00
      18 00 05 06
      00 00 00 00 00 00 00 00
      02 18 00 00 fe 67 00 06 00 00 00 00
      08 00 01 00 cb 00 71 00
    """
  ),
  // ip route add 203.0.113.0/25 via inet6 2001:db8:3:47::1 dev eth0 onlink proto 103
  (
    .addRoute(
    Route(to: prefix("203.0.113.0/25"), via: ip("2001:db8:3:47::1"), isOnLink: true)),
    """
      44 00 00 00
      18 00 05 06
      00 00 00 00 00 00 00 00
      02 19 00 00 fe 67 00 01 04 00 00 00
      08 00 01 00 cb 00 71 00
      16 00 12 00 0a 00 20 01 0d b8 00 03 00 47 00 00 00 00 00 00 00 01 00 00
      08 00 04 00 07 00 00 00
    """
  ),
  // ip -6 route add default via fe80::1 dev eth0 proto 103
  (
    .addRoute(Route(to: prefix("::/0"), via: ip("fe80::1"))),
    """
    - 4c 00 00 00
    + 40 00 00 00
      18 00 05 06
      00 00 00 00 00 00 00 00
      0a 00 00 00 fe 67 00 01 00 00 00 00
    - 14 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    + 08 00 06 00 00 04 00 00
      14 00 05 00 fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01
      08 00 04 00 07 00 00 00
    """
  ),
  // ip -6 route add 2001:db8:8::/48 via 2001:db8:3:47::1 dev eth0 metric 512 proto 103
  (
    .addRoute(
    Route(to: prefix("2001:db8:8::/48"), metric: 512, via: ip("2001:db8:3:47::1"))),
    """
      54 00 00 00
      18 00 05 06
      00 00 00 00 00 00 00 00
      0a 30 00 00 fe 67 00 01 00 00 00 00
      14 00 01 00 20 01 0d b8 00 08 00 00 00 00 00 00 00 00 00 00
    + 08 00 06 00 00 02 00 00
      14 00 05 00 20 01 0d b8 00 03 00 47 00 00 00 00 00 00 00 01
    - 08 00 06 00 00 02 00 00
      08 00 04 00 07 00 00 00
    """
  ),
  // ip -6 route add 2001:db8:7::/48 dev eth0 metric 1024 proto 103
  (
    .addRoute(Route(to: prefix("2001:db8:7::/48"))),
    """
      40 00 00 00
      18 00 05 06
      00 00 00 00 00 00 00 00
      0a 30 00 00 fe 67 00 01 00 00 00 00
      14 00 01 00 20 01 0d b8 00 07 00 00 00 00 00 00 00 00 00 00
      08 00 06 00 00 04 00 00
      08 00 04 00 07 00 00 00
    """
  ),
  // ip -6 route add unreachable 2001:db8:9::/48 proto 103
  (
    .addRoute(Route(to: prefix("2001:db8:9::/48"), type: .unreachable)),
    """
    - 30 00 00 00
    + 38 00 00 00
      18 00 05 06
      00 00 00 00 00 00 00 00
      0a 30 00 00 fe 67 00 07 00 00 00 00
      14 00 01 00 20 01 0d b8 00 09 00 00 00 00 00 00 00 00 00 00
    + 08 00 06 00 00 04 00 00
    """
  ),
  // ip route del 198.51.100.176/29 dev eth0 proto 103
  (
    .removeRoute(Route(to: prefix("198.51.100.176/29"))),
    """
      2c 00 00 00
      19 00 05 00
      00 00 00 00 00 00 00 00
    - 02 1d 00 00 fe 67 ff 00 00 00 00 00
    + 02 1d 00 00 fe 67 fd 01 00 00 00 00
      08 00 01 00 c6 33 64 b0
      08 00 04 00 07 00 00 00
    """
  ),
  // ip route del default via 192.0.2.1 dev eth0 onlink proto 103
  (
    .removeRoute(Route(to: prefix("0.0.0.0/0"), via: ip("192.0.2.1"), isOnLink: true)),
    """
      2c 00 00 00
      19 00 05 00
      00 00 00 00 00 00 00 00
    - 02 00 00 00 fe 67 ff 00 04 00 00 00
    + 02 00 00 00 fe 67 00 01 04 00 00 00
      08 00 05 00 c0 00 02 01
      08 00 04 00 07 00 00 00
    """
  ),
  // ip route del blackhole 203.0.113.0/24 proto 103
  (
    .removeRoute(Route(to: prefix("203.0.113.0/24"), type: .blackhole)),
    """
      24 00 00 00
      19 00 05 00
      00 00 00 00 00 00 00 00
    - 02 18 00 00 fe 67 ff 06 00 00 00 00
    + 02 18 00 00 fe 67 00 06 00 00 00 00
      08 00 01 00 cb 00 71 00
    """
  ),
  // ip neighbor replace 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 nud permanent protocol 103
  (
    .setNeighbor(neighbor("192.0.2.1")),
    """
      38 00 00 00
      1c 00 05 05
      00 00 00 00 00 00 00 00
      02 00 00 00 07 00 00 00 80 00 00 00
    - 05 00 0c 00 67 00 00 00
      08 00 01 00 c0 00 02 01
      0a 00 02 00 00 00 5e 00 01 01 00 00
    + 05 00 0c 00 67 00 00 00
    """
  ),
  // ip neighbor replace 2001:db8:3:47::1 lladdr 00:00:5e:00:01:01 dev eth0 nud permanent \
  //   protocol 103
  (
    .setNeighbor(neighbor("2001:db8:3:47::1")),
    """
      44 00 00 00
      1c 00 05 05
      00 00 00 00 00 00 00 00
      0a 00 00 00 07 00 00 00 80 00 00 00
    - 05 00 0c 00 67 00 00 00
      14 00 01 00 20 01 0d b8 00 03 00 47 00 00 00 00 00 00 00 01
      0a 00 02 00 00 00 5e 00 01 01 00 00
    + 05 00 0c 00 67 00 00 00
    """
  ),
  // ip neighbor del 192.0.2.1 dev eth0
  (
    .removeNeighbor(ip("192.0.2.1")),
    """
      24 00 00 00
      1d 00 05 00
      00 00 00 00 00 00 00 00
      02 00 00 00 07 00 00 00 80 00 00 00
      08 00 01 00 c0 00 02 01
    """
  ),
]

private let eth0 = LinkIdentity(index: 7, name: "eth0")

/// One side of the diff.
private func bytes(_ diff: String, without sign: Character) -> [UInt8] {
  diff.split(separator: "\n").filter { $0.first != sign }.flatMap { octets($0.dropFirst()) }
}

@Test(arguments: rows)
func `a step is the message of its command`(action: NetworkStep.Action, diff: String) {
  var messages = StepMessages()
  let isMessage = messages.append(NetworkStep(eth0, action), sequence: 0)
  #expect(isMessage)
  #expect(hexadecimal(messages.bytes) == hexadecimal(bytes(diff, without: "-")))
}

@Test func `what iproute2 sends is kept whole`() {
  for row in rows {
    let theirs = bytes(row.bytes, without: "+")
    #expect(theirs.prefix(4) == [UInt8(theirs.count), 0, 0, 0])
  }
}

@Test func `messages follow each other, each with its own number`() {
  var messages = StepMessages()
  var expected: [UInt8] = []
  var offsets: [Int] = []
  for (position, row) in rows.enumerated() {
    var message = bytes(row.bytes, without: "-")
    message[8...11] = [UInt8(position), 1, 2, 3]
    offsets.append(expected.count)
    expected += message
    let step = NetworkStep(eth0, row.action)
    _ = messages.append(step, sequence: 0x0302_0100 + UInt32(position))
  }
  #expect(hexadecimal(messages.bytes) == hexadecimal(expected))
  #expect(messages.offsets == offsets)
  messages.removeAll()
  #expect(messages.bytes == [])
  #expect(messages.offsets == [])
}

@Test(arguments: [.sysctl(.acceptRA, 0), .sysctl(.promoteSecondaries, 1)] as [NetworkStep.Action])
func `a sysctl is no message`(action: NetworkStep.Action) {
  var messages = StepMessages()
  let isMessage = messages.append(NetworkStep(eth0, action), sequence: 1)
  #expect(!isMessage)
  #expect(messages.bytes == [])
}

@Test(arguments: [
  (
    Dump.links,
    "28 00 00 00 12 00 01 03 05 00 00 00 00 00 00 00"
      + " 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 08 00 1d 00 08 00 00 00"
  ),
  (.addresses, "18 00 00 00 16 00 01 03 05 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"),
  (.routes, "1c 00 00 00 1a 00 01 03 05 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"),
  (
    .neighbors,
    "1c 00 00 00 1e 00 01 03 05 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
  ),
])
func `a dump is asked for in all families`(dump: Dump, request: String) {
  #expect(hexadecimal(dump.request(sequence: 5)) == request)
}
