import Testing

@testable import Agent

/// Where metadata are looked for, in the files of a guest.
@Suite struct MetadataSearchTests {
  static let nocloud = "/var/lib/cloud/seed/nocloud"
  static let firmware = "/sys/firmware/qemu_fw_cfg/by_name/opt/"
  static let serial = "/sys/class/dmi/id/product_serial"
  static let table = "/sys/firmware/dmi/tables/DMI"
  static let network = "version: 2\nethernets: {eth0: {mtu: 1400}}\n"
  /// One OEM string, and the end.
  static let smbios =
    "\u{b}\u{5}\u{0}\u{0}\u{1}io.systemd.credential:guestagent.network-config=\(network)\u{0}\u{0}"
    + "\u{7f}\u{4}\u{1}\u{0}\u{0}\u{0}"

  @Test(arguments: [
    ([:], "no metadata"),
    (["/run/credentials/@system/guestagent.network-config": network], "network: credentials:/run/credentials/@system"),
    (
      ["/run/credentials/@system/guestagent.network-config": network, "/run/credentials/@system/guestagent.meta-data": "local-hostname: a",
        "/run/credentials/guestagent.service/guestagent.meta-data": "local-hostname: b"],
      "hostname: credentials:/run/credentials/guestagent.service (not used: credentials:/run/credentials/@system)\nnetwork: credentials:/run/credentials/@system"
    ),
    (["/run/credentials/@system/other": "1"], "no metadata"),
    ([firmware + "guestagent/network-config/raw": network], "network: fw_cfg"),
    ([firmware + "guestagent/user-data/raw": "#cloud-config\nhostname: web"], "hostname: fw_cfg"),
    ([firmware + "io.systemd.credentials/guestagent.network-config/raw": network], "network: fw_cfg:opt/io.systemd.credentials"),
    ([table: smbios], "network: smbios"),
    ([serial: "ds=nocloud;h=web\n"], "hostname: nocloud:dmi"),
    ([serial: "VMware-56 4d\n"], "no metadata"),
    ([nocloud + "/meta-data": "instance-id: i", nocloud + "/user-data": ""], "instance-id: nocloud:\(nocloud)"),
    ([nocloud + "-net/meta-data": "instance-id: i", nocloud + "-net/user-data": ""], "instance-id: nocloud:\(nocloud)-net"),
    ([nocloud + "/user-data": ""], "no metadata"),
    (
      [nocloud + "/meta-data": "seedfrom: file:///more", nocloud + "/user-data": "", "/more/meta-data": "instance-id: i", "/more/user-data": "", "/more/network-config": network],
      "instance-id: nocloud:/more\nnetwork: nocloud:/more"
    ),
    ([serial: "ds=nocloud;s=/more/", "/more/meta-data": "instance-id: i", "/more/user-data": ""], "instance-id: nocloud:/more"),
    ([serial: "ds=nocloud;s=/more/;i=i"], "instance-id: nocloud:dmi\nwarning: /more: is named by seedfrom and holds neither meta-data nor network-config"),
    ([firmware + "guestagent/meta-data/raw/": ""], "no metadata\nwarning: fw_cfg: cannot read \(firmware)guestagent/meta-data/raw: Is a directory"),
    (
      ["/run/credentials/@system/guestagent.meta-data": "local-hostname: web", nocloud + "/network-config/": ""],
      "warning: \(nocloud): cannot read \(nocloud)/network-config: Is a directory"
    ),
    (
      ["/run/credentials/@system/guestagent.network-config": network, nocloud + "/network-config/": ""],
      "network: credentials:/run/credentials/@system\nwarning: \(nocloud): cannot read \(nocloud)/network-config: Is a directory"
    ),
    ([serial + "/": ""], "no metadata\nwarning: \(serial): cannot read \(serial): Is a directory"),
    (
      [firmware + "guestagent/meta-data/raw": "instance-id: i", table: smbios, nocloud + "/meta-data": "local-hostname: web", nocloud + "/network-config": network, nocloud + "/user-data": ""],
      "instance-id: fw_cfg\nhostname: nocloud:\(nocloud)\nnetwork: smbios (not used: nocloud:\(nocloud))"
    ),
    ([table: smbios, "/etc/guestagent.yaml": "sources: [nocloud, fw_cfg]"], "no metadata"),
    ([table: smbios, "/etc/guestagent.yaml": "sources: [smbio, nocloud]"], "no metadata\nwarning: /etc/guestagent.yaml:1:11: sources: unknown source \"smbio\"; did you mean \"smbios\"?"),
    ([table: smbios, "/etc/guestagent.yaml": "sources: ["], "network: smbios\ngrowth: file:/etc/guestagent.yaml\nwarning: /etc/guestagent.yaml:2:1: not YAML: did not find expected node content while parsing a flow node"),
    ([table: smbios, "/etc/guestagent.yaml/": ""], "network: smbios\nwarning: /etc/guestagent.yaml: cannot read /etc/guestagent.yaml: Is a directory"),
  ] as [([String: String], String)])
  func `every source is found below the root`(files: [String: String], told: String) throws {
    #expect(try MetadataGuest(files).told() == told)
  }

