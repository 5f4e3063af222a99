import Addresses
import Configuration
import Metadata
import Testing

/// NoCloud's own rules: its lines, and the merge of its seeds.
@Suite struct NoCloudTests {
  static let folder = Seed(
    "nocloud:/seed", metaData: "local-hostname: folder", network: eth0("mtu: 1400"), userData: "")
  static let disk = Seed(
    "nocloud:/dev/vdb", metaData: "{instance-id: i-disk, local-hostname: disk}",
    network: eth0("mtu: 1300"), userData: "")

  /// The parts that a line may give: instance-id, hostname, and who gave them.
  private func told(_ reading: Reading) -> String {
    let origins = reading.configuration?.origins.map { $0.description } ?? []
    let values = [
      reading.configuration?.instanceID, reading.configuration?.fqdn,
      reading.configuration?.hostname,
    ]
    return (values.compactMap { $0 } + origins + (reading.findings == "" ? [] : [reading.findings]))
      .joined(separator: "\n")
  }

  @Test(arguments: [
    ("ds=nocloud;h=web.example.org;i=i-1", "i-1\nweb.example.org\nweb\ninstance-id: nocloud:dmi\nhostname: nocloud:dmi"),
    ("ds=nocloud-net;instance-id=i-1;local-hostname=web;", "i-1\nweb\ninstance-id: nocloud:dmi\nhostname: nocloud:dmi"),
    ("Standard PC ds=nocloud;h=one ds=nocloud;h=two\n", "two\nhostname: nocloud:dmi"),
    ("ds=nocloud;h=one;h=two", "two\nhostname: nocloud:dmi"),
    ("ds=nocloud", ""),
    ("VMware-56 4d 1a", ""), ("", ""), ("0123456789", ""), ("ds=nocloudy;h=web", ""),
    ("ds=nocloud;h=-a", "DMI serial number: h: expected a host name of letters, digits, hyphens and dots, found \"-a\""),
    ("ds=nocloud;i=", "DMI serial number: i: expected text, found \"\""),
    ("ds=nocloud;i", "DMI serial number: i: expected text, found \"\""),
    ("ds=nocloud;dsmode=never", "DMI serial number: dsmode: expected net, local, pass or disabled, found \"never\""),
    ("ds=nocloud;instance_id=i-1", "warning: DMI serial number: unknown key \"instance_id\"; did you mean \"instance-id\"?"),
    ("ds=nocloud;s=http://192.0.2.9/", "warning: DMI serial number: seedfrom: \"http://192.0.2.9/\" is not followed: guestagent configures the network and reads nothing over it"),
    ("ds=nocloud;s=ftp://192.0.2.9/;h=web", "web\nhostname: nocloud:dmi\nwarning: DMI serial number: seedfrom: \"ftp://192.0.2.9/\" is not followed: guestagent configures the network and reads nothing over it"),
    ("ds=nocloud;s=/seed/__dmi.chassis-serial-number__/", "warning: DMI serial number: seedfrom: \"/seed/__dmi.chassis-serial-number__/\" is not followed: __dmi.<key>__ is not done by guestagent"),
    ("ds=nocloud;s=seed", "warning: DMI serial number: seedfrom: \"seed\" is not followed: expected /<folder>/ or file:///<folder>/"),
    ("ds=nocloud;dsmode=disabled;h=web", "warning: DMI serial number: dsmode: disabled: this seed is not taken"),
  ])
  func `a line of NoCloud's in the serial number is meta-data`(serial: String, wanted: String) {
    #expect(told(Reading(seeds: [], commandLine: nil, serial: serial)) == wanted)
  }

  @Test(arguments: [
    ("quiet ds=nocloud;h=web;i=i-1", "i-1\nweb\ninstance-id: nocloud:cmdline\nhostname: nocloud:cmdline"),
    ("\"ds=nocloud;h=web\"", "web\nhostname: nocloud:cmdline"),
    ("ds=none;h=web", ""),
    ("ds=nocloud;h=..", "kernel command line: h: expected a host name of letters, digits, hyphens and dots, found \"..\""),
  ])
  func `the same line stands on the kernel command line`(commandLine: String, wanted: String) {
    #expect(told(Reading(seeds: [], commandLine: commandLine)) == wanted)
  }

