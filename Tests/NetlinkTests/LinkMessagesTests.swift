import Addresses
import Configuration
import Netlink
import Network
import Testing

private func new(
  _ kind: LinkConfiguration.Kind, _ change: (inout NewLink) -> Void = { _ in }
) -> NewLink {
  var new = NewLink(kind)
  change(&new)
  return new
}

private func rule(
  from: String? = nil, to: String? = nil, table: UInt32,
  _ change: (inout RuleConfiguration) -> Void = { _ in }
) -> RuleConfiguration {
  var rule = RuleConfiguration(from: from.map(prefix), to: to.map(prefix), table: table)
  change(&rule)
  return rule
}

/// Beside what iproute2 6.1 sends, as in StepMessagesTests; eth0 has the index 7, br0 9. We differ
/// on purpose: a link that is made is in our group and may be there already (no NLM_F_EXCL), a
/// rule carries FRA_PROTOCOL, nests carry NLA_F_NESTED, a port's kind is that of its bridge, and
/// some attributes come in another order.
private let rows: [(link: String, action: NetworkStep.Action, diff: String)] = [
  // ip link add bond0 type bond mode active-backup miimon 100
  (
    "bond0", .make(new(.bond) {
      $0.settings = [
        LinkSetting(.mode, .number(1)), LinkSetting(.miiMonitorInterval, .number(100)),
      ]
    }),
    """
    - 4c 00 00 00
    + 54 00 00 00
    - 10 00 05 06
    + 10 00 05 04
      00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      0a 00 03 00 62 6f 6e 64 30 00 00 00
    + 08 00 1b 00 67 00 00 00
    - 20 00 12 00
    + 20 00 12 80
      08 00 01 00 62 6f 6e 64
    - 14 00 02 00
    + 14 00 02 80
      05 00 01 00 01 00 00 00
      08 00 03 00 64 00 00 00
    """
  ),
  // ip link add bond0 mtu 9000 address 52:54:00:12:34:56 type bond mode 802.3ad lacp_rate fast
  (
    "bond0", .make(new(.bond) {
      $0.mtu = 9000
      $0.macAddress = mac("52:54:00:12:34:56")
      $0.settings = [LinkSetting(.mode, .number(4)), LinkSetting(.lacpRate, .number(1))]
    }),
    """
    - 60 00 00 00
    + 68 00 00 00
    - 10 00 05 06
    + 10 00 05 04
      00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    + 0a 00 03 00 62 6f 6e 64 30 00 00 00
    + 08 00 1b 00 67 00 00 00
      08 00 04 00 28 23 00 00
      0a 00 01 00 52 54 00 12 34 56 00 00
    - 0a 00 03 00 62 6f 6e 64 30 00 00 00
    - 20 00 12 00
    + 20 00 12 80
      08 00 01 00 62 6f 6e 64
    - 14 00 02 00
    + 14 00 02 80
      05 00 01 00 04 00 00 00
      05 00 15 00 01 00 00 00
    """
  ),
  // ip link add bond0 type bond arp_interval 1000 arp_ip_target 192.0.2.1,192.0.2.2
  (
    "bond0", .make(new(.bond) {
      $0.settings = [
        LinkSetting(.arpInterval, .number(1000)),
        LinkSetting(.arpIPTargets, .addresses([ip("192.0.2.1"), ip("192.0.2.2")])),
      ]
    }),
    """
    - 58 00 00 00
    + 60 00 00 00
    - 10 00 05 06
    + 10 00 05 04
      00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      0a 00 03 00 62 6f 6e 64 30 00 00 00
    + 08 00 1b 00 67 00 00 00
    - 2c 00 12 00
    + 2c 00 12 80
      08 00 01 00 62 6f 6e 64
    - 20 00 02 00
    + 20 00 02 80
      08 00 07 00 e8 03 00 00
    - 14 00 08 00
    + 14 00 08 80
      08 00 00 00 c0 00 02 01
      08 00 01 00 c0 00 02 02
    """
  ),
  // ip link add link eth0 name eth0.5 type vlan id 5
  (
    "eth0.5", .make(new(.vlan(parent: "eth0", id: 5)) {
      $0.parent = LinkIdentity(index: 7, name: "eth0")
    }),
    """
    - 4c 00 00 00
    + 54 00 00 00
    - 10 00 05 06
    + 10 00 05 04
      00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    + 0b 00 03 00 65 74 68 30 2e 35 00 00
    + 08 00 1b 00 67 00 00 00
      08 00 05 00 07 00 00 00
    - 0b 00 03 00 65 74 68 30 2e 35 00 00
    - 18 00 12 00
    + 18 00 12 80
      08 00 01 00 76 6c 61 6e
    - 0c 00 02 00
    + 0c 00 02 80
      06 00 01 00 05 00 00 00
    """
  ),
  // ip link add br1 type bridge stp_state 1 forward_delay 400 priority 4096
  (
    "br1", .make(new(.bridge) {
      $0.settings = [
        LinkSetting(.stp, .number(1)), LinkSetting(.forwardDelay, .number(400)),
        LinkSetting(.priority, .number(4096)),
      ]
    }),
    """
    - 54 00 00 00
    + 5c 00 00 00
    - 10 00 05 06
    + 10 00 05 04
      00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      08 00 03 00 62 72 31 00
    + 08 00 1b 00 67 00 00 00
    - 2c 00 12 00
    + 2c 00 12 80
      0a 00 01 00 62 72 69 64 67 65 00 00
    - 1c 00 02 00
    + 1c 00 02 80
      08 00 05 00 01 00 00 00
      08 00 01 00 90 01 00 00
      06 00 06 00 00 10 00 00
    """
  ),
  // ip link add dummy0 type dummy
  (
    "dummy0", .make(new(.dummy)),
    """
    - 3c 00 00 00
    + 44 00 00 00
    - 10 00 05 06
    + 10 00 05 04
      00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      0b 00 03 00 64 75 6d 6d 79 30 00 00
    + 08 00 1b 00 67 00 00 00
    - 10 00 12 00
    + 10 00 12 80
      09 00 01 00 64 75 6d 6d 79 00 00 00
    """
  ),
  // ip link set dev eth0 master br0
  (
    "eth0", .setController(LinkIdentity(index: 9, name: "br0")),
    """
      28 00 00 00
      10 00 05 00
      00 00 00 00 00 00 00 00
      00 00 00 00 07 00 00 00 00 00 00 00 00 00 00 00
      08 00 0a 00 09 00 00 00
    """
  ),
  // ip link set dev eth0 nomaster
  (
    "eth0", .leaveController,
    """
      28 00 00 00
      10 00 05 00
      00 00 00 00 00 00 00 00
      00 00 00 00 07 00 00 00 00 00 00 00 00 00 00 00
      08 00 0a 00 00 00 00 00
    """
  ),
  // ip link del dev eth0
  (
    "eth0", .remove,
    """
      20 00 00 00
      11 00 05 00
      00 00 00 00 00 00 00 00
      00 00 00 00 07 00 00 00 00 00 00 00 00 00 00 00
    """
  ),
  // ip link set dev eth0 type bond miimon 200 updelay 400
  (
    "eth0", .setSettings([
      LinkSetting(.miiMonitorInterval, .number(200)), LinkSetting(.upDelay, .number(400)),
    ]),
    """
      40 00 00 00
      10 00 05 00
      00 00 00 00 00 00 00 00
      00 00 00 00 07 00 00 00 00 00 00 00 00 00 00 00
    - 20 00 12 00
    + 20 00 12 80
      08 00 01 00 62 6f 6e 64
    - 14 00 02 00
    + 14 00 02 80
      08 00 03 00 c8 00 00 00
      08 00 04 00 90 01 00 00
    """
  ),
  // ip link set dev eth0 type bridge ageing_time 30000
  (
    "eth0", .setSettings([LinkSetting(.ageingTime, .number(30000))]),
    """
      3c 00 00 00
      10 00 05 00
      00 00 00 00 00 00 00 00
      00 00 00 00 07 00 00 00 00 00 00 00 00 00 00 00
    - 1c 00 12 00
    + 1c 00 12 80
      0a 00 01 00 62 72 69 64 67 65 00 00
    - 0c 00 02 00
    + 0c 00 02 80
      08 00 04 00 30 75 00 00
    """
  ),
  // ip link set dev eth0 type bridge_slave cost 50 priority 10
  (
    "eth0", .setSettings([
      LinkSetting(.pathCost, .number(50)), LinkSetting(.portPriority, .number(10)),
    ]),
    """
    - 48 00 00 00
    + 44 00 00 00
      10 00 05 00
      00 00 00 00 00 00 00 00
      00 00 00 00 07 00 00 00 00 00 00 00 00 00 00 00
    - 28 00 12 00
    + 24 00 12 80
    - 10 00 01 00 62 72 69 64 67 65 5f 73 6c 61 76 65
    + 0a 00 04 00 62 72 69 64 67 65 00 00
    - 14 00 05 00
    + 14 00 05 80
      08 00 03 00 32 00 00 00
      06 00 02 00 0a 00 00 00
    """
  ),
  // ip rule add from 192.0.2.0/24 lookup 100 priority 10
  (
    "rules", .addRule(rule(from: "192.0.2.0/24", table: 100) { $0.priority = 10 }),
    """
    - 2c 00 00 00
    + 34 00 00 00
      20 00 05 06
      00 00 00 00 00 00 00 00
      02 00 18 00 64 00 00 01 00 00 00 00
      08 00 02 00 c0 00 02 00
      08 00 06 00 0a 00 00 00
    + 05 00 15 00 67 00 00 00
    """
  ),
  // ip rule add to 198.51.100.0/24 fwmark 7 tos 0x10 lookup 1000
  (
    "rules", .addRule(rule(to: "198.51.100.0/24", table: 1000) {
      ($0.mark, $0.typeOfService) = (7, 16)
    }),
    """
    - 34 00 00 00
    + 3c 00 00 00
      20 00 05 06
      00 00 00 00 00 00 00 00
      02 18 00 10 00 00 00 01 00 00 00 00
      08 00 01 00 c6 33 64 00
    + 08 00 0f 00 e8 03 00 00
      08 00 0a 00 07 00 00 00
    - 08 00 0f 00 e8 03 00 00
    + 05 00 15 00 67 00 00 00
    """
  ),
  // ip rule del from 192.0.2.0/24 lookup 100 priority 10
  (
    "rules", .removeRule(rule(from: "192.0.2.0/24", table: 100) { $0.priority = 10 }),
    """
    - 2c 00 00 00
    + 34 00 00 00
      21 00 05 00
      00 00 00 00 00 00 00 00
    - 02 00 18 00 64 00 00 00 00 00 00 00
    + 02 00 18 00 64 00 00 01 00 00 00 00
      08 00 02 00 c0 00 02 00
      08 00 06 00 0a 00 00 00
    + 05 00 15 00 67 00 00 00
    """
  ),
  // ip -6 rule add from 2001:db8::/32 lookup 100
  (
    "rules", .addRule(rule(from: "2001:db8::/32", table: 100)),
    """
    - 30 00 00 00
    + 38 00 00 00
      20 00 05 06
      00 00 00 00 00 00 00 00
      0a 00 20 00 64 00 00 01 00 00 00 00
      14 00 02 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 00
    + 05 00 15 00 67 00 00 00
    """
  ),
]

