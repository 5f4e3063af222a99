import Addresses
import Configuration
import Metadata
import Testing

/// Precedence between sources, and the sources that are no disk.
@Suite struct SourcesTests {
  /// One seed of each source, that says who it is.
  static func seed(_ source: SourceName) -> Seed {
    let index = SourceName.allCases.firstIndex(of: source)!
    return Seed(
      source, source.rawValue,
      metaData: "{instance-id: i-\(index), local-hostname: h\(index)}",
      network: eth0("mtu: 130\(index)"), userData: "")
  }
  static let named: [SourceName] = [.credentials, .firmware, .smbios, .noCloud]
  /// In no order.
  static let seeds = [2, 0, 3, 1].map { seed(named[$0]) }

  @Test func `the first source of the order wins each part as a whole`() {
    let reading = Reading(seeds: Self.seeds, commandLine: "quiet")
    var wanted = Configuration()
    wanted.sources = ["credentials", "fw_cfg", "smbios", "nocloud"]
    wanted.instanceID = "i-1"
    wanted.hostname = "h1"
    wanted.links = [link("eth0") { $0.mtu = 1301 }]
    wanted.origins = [Origin.Part.instanceID, .hostname, .network].map { part in
      Origin(part, ["credentials"], overridden: ["fw_cfg", "smbios", "nocloud"])
    }
    #expect(reading.configuration == wanted)
    #expect(reading.findings == "")
  }

