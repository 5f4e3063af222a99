import Addresses
import Configuration
import Metadata
import Testing

/// What of user-data is guestagent's.
@Suite struct UserDataTests {
  private func reading(_ userData: String, metaData: String = "") -> Reading {
    Reading(
      seeds: [Seed("nocloud:/dev/vdb", metaData: metaData, userData: userData)], commandLine: nil)
  }

  @Test(arguments: [
    ("hostname: web", "", "web", nil),
    ("hostname: web.example.org", "", "web", "web.example.org"),
    ("fqdn: web.example.org", "", "web", "web.example.org"),
    ("fqdn: web", "", "web", nil),
    ("{hostname: vm, fqdn: web.example.org}", "", "vm", "web.example.org"),
    ("{hostname: vm.example.net, fqdn: web.example.org}", "", "vm.example.net", "web.example.org"),
    ("hostname: vm", "local-hostname: web.example.org", "vm", "web.example.org"),
    ("hostname: vm.example.net", "local-hostname: web.example.org", "vm", "vm.example.net"),
    ("fqdn: vm", "local-hostname: web.example.org", "vm", nil),
    ("{hostname: vm, fqdn: web.example.org, prefer_fqdn_over_hostname: true}", "", "web.example.org", "web.example.org"),
    ("{hostname: vm, fqdn: web.example.org, prefer_fqdn_over_hostname: off}", "", "vm", "web.example.org"),
    ("prefer_fqdn_over_hostname: yes", "local-hostname: web.example.org", "web.example.org", "web.example.org"),
    ("{hostname: vm, prefer_fqdn_over_hostname: true}", "", "vm", nil),
    ("{hostname: ~, users: [default], manage_etc_hosts: true, chpasswd: {expire: False}}", "local-hostname: web", "web", nil),
    ("hostname: 7", "", "7", nil),
    ("", "local-hostname: web", "web", nil),
  ] as [(String, String, String, String?)])
  func `a cloud-config gives the names of the host as cloud-init takes them`(
    userData: String, metaData: String, hostname: String, fqdn: String?
  ) {
    let reading = reading("#cloud-config\n" + userData, metaData: metaData)
    #expect(reading.findings == "")
    #expect(reading.configuration?.hostname == hostname)
    #expect(reading.configuration?.fqdn == fqdn)
  }

  @Test(arguments: [
    "#cloud-config\nhostname: web", "\r\n #Cloud-Config\nhostname: web",
    "#cloud-config # comment\nhostname: web", "## template: jinja\n#cloud-config\nhostname: web",
    "## template:jinja\n\n#cloud-config\nhostname: web",
  ])
  func `a cloud-config is known by its beginning`(userData: String) {
    #expect(reading(userData).configuration?.hostname == "web")
    #expect(reading(userData).findings == "")
  }

  @Test(arguments: [
    "#!/bin/sh\nhostname: web", "hostname: web", "#include\nhttp://192.0.2.9/", "",
    "#cloud-config-jsonp\n[]", "#cloud-boothook\nhostname: web", "\u{0}\u{1}\u{2}", "#cloud",
  ])
  func `other user-data are passed over in silence`(userData: String) {
    let reading = reading(userData, metaData: "instance-id: i-1")
    #expect(reading.configuration?.hostname == nil)
    #expect(reading.findings == "")
  }

