import Addresses
import Configuration
import Network
import Testing

@Suite struct RecordTests {
  /// A record with every fact.
  private var full: LinkRecord {
    var record = LinkRecord(index: 2)
    record.broughtUp = true
    record.name = "eth0"
    record.mtu = 1500
    record.macAddress = mac("52:54:00:12:34:56")
    record.addressGeneration = .stableSecret
    record.acceptRA = 1
    record.sysctls[.temporaryAddresses] = -1
    record.controller = 7
    record.settings = [
      LinkSetting(.miiMonitorInterval, .number(100)),
      LinkSetting(.arpIPTargets, .addresses([ip("192.0.2.1"), ip("192.0.2.9")])),
      LinkSetting(.primary, .link(LinkIdentity(index: 3, name: ""))),
    ]
    record.given = [.mode, .upDelay]
    record.tookDown = true
    record.addresses = [prefix("192.0.2.2/24"), prefix("2001:db8::2/64")]
    record.neighbors = [ip("192.0.2.1"), ip("2001:db8::1")]
    return record
  }

  private static let fullText = """
    link 2
    brought-up
    name eth0
    mtu 1500
    macaddress 52:54:00:12:34:56
    addrgenmode 2
    sysctl accept_ra 1
    sysctl use_tempaddr -1
    controller 7
    setting mii_monitor_interval 100
    setting arp_ip_targets 192.0.2.1,192.0.2.9
    setting primary 3
    given mode
    given up_delay
    took-down
    address 192.0.2.2/24
    address 2001:db8::2/64
    neighbor 192.0.2.1
    neighbor 2001:db8::1

    """

  @Test func `records are a text and come back from it`() {
    var records = LinkRecords()
    records[2] = full
    records[7] = LinkRecord(index: 7)
    #expect(records.text == Self.fullText + "link 7\n")
    #expect(LinkRecords(text: records.text) == records)
    #expect(LinkRecords(text: "") == LinkRecords())
    records.hasRules = true
    #expect(records.text == "rules\n" + Self.fullText + "link 7\n")
    #expect(LinkRecords(text: records.text) == records)
    records[2] = nil
    records[7] = nil
    #expect(records.text == "rules\n")
    #expect(!records.isEmpty)
    records.hasRules = false
    #expect(records.text == "")
    #expect(records.isEmpty)
  }

  @Test(arguments: [
    "", "\n\n", "mtu 1400\nbrought-up\n", "link\n", "link -1\n", "link 4294967296\n", "link x\n",
    " \n", "\u{0}\n", "linkx 2\n",
  ])
  func `a text without a link is no record`(text: String) {
    #expect(LinkRecords(text: text) == LinkRecords())
  }

  @Test(arguments: [
    "name a/b", "name", "mtu -1", "mtu 4294967296", "mtu 1e3", "macaddress 52:54", "addrgenmode 9",
    "addrgenmode 256", "sysctl accept_ra x", "sysctl accept_ra",
    "sysctl x 1", "controller -1", "setting mode", "setting mode x", "setting primary eth0",
    "setting arp_ip_targets x", "setting arp_ip_targets 192.0.2.1,x",
    "given x",
    "address 192.0.2.2", "address 192.0.2.2/33", "neighbor x",
    "neighbor 192.0.2.1/32", "unknown 1", "brought", "  ", "\u{1F600} 1",
  ])
  func `a line that cannot be read is passed over`(line: String) {
    #expect(LinkRecords(text: "link 2\n\(line)\n").records == [LinkRecord(index: 2)])
  }

  @Test func `no target at all is a value as well`() {
    var records = LinkRecords()
    records[2] = LinkRecord(index: 2)
    records[2]?.settings = [LinkSetting(.arpIPTargets, .addresses([]))]
    #expect(LinkRecords(text: records.text) == records)
  }

  /// Found by fuzzing: the message that takes back more than there are would be longer than any.
  @Test func `of a parameter only the first value is kept`() {
    var record = LinkRecord(index: 2)
    record.settings = [LinkSetting(.stp, .number(1))]
    let text = "link 2\n" + (1...100).map { "setting stp \($0)\n" }.joined()
    #expect(LinkRecords(text: text).records == [record])
  }

