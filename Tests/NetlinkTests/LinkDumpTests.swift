import Addresses
import Configuration
import Netlink
import Network
import Testing

/// An attribute with its header, padded.
private func attribute(_ type: UInt16, _ payload: [UInt8]) -> [UInt8] {
  let length = UInt16(4 + payload.count)
  return [UInt8(length & 0xFF), UInt8(length >> 8), UInt8(type & 0xFF), UInt8(type >> 8)] + payload
    + [UInt8](repeating: 0, count: (4 - payload.count % 4) % 4)
}

private func message(_ type: UInt16, _ fixedPart: [UInt8], _ attributes: [UInt8]) -> [UInt8] {
  let length = UInt8(16 + fixedPart.count + attributes.count)
  return [length, 0, 0, 0, UInt8(type), 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0] + fixedPart + attributes
}

private func read(_ message: [UInt8]) -> FoundNetwork {
  var found = FoundNetwork()
  var progress = DumpProgress()
  found.read(message, sequence: 1, &progress)
  return found
}

/// The link 9, `made0`, with this in IFLA_LINKINFO and these attributes beside it.
private func link(_ info: [UInt8], _ others: [UInt8] = []) -> FoundLink? {
  let name = attribute(3, Array("made0".utf8) + [0])
  let fixedPart: [UInt8] = [0, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  return read(message(16, fixedPart, name + others + attribute(18, info))).links.first
}

private func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

@Suite struct LinkDumpTests {
  @Test func `a vlan has its number and its parent, and ours its group`() {
    let info = attribute(1, text("vlan")) + attribute(2, attribute(1, [5, 1]))
    let found = link(info, attribute(5, [7, 0, 0, 0]) + attribute(27, [103, 0, 0, 0]))
    #expect(found?.kind == "vlan")
    #expect(found?.vlanID == 261)
    #expect(found?.parent == 7)
    #expect(found?.isMadeByUs == true)
    #expect(found?.controller == nil)
  }

  @Test func `the peer of a veth is no parent, and the group alone makes nothing ours`() {
    let found = link(
      attribute(1, text("veth")), attribute(5, [7, 0, 0, 0]) + attribute(27, [103, 0, 0, 0]))
    #expect(found?.parent == nil)
    #expect(found?.isMadeByUs == false)
  }

  @Test func `a bond has its parameters, its primary by index`() {
    let data =
      attribute(1, [1]) + attribute(3, [100, 0, 0, 0]) + attribute(6, [1])
      + attribute(8, attribute(0, [192, 0, 2, 1]) + attribute(1, [192, 0, 2, 2]))
      + attribute(11, [3, 0, 0, 0]) + attribute(21, [1]) + attribute(99, [1])
    #expect(
      link(attribute(1, text("bond")) + attribute(2, data))?.settings == [
        LinkSetting(.mode, .number(1)), LinkSetting(.miiMonitorInterval, .number(100)),
        LinkSetting(.useCarrier, .number(1)),
        LinkSetting(.arpIPTargets, .addresses([ip("192.0.2.1"), ip("192.0.2.2")])),
        LinkSetting(.primary, .link(LinkIdentity(index: 3, name: "eth1"))),
        LinkSetting(.lacpRate, .number(1)),
      ])
  }

  @Test func `a spanning tree kept by a program is one`() {
    let info = attribute(1, text("bridge")) + attribute(2, attribute(5, [2, 0, 0, 0]))
    #expect(link(info)?.settings == [LinkSetting(.stp, .number(1))])
  }

  @Test func `a port has its controller, and of a bridge what it costs`() {
    let data = attribute(2, [10, 0]) + attribute(3, [50, 0, 0, 0])
    let found = link(
      attribute(4, text("bridge")) + attribute(5, data), attribute(10, [4, 0, 0, 0]))
    #expect(found?.controller == 4)
    #expect(
      found?.settings == [
        LinkSetting(.portPriority, .number(10)), LinkSetting(.pathCost, .number(50)),
      ])
  }

  @Test func `a port of a bond is known by the address that it had`() {
    let info =
      attribute(4, text("bond")) + attribute(5, attribute(4, [0x52, 0x54, 0, 0, 0, 2]))
    #expect(link(info)?.permanentMACAddress == mac("52:54:00:00:00:02"))
    let own = attribute(54, [0x52, 0x54, 0, 0, 0, 3])
    #expect(link(info, own)?.permanentMACAddress == mac("52:54:00:00:00:03"))
  }

  @Test func `attributes that are too short are passed over`() {
    let bond = attribute(2, attribute(1, []) + attribute(3, [1]) + attribute(8, [1, 2]))
    #expect(
      link(attribute(1, text("bond")) + bond)?.settings == [
        LinkSetting(.arpIPTargets, .addresses([]))
      ])
    #expect(link(attribute(1, text("vlan")) + attribute(2, attribute(1, [5])))?.vlanID == nil)
  }
}