  @Test func `the command line wins over the others, unless the order says otherwise`() throws {
    let line = "ip=192.0.2.2::192.0.2.1:24::eth0:none"
    let files = [Self.firmware + "guestagent/network-config/raw": Self.network]
    #expect(try MetadataGuest(files).told(line) == "network: cmdline (not used: fw_cfg)")
    let order = ["/etc/guestagent.yaml": "sources: [fw_cfg, cmdline]"]
    #expect(
      try MetadataGuest(files.merging(order) { one, _ in one }).told(line)
        == "network: fw_cfg (not used: cmdline)")
    #expect(
      try MetadataGuest(["/etc/guestagent.yaml": "sources: [nocloud]"]).told(line)
        == "no metadata")
  }

  static let drive = [
    "/c/openstack/latest/meta_data.json": "latest", "/c/openstack/2015-10-15/meta_data.json": "old",
    "/c/openstack/2018-08-27/meta_data.json": "new",
    "/c/openstack/2018-08-27/network_data.json": "network",
    "/c/openstack/2018-08-27/user_data": "user", "/c/openstack/2030-01-01/meta_data.json": "no",
  ]

  @Test(arguments: [
    (drive, "/c", "config-drive:/c new network user"),
    (drive, "/c/openstack", "config-drive:/c/openstack new network user"),
    (["/c/openstack/latest/meta_data.json": "latest"], "/c", "config-drive:/c latest - -"),
    (["/c/openstack/2012-08-10/meta_data.json": "old", "/c/openstack/latest/meta_data.json": "latest"], "/c", "config-drive:/c old - -"),
    (["/c/meta-data": "meta", "/c/user-data": ""], "/c", "nocloud:/c meta - "),
    (drive.merging(["/c/network-config": "nocloud"]) { one, _ in one }, "/c", "nocloud:/c - nocloud -"),
  ] as [([String: String], String, String)])
  func `what is named is decided by its contents`(
    files: [String: String], path: String, told: String
  ) throws {
    let guest = try MetadataGuest(files)
    #expect(guest.relative(try NamedMetadata(path: guest.root + path).seed().told) == told)
  }

  @Test(arguments: [
    (["/c/openstack/2030-01-01/meta_data.json": "no"], "/c", "no metadata"),
    (["/c/user-data": "#cloud-config"], "/c", "no metadata"),
    ([:], "/nowhere", "/nowhere: cannot open /nowhere: No such file or directory"),
    (["/c/openstack/latest/meta_data.json/": ""], "/c", "/c: cannot read /c/openstack/latest/meta_data.json: Is a directory"),
    (["/c": "no file system"], "/c", "no metadata"),
  ] as [([String: String], String, String)])
  func `what is named and holds nothing is refused`(
    files: [String: String], path: String, told: String
  ) throws {
    #expect(try MetadataGuest(files).told(metadata: path) == told)
  }

  @Test func `what is named is read, and nothing else but the command line that is given`() throws {
    let guest = try MetadataGuest([
      "/c/meta-data": "seedfrom: /more", "/c/user-data": "", Self.table: Self.smbios,
      Self.serial: "ds=nocloud;h=web", "/more/meta-data": "instance-id: i", "/more/user-data": "",
      "/etc/guestagent.yaml": "sources: [smbios]",
    ])
    #expect(
      guest.told("ds=nocloud;h=line", metadata: "/c")
        == "instance-id: nocloud:/more\nhostname: nocloud:cmdline")
  }
}