  @Test(arguments: [
    ("Content-Type: multipart/mixed; boundary=x\n", "a multi-part archive"),
    ("MIME-Version: 1.0\n", "a multi-part archive"),
    ("#cloud-config-archive\n- type: text/cloud-config\n", "an archive of several"),
    ("## template: jinja\n#cloud-config\nhostname: {{ v1.region }}\n", "a template to be rendered"),
  ])
  func `user-data that may hide a host name are spoken of only if nothing else gives one`(
    userData: String, what: String
  ) {
    #expect(
      reading(userData, metaData: "instance-id: i-1").findings
        == "warning: nocloud:/dev/vdb: no host name is given; user-data are \(what), which is not read by guestagent")
    #expect(reading(userData, metaData: "local-hostname: web").findings == "")
  }

  @Test func `compressed user-data are one of them`() {
    var seed = Seed("nocloud:/dev/vdb", metaData: "")
    seed.userData = [0x1F, 0x8B, 8, 0]
    #expect(
      Reading(seeds: [seed], commandLine: nil).findings
        == "warning: nocloud:/dev/vdb: no host name is given; user-data are compressed by gzip, which is not read by guestagent")
  }

  @Test(arguments: [
    ("hostname: [1", "user-data:3:1: not YAML: did not find expected ',' or ']' while parsing a flow sequence"),
    ("hostname: -a", "user-data:2:11: hostname: expected a host name of letters, digits, hyphens and dots, found \"-a\""),
    ("fqdn: [a]", "user-data:2:7: fqdn: expected a host name of letters, digits, hyphens and dots, found a list"),
    ("prefer_fqdn_over_hostname: maybe", "user-data:2:28: prefer_fqdn_over_hostname: expected true or false, found \"maybe\""),
    ("- hostname", "user-data:2:1: user-data: expected a mapping, found a list"),
    ("guestagent: none", "user-data:2:13: guestagent: expected a mapping, found \"none\""),
    ("guestagent: {neighbours: []}", "user-data:2:14: unknown key \"neighbours\"; did you mean \"neighbors\"?"),
    ("guestagent: {grow: /:101%}", "user-data:2:20: grow: expected a share from 1% to 100%, found \"101%\""),
  ])
  func `what is wrong with user-data stops nothing`(userData: String, warning: String) {
    let reading = Reading(
      seeds: [
        Seed(
          "nocloud:/dev/vdb", metaData: "local-hostname: web", network: eth0("mtu: 1400"),
          userData: "#cloud-config\n" + userData)
      ], commandLine: nil)
    #expect(reading.findings == "warning: " + warning)
    #expect(reading.configuration?.hostname == "web")
    #expect(reading.configuration?.links == [link("eth0") { $0.mtu = 1400 }])
  }

  @Test func `a name of more than 64 bytes is cut at its first dot`() {
    let name = "web." + String(repeating: "a", count: 50) + ".example.org"
    let long = reading("#cloud-config\n{fqdn: \(name), prefer_fqdn_over_hostname: true}")
    #expect(long.configuration?.hostname == "web")
    #expect(long.configuration?.fqdn == name)
    #expect(
      long.findings
        == "warning: nocloud:/dev/vdb: a host name has 64 bytes at most: \"web.\(String(repeating: "a", count: 50)).example.o...\" is cut at its first dot")
  }

  @Test func `neighbors of user-data win over those of meta-data, and count with their seed`() {
    let reading = Reading(
      seeds: [
        Seed(
          "nocloud:/dev/vdb",
          metaData: "guestagent: {neighbors: [{to: 192.0.2.1, lladdr: '0:0:0:0:0:1'}]}",
          network: eth0("addresses: [192.0.2.2/24]"),
          userData: "#cloud-config\nguestagent: {neighbors: [{to: 192.0.2.1, lladdr: '0:0:0:0:0:2'}]}")
      ], commandLine: nil)
    let neighbor = NeighborConfiguration(
      to: ip("192.0.2.1"), linkLayerAddress: mac("0:0:0:0:0:2"))
    #expect(reading.links?.map { $0.neighbors } == [[neighbor]])
    #expect(
      reading.configuration?.origins.last == Origin(.neighbors, ["nocloud:/dev/vdb"]))
  }

  @Test func `among several seeds of NoCloud's the disk's user-data are taken, even if empty`() {
    func reading(_ disk: String?) -> Reading {
      Reading(
        seeds: [
          Seed("nocloud:/seed", metaData: "", userData: "#cloud-config\nhostname: folder"),
          Seed("nocloud:/dev/vdb", metaData: "local-hostname: meta", userData: disk),
        ], commandLine: nil)
    }
    #expect(reading("#cloud-config\nhostname: disk").configuration?.hostname == "disk")
    #expect(reading("").configuration?.hostname == "meta")
    #expect(reading(nil).configuration?.hostname == "folder")
    #expect(
      reading("#cloud-config\nhostname: disk").configuration?.origins
        == [Origin(.hostname, ["nocloud:/dev/vdb"])])
  }

  // MARK: Growth

  private func growth(_ userData: String, metaData: String = "") -> String {
    let reading = reading("#cloud-config\n" + userData, metaData: metaData)
    let policy = reading.configuration?.growth?.description ?? "nothing"
    return reading.findings == "" ? policy : policy + "\n" + reading.findings
  }

  @Test(arguments: [
    ("growpart: {mode: auto}", "nothing"), ("growpart: {mode: growpart}", "nothing"),
    ("growpart: ~", "nothing"), ("resize_rootfs: true", "nothing"),
    ("resize_rootfs: noblock", "nothing"),
    ("growpart: {mode: off}", "none"), ("growpart: {mode: 'false'}", "none"),
    ("growpart: {mode: 0, devices: [/]}", "none"), ("growpart: {devices: []}", "none"),
    ("growpart: {devices: [/]}", "/"), ("growpart: {devices: /srv}", "/srv"),
    ("growpart: {mode: gpart, devices: [/, /dev/vdb1], ignore_growroot_disabled: true}", "/,/dev/vdb1"),
    ("{growpart: {devices: [/, /srv]}, resize_rootfs: noblock}", "/,/srv"),
    ("resize_rootfs: false", "none\nwarning: user-data:2:16: resize_rootfs: a partition without its filesystem is not done by guestagent: neither of / grows"),
    ("{growpart: {devices: [/, /srv]}, resize_rootfs: no}", "/srv\nwarning: user-data:2:49: resize_rootfs: a partition without its filesystem is not done by guestagent: neither of / grows"),
    ("{growpart: {devices: [/srv]}, resize_rootfs: no}", "/srv"),
    ("{growpart: {mode: off}, resize_rootfs: false}", "none"),
    ("{growpart: {mode: off}, resize_rootfs: true}", "none\nwarning: user-data:2:40: resize_rootfs: not done by guestagent where growpart is off: nothing grows"),
    ("growpart: {mode: growfs}", "nothing\nwarning: user-data:2:18: mode: expected auto, growpart, gpart or off, found \"growfs\""),
    ("growpart: {devices: [vda1]}", "nothing\nwarning: user-data:2:22: growpart: expected a mount point, <group>/<volume> or a device, found \"vda1\""),
    ("growpart: {devices: [/, /]}", "nothing\nwarning: user-data:2:25: growpart: \"/\" is given twice"),
    ("growpart: off", "nothing\nwarning: user-data:2:11: growpart: expected a mapping, found \"off\""),
    ("resize_rootfs: maybe", "nothing\nwarning: user-data:2:16: resize_rootfs: expected true or false, found \"maybe\""),
    ("{guestagent: {grow: /srv}, growpart: {mode: off}}", "/srv"),
  ])
  func `growpart and resize_rootfs are a policy where they differ from what happens anyway`(
    userData: String, wanted: String
  ) {
    #expect(growth(userData) == wanted)
  }

  @Test func `our own key wins over growpart, and of user-data over meta-data`() {
    #expect(growth("growpart: {mode: off}", metaData: "guestagent: {grow: /srv}") == "/srv")
    #expect(
      growth("guestagent: {grow: /var}", metaData: "guestagent: {grow: /srv}") == "/var")
  }

  @Test(arguments: [
    ("growpart: {mode: off}", "nocloud:/dev/vdb: none"),
    ("growpart: [", "nocloud:/dev/vdb/user-data:3:1: not YAML: did not find expected node content while parsing a flow node"),
    ("growpart: off", "nocloud:/dev/vdb/user-data:2:11: growpart: expected a mapping, found \"off\""),
    ("hostname: -a", ""),
  ])
  func `for growth alone, user-data that may hold a policy must be understood`(
    userData: String, wanted: String
  ) {
    var diagnostics = Diagnostics()
    let seed = Seed("nocloud:/dev/vdb", metaData: "", userData: "#cloud-config\n" + userData + "\n")
    let said = GrowthStatement(.noCloud, [seed], diagnostics: &diagnostics)
    let policy = said?.policy.map { "\(said?.source ?? ""): \($0)" }
    #expect((diagnostics.errors.first?.description ?? policy ?? "") == wanted)
  }
}