  @Test func `a plan remembers what was there, and never forgets the first`() {
    let link = wanted {
      $0.acceptRA = false
      $0.linkLocal = .init(ipv4: false, ipv6: false)
      $0.setName = InterfaceName("lan0")
      $0.mtu = 1400
      $0.macAddress = mac("52:54:00:00:00:99")
      $0.addresses = [address("192.0.2.2/24")]
      $0.neighbors = [neighbor("192.0.2.1")]
    }
    var expected = LinkRecord(index: 2)
    expected.broughtUp = true
    expected.name = "eth0"
    expected.mtu = 1500
    expected.macAddress = mac("52:54:00:12:34:56")
    expected.addressGeneration = .stableSecret
    expected.acceptRA = 1
    expected.addresses = []
    expected.neighbors = []
    let before = nic {
      $0.isUp = false
      $0.acceptRA = 1
      $0.addressGeneration = .stableSecret
    }
    let first = LinkPlan(for: link, on: before, kernel: .new)
    #expect(first.record == expected)

    // Somebody has meddled with everything since.
    let meddled = nic("eth9") {
      $0.acceptRA = 2
      $0.addressGeneration = .random
      $0.mtu = 9000
      $0.macAddress = mac("52:54:00:00:00:01")
    }
    let second = LinkPlan(for: link, on: meddled, record: first.record, kernel: .new)
    #expect(second.steps.count == 7)
    #expect(second.record == expected)
  }

  @Test func `what nobody changes is not remembered`() {
    #expect(LinkPlan(for: missionLink, on: nic(), kernel: .new).record.isEmpty)
  }

  @Test func `where the kernel keeps no marks the record lists what is ours`() {
    let plan = LinkPlan(for: missionLink, on: nic(), kernel: .old)
    #expect(
      plan.record.addresses
        == [prefix("198.51.100.176/32"), prefix("2001:db8:3:47:198:51:100:176/64")])
    #expect(plan.record.neighbors == [ip("192.0.2.1")])

    var done = missionDone
    for index in done.addresses.indices { done.addresses[index].mark = nil }
    done.neighbors[0].mark = nil
    let again = LinkPlan(for: missionLink, on: done, record: plan.record, kernel: .old)
    #expect(again.text == "")
    #expect(again.record == plan.record)

    // Without the record they are somebody else's.
    #expect(LinkPlan(for: missionLink, on: done, kernel: .old).record.isEmpty)
    #expect(
      LinkPlan(for: wanted(), on: done, kernel: .old).text == """
        ip route del default via 192.0.2.1 dev eth0
        ip route del 198.51.100.176/29 dev eth0
        ip route del 192.0.2.0/26 dev eth0
        """)

    let gone = LinkPlan(for: wanted(), on: done, record: plan.record, kernel: .old)
    #expect(
      gone.text == """
        ip neighbor del 192.0.2.1 dev eth0
        ip route del default via 192.0.2.1 dev eth0
        ip route del 198.51.100.176/29 dev eth0
        ip route del 192.0.2.0/26 dev eth0
        ip address del 198.51.100.176/32 dev eth0
        ip -6 address del 2001:db8:3:47:198:51:100:176/64 dev eth0
        """)
    #expect(gone.record.isEmpty)
  }

  @Test(arguments: [
    ("6.18.44", true, true, true), ("5.18.0-4-amd64", true, true, false),
    ("5.17.15", false, true, false), ("5.2", false, true, false), ("5.2-rc1", false, true, false),
    ("5.1.21", false, false, false), ("4.19.0-27-amd64", false, false, false),
    ("10.0.0", true, true, true), ("6.2.0", true, true, true), ("6.1.0-13", true, true, false),
    ("", false, false, false), ("5", false, false, false), ("x.y", false, false, false),
    ("99999999999999999999.1", true, true, true), ("5.99999999999999999999", true, true, false),
    ("linux-6.1", false, false, false), ("..", false, false, false),
    ("-6.1", false, false, false),
  ])
  func `the release tells what the kernel keeps and does`(
    release: String, keepsAddressMarks: Bool, keepsNeighborMarks: Bool, renamesLive: Bool
  ) {
    #expect(
      KernelFeatures(release: release)
        == KernelFeatures(
          keepsAddressMarks: keepsAddressMarks, keepsNeighborMarks: keepsNeighborMarks,
          renamesLive: renamesLive))
  }
}