  @Test(arguments: [
    ([.noCloud, .smbios], ["nocloud", "smbios"]),
    ([.smbios, .commandLine], ["smbios", "cmdline"]),
    ([.commandLine, .firmware], ["cmdline", "fw_cfg"]),
    ([.credentials], ["credentials"]),
  ] as [([SourceName], [String])])
  func `another order may be given, and who is not in it is not read`(
    order: [SourceName], sources: [String]
  ) {
    let line = order.contains(.commandLine) ? "ip=192.0.2.2::192.0.2.1:24::eth0:none" : nil
    let reading = Reading(seeds: Self.seeds, commandLine: line, order: order)
    #expect(reading.configuration?.sources == sources)
    #expect(
      reading.configuration?.origins.last
        == Origin(.network, [sources[0]], overridden: [String](sources.dropFirst())))
  }

  @Test func `an empty network leaves it to the next source, and disabled does not`() {
    func reading(_ first: String) -> Reading {
      Reading(
        seeds: [
          Seed(.firmware, "fw_cfg", network: first),
          Seed(.smbios, "smbios", network: eth0("mtu: 1400")),
        ], commandLine: nil)
    }
    #expect(reading("# nothing\n").configuration?.origins == [Origin(.network, ["smbios"])])
    #expect(reading("").configuration?.origins == [Origin(.network, ["smbios"])])
    let disabled = reading("network: {config: disabled}")
    #expect(disabled.configuration?.links == [])
    #expect(
      disabled.configuration?.origins == [Origin(.network, ["fw_cfg"], overridden: ["smbios"])])
  }

  @Test(arguments: [
    ("network-config=disabled ip=192.0.2.2::192.0.2.1:24::eth0:none", []),
    // version: 2, ethernets: {eth0: {mtu: 1280}}
    ("ip=192.0.2.2::192.0.2.1:24::eth0:none network-config=dmVyc2lvbjogMgpldGhlcm5ldHM6IHtldGgwOiB7bXR1OiAxMjgwfX0K", [link("eth0") { $0.mtu = 1280 }]),
  ] as [(String, [LinkConfiguration])])
  func `network-config= of the command line wins over all`(
    line: String, links: [LinkConfiguration]
  ) {
    let reading = Reading(seeds: [Self.seed(.noCloud)], commandLine: line)
    #expect(reading.links == links)
    #expect(reading.configuration?.sources == ["cmdline", "nocloud"])
    #expect(
      reading.configuration?.origins.last
        == Origin(.network, ["cmdline"], overridden: ["nocloud"]))
  }

  @Test func `a fault in network-config= is named`() {
    // version: 3
    let reading = Reading(commandLine: "network-config=dmVyc2lvbjogMwo=")
    #expect(reading.configuration == nil)
    #expect(
      reading.findings
        == "kernel command line: network-config:1:10: version: expected 1 or 2, found \"3\"")
  }

  @Test func `a source with user-data alone is one, but for NoCloud`() {
    let userData = "#cloud-config\nhostname: web"
    let reading = Reading(
      seeds: [
        Seed(.firmware, "fw_cfg", userData: userData), Seed("nocloud:/dev/vdb", userData: userData),
      ], commandLine: nil)
    #expect(reading.configuration?.sources == ["fw_cfg"])
    #expect(reading.configuration?.origins == [Origin(.hostname, ["fw_cfg"])])
    #expect(reading.findings == "")
  }

  @Test func `names are of one source: its user-data count before those of weaker ones`() {
    let reading = Reading(
      seeds: [
        Seed(.firmware, "fw_cfg", metaData: "local-hostname: one"),
        Seed("nocloud:/dev/vdb", metaData: "", userData: "#cloud-config\nfqdn: two.example.org"),
      ], commandLine: nil)
    #expect(reading.configuration?.hostname == "one")
    #expect(reading.configuration?.fqdn == nil)
    #expect(
      reading.configuration?.origins
        == [Origin(.hostname, ["fw_cfg"], overridden: ["nocloud:/dev/vdb"])])
  }

  @Test func `growth is taken from the first source that speaks of it`() {
    let reading = Reading(
      seeds: [
        Seed(.firmware, "fw_cfg", userData: "#cloud-config\ngrowpart: {mode: off}"),
        Seed("nocloud:/dev/vdb", metaData: "guestagent: {grow: /srv}", userData: ""),
      ], commandLine: nil)
    #expect(reading.configuration?.growth == GrowthPolicy.none)
    #expect(
      reading.configuration?.origins
        == [Origin(.growth, ["fw_cfg"], overridden: ["nocloud:/dev/vdb"])])
  }

  @Test func `a config drive comes last, and its user-data count as others' do`() {
    let drive = Seed(
      .configDrive, "config-drive:/dev/sr0",
      metaData: "{\"uuid\": \"u-1\", \"hostname\": \"vm.example.org\"}",
      userData: "#cloud-config\nhostname: user")
    var wanted = Configuration()
    wanted.sources = ["config-drive:/dev/sr0"]
    wanted.instanceID = "u-1"
    wanted.hostname = "user"
    wanted.fqdn = "vm.example.org"
    wanted.origins = [
      Origin(.instanceID, ["config-drive:/dev/sr0"]), Origin(.hostname, ["config-drive:/dev/sr0"]),
    ]
    #expect(Reading(seeds: [drive], commandLine: nil).configuration == wanted)
    #expect(
      Reading(seeds: [drive, Self.seed(.noCloud)], commandLine: nil).configuration?.origins == [
        Origin(.instanceID, ["nocloud"], overridden: ["config-drive:/dev/sr0"]),
        Origin(.hostname, ["nocloud"], overridden: ["config-drive:/dev/sr0"]),
        Origin(.network, ["nocloud"]),
      ])
  }

  @Test func `a fault of a config drive is named with its file`() {
    let drive = Seed(.configDrive, "config-drive:/dev/sr0", metaData: "{}", network: "{}")
    #expect(
      Reading(seeds: [drive], commandLine: nil).errors
        == ["meta_data.json:1:1: \"uuid\" is missing, which is the instance-id"])
  }

  // MARK: The guest's own file

  @Test(arguments: [
    (nil, SourceName.allCases, []), ("", SourceName.allCases, []),
    ("grow: none", SourceName.allCases, []), ("sources: ~", SourceName.allCases, []),
    ("sources: []", [], []),
    ("sources: [config-drive, cmdline, config-drive]", [.configDrive, .commandLine], []),
    ("sources: [cmdline, credentials, fw_cfg, smbios, nocloud, config-drive]", SourceName.allCases, []),
    ("sources: [noclod, smbios]", [.smbios], ["/etc/guestagent.yaml:1:11: sources: unknown source \"noclod\"; did you mean \"nocloud\"?"]),
    ("sources: [noclod]", SourceName.allCases, ["/etc/guestagent.yaml:1:11: sources: unknown source \"noclod\"; did you mean \"nocloud\"?"]),
    ("sources: nocloud", SourceName.allCases, ["/etc/guestagent.yaml:1:10: sources: expected a list, found \"nocloud\""]),
    // Said where growth is read from it.
    ("sources: [nocloud", SourceName.allCases, []), ("[sources]", SourceName.allCases, []),
  ] as [(String?, [SourceName], [String])])
  func `the guest's own file names the sources`(
    text: String?, order: [SourceName], warnings: [String]
  ) {
    var diagnostics = Diagnostics()
    let found = sourceOrder(localFile: text.map { [UInt8]($0.utf8) }, diagnostics: &diagnostics)
    #expect(found == order)
    #expect(diagnostics.warnings.map { $0.description } == warnings)
    #expect(diagnostics.errors == [])
  }
}