  @Test(arguments: ["ds=nocloud", "ds=nocloud;s=/seed", "ds=nocloud;dsmode=net"])
  func `a line that only says that there is a seed is none itself`(serial: String) {
    #expect(Reading(seeds: [], commandLine: nil, serial: serial).configuration == nil)
    #expect(
      Reading(seeds: [Self.disk], commandLine: nil, serial: serial).configuration?.sources
        == ["nocloud:/dev/vdb"])
  }

  @Test func `meta-data of lines win over seeds, and the disk's network over the folder's`() {
    let reading = Reading(
      seeds: [Self.folder, Self.disk], commandLine: "ds=nocloud;h=kernel;i=i-kernel",
      serial: "ds=nocloud;h=machine")
    var wanted = Configuration()
    wanted.sources = ["nocloud:/dev/vdb", "nocloud:/seed", "nocloud:dmi", "nocloud:cmdline"]
    wanted.instanceID = "i-kernel"
    wanted.hostname = "machine"
    wanted.links = [link("eth0") { $0.mtu = 1300 }]
    wanted.origins = [
      Origin(.instanceID, ["nocloud:cmdline"], overridden: ["nocloud:/dev/vdb"]),
      Origin(
        .hostname, ["nocloud:dmi"],
        overridden: ["nocloud:cmdline", "nocloud:/seed", "nocloud:/dev/vdb"]),
      Origin(.network, ["nocloud:/dev/vdb"], overridden: ["nocloud:/seed"]),
    ]
    #expect(reading.configuration == wanted)
    #expect(reading.findings == "")
  }

  @Test func `what seedfrom names is last with meta-data, and alone gives network and user-data`() {
    var followed = Seed(
      "nocloud:/more", metaData: "{instance-id: i-more, local-hostname: more}", userData: "")
    followed.isSeedFrom = true
    let disk = Seed(
      "nocloud:/dev/vdb", metaData: "{local-hostname: disk, seedfrom: /more}",
      network: eth0("mtu: 1300"), userData: "#cloud-config\nhostname: user")
    let reading = Reading(seeds: [followed, disk], commandLine: nil)
    var wanted = Configuration()
    wanted.sources = ["nocloud:/more", "nocloud:/dev/vdb"]
    wanted.instanceID = "i-more"
    wanted.hostname = "disk"
    wanted.origins = [
      Origin(.instanceID, ["nocloud:/more"]),
      Origin(.hostname, ["nocloud:/dev/vdb"], overridden: ["nocloud:/more"]),
    ]
    #expect(reading.configuration == wanted)
    #expect(reading.findings == "")
  }

  @Test(arguments: [
    ("seedfrom: /a/b/", "/a/b"), ("seedfrom: file:///a", "/a"), ("seedfrom: /", "/"),
    ("seedfrom: http://192.0.2.9/", nil), ("seedfrom: file://a/", nil), ("a: 1", nil),
  ] as [(String, String?)])
  func `seedfrom names a folder of the guest`(metaData: String, folder: String?) {
    let seeds = [Seed("nocloud:/dev/vdb", metaData: metaData)]
    #expect(seedFromFolder(of: seeds, datasource: nil, serial: nil) == folder)
    #expect(
      seedFromFolder(of: seeds, datasource: "nocloud;s=/line/", serial: "serial") == "/line")
  }

  @Test func `a scheme that seedfrom cannot have is warned of at its place`() {
    #expect(
      Reading(metaData: "seedfrom: https://192.0.2.9/").findings
        == "warning: meta-data:1:11: seedfrom: \"https://192.0.2.9/\" is not followed: guestagent configures the network and reads nothing over it")
  }

  @Test(arguments: [
    (nil, "disabled", "net", false), (nil, "net", "disabled", true), (nil, nil, "disabled", false),
    ("ds=nocloud", "disabled", "disabled", true),
    ("ds=nocloud;dsmode=disabled", "net", "net", false),
  ] as [(String?, String?, String, Bool)])
  func `the strongest dsmode decides for all seeds of NoCloud's`(
    serial: String?, folder: String?, disk: String, isTaken: Bool
  ) {
    let reading = Reading(
      seeds: [
        Seed("nocloud:/seed", metaData: folder.map { "dsmode: \($0)" } ?? "", userData: ""),
        Seed("nocloud:/dev/vdb", metaData: "dsmode: \(disk)", network: eth0("mtu: 1300"), userData: ""),
      ], commandLine: nil, serial: serial)
    #expect(reading.configuration?.links == (isTaken ? [link("eth0") { $0.mtu = 1300 }] : nil))
    #expect(reading.warnings.count == (isTaken ? 0 : 1))
  }
}