@Suite struct RuleDumpTests {
  /// family, dst_len, src_len, tos, table, 2 reserved, action (1 is to a table), flags
  private func rule(_ header: [UInt8], _ attributes: [UInt8]) -> [FoundRule] {
    read(message(32, header + [UInt8](repeating: 0, count: 12 - header.count), attributes)).rules
  }

  private func wanted(
    from: String? = nil, to: String? = nil, table: UInt32,
    _ change: (inout RuleConfiguration) -> Void
  ) -> RuleConfiguration {
    var rule = RuleConfiguration(from: from.map(prefix), to: to.map(prefix), table: table)
    change(&rule)
    return rule
  }

  @Test func `a rule is what it was asked for, with whose it is`() {
    let found = rule(
      [2, 0, 24, 0, 100, 0, 0, 1],
      attribute(2, [192, 0, 2, 0]) + attribute(15, [100, 0, 0, 0]) + attribute(6, [10, 0, 0, 0])
        + attribute(14, [255, 255, 255, 255]) + attribute(21, [103]))
    #expect(
      found == [
        FoundRule(wanted(from: "192.0.2.0/24", table: 100) { $0.priority = 10 }, mark: 103)
      ])
  }

  @Test func `a table of more than a byte, a mark and a type of service`() {
    let found = rule(
      [2, 24, 0, 16, 0, 0, 0, 1],
      attribute(1, [198, 51, 100, 0]) + attribute(15, [0xE8, 3, 0, 0])
        + attribute(6, [0xFD, 0x7F, 0, 0]) + attribute(10, [7, 0, 0, 0])
        + attribute(16, [255, 255, 255, 255]))
    #expect(
      found == [
        FoundRule(
          wanted(to: "198.51.100.0/24", table: 1000) {
            ($0.priority, $0.mark, $0.typeOfService) = (32765, 7, 16)
          }, mark: 0)
      ])
  }

  @Test(arguments: [
    // An interface, a mask of the mark, a limit on the prefix.
    ([2, 0, 0, 0, 254, 0, 0, 1], attribute(3, text("eth0"))),
    ([2, 0, 0, 0, 254, 0, 0, 1], attribute(16, [15, 0, 0, 0])),
    ([2, 0, 0, 0, 254, 0, 0, 1], attribute(14, [0, 0, 0, 0])),
    // Inverted, a blackhole, of another family, too short.
    ([2, 0, 0, 0, 254, 0, 0, 1, 2], []), ([2, 0, 0, 0, 254, 0, 0, 6], []),
    ([128, 0, 0, 0, 254, 0, 0, 1], []), ([2, 0, 33, 0, 254, 0, 0, 1], []),
  ] as [([UInt8], [UInt8])])
  func `a rule that says more than ours do is none of them`(header: [UInt8], rest: [UInt8]) {
    #expect(rule(header, rest) == [])
  }

  @Test func `the first rule of all has priority 0`() {
    #expect(
      rule([2, 0, 0, 0, 255, 0, 0, 1], attribute(15, [255, 0, 0, 0])) == [
        FoundRule(wanted(from: "0.0.0.0/0", table: 255) { $0.priority = 0 }, mark: 0)
      ])
  }

  @Test func `rules are asked for in all families`() {
    #expect(
      hexadecimal(Dump.rules.request(sequence: 5))
        == "1c 00 00 00 22 00 01 03 05 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00")
  }
}