/// One side of the diff.
private func bytes(_ diff: String, without sign: Character) -> [UInt8] {
  diff.split(separator: "\n").filter { $0.first != sign }.flatMap { octets($0.dropFirst()) }
}

@Test(arguments: rows)
func `what makes links and rules is the message of its command`(
  link: String, action: NetworkStep.Action, diff: String
) {
  var messages = StepMessages()
  let index: UInt32 = link == "eth0" ? 7 : 0
  let isMessage = messages.append(
    NetworkStep(LinkIdentity(index: index, name: link), action), sequence: 0)
  #expect(isMessage)
  #expect(hexadecimal(messages.bytes) == hexadecimal(bytes(diff, without: "-")))
  let theirs = bytes(diff, without: "+")
  #expect(theirs.prefix(4) == [UInt8(theirs.count), 0, 0, 0])
}

@Test func `a bond with all there is fits its message`() {
  let numbers: [LinkParameter.Key] = LinkParameter.Key.allCases.filter {
    $0.owner == .bond && $0 != .primary && $0 != .arpIPTargets
  }
  let link = new(.bond) {
    $0.mtu = 9000
    $0.macAddress = mac("52:54:00:12:34:56")
    $0.settings = numbers.map { LinkSetting($0, .number(1)) }
    $0.settings.append(
      LinkSetting(.arpIPTargets, .addresses((1...16).map { ip("192.0.2.\($0)") })))
  }
  var messages = StepMessages()
  let step = NetworkStep(LinkIdentity(index: 0, name: "fifteen-letters"), .make(link))
  let isMessage = messages.append(step, sequence: 0)
  #expect(isMessage)
  // A header and a fixed part; name, group, mtu and address; the nests and the kind; 10 parameters
  // of 4 bytes, 9 of one; the targets.
  #expect(messages.bytes.count == 32 + 20 + 8 + 8 + 12 + 4 + 8 + 4 + 19 * 8 + 4 + 16 * 8)
}

@Test func `a message is as long as its step wants, in the room of the one before`() {
  let targets = LinkSetting(.arpIPTargets, .addresses((1...16).map { ip("2001:db8::\($0)") }))
  let delays = [LinkSetting](repeating: LinkSetting(.upDelay, .number(1)), count: 100)
  var messages = StepMessages()
  let link = LinkIdentity(index: 7, name: "bond0")
  for settings in [delays, delays + [targets], []] {
    let isMessage = messages.append(NetworkStep(link, .setSettings(settings)), sequence: 0)
    #expect(isMessage)
  }
  // A header and a fixed part; the nests and the kind; the parameters; the targets.
  let short = 32 + 4 + 8 + 4 + 100 * 8
  #expect(messages.offsets == [0, short, 2 * short + 4 + 16 * 20])
  #expect(messages.bytes.count == 2 * short + 4 + 16 * 20 + 32 + 4 + 8)
}
