import Testing

@Suite struct GrowthPolicySearchTests {
  static let folder = "/var/lib/cloud/seed/nocloud"
  static let words = "quiet guestagent.grow=/words"
  static let disk = "guestagent: {grow: /disk}"
  static let seed = "guestagent: {grow: /seed}"
  static let file = "grow: /file"
  static let all = [
    "/disk/meta-data": disk, folder + "/meta-data": seed, "/etc/guestagent.yaml": file,
  ]

  @Test(arguments: [
    (words, "/disk", "cmdline: /words"),
    ("quiet", "/disk", "nocloud:/disk: /disk"),
    ("quiet", nil, "nocloud:\(folder): /seed"),
    (words, nil, "cmdline: /words"),
    (words, "/nowhere", "cmdline: /words"),
    ("ip=x guestagent.grow=none", nil, "cmdline: none"),
    ("guestagent.grow=x", "/disk", "kernel command line: \"guestagent.grow=x\": unknown word \"x\"; expected none, a volume or reserve=<size>"),
    ("quiet", "/nowhere", "/nowhere: cannot open /nowhere: No such file or directory"),
    ("quiet", "/etc", "no metadata in /etc"),
  ] as [(String, String?, String)])
  func `the first source that speaks of growth is answered`(
    commandLine: String, metadata: String?, answer: String
  ) throws {
    #expect(try MetadataGuest(Self.all).growth(commandLine, metadata: metadata) == answer)
  }

  @Test(arguments: [
    ([:], "nothing"),
    (["/etc/guestagent.yaml": file], "file:/etc/guestagent.yaml: /file"),
    ([folder + "/meta-data": "a: 1", "/etc/guestagent.yaml": file], "file:/etc/guestagent.yaml: /file"),
    ([folder + "/meta-data": seed, folder + "/network-config": "version: [1"], "nocloud:\(folder): /seed"),
    ([folder + "/meta-data": "local-hostname: -a", "/etc/guestagent.yaml": file], "file:/etc/guestagent.yaml: /file"),
    ([folder + "/meta-data": "guestagent: {grow: 7}", "/etc/guestagent.yaml": file], "nocloud:\(folder)/meta-data:1:20: grow: unknown word \"7\"; expected none, a volume or reserve=<size>"),
    ([folder + "/meta-data": "%"], "nocloud:\(folder)/meta-data:1:2: not YAML: could not find expected directive name while scanning a directive"),
    ([folder + "/meta-data": "", folder + "/user-data": "#cloud-config\ngrowpart: {mode: off}"], "nocloud:\(folder): none"),
    ([folder + "/meta-data": "", folder + "/user-data": "#cloud-config\ngrowpart: ["], "nocloud:\(folder)/user-data:3:1: not YAML: did not find expected node content while parsing a flow node"),
    (["/sys/firmware/qemu_fw_cfg/by_name/opt/guestagent/user-data/raw": "#cloud-config\ngrowpart: {devices: [/srv]}", folder + "/meta-data": seed], "fw_cfg: /srv"),
    (["/run/credentials/guestagent-grow.service/guestagent.meta-data": "guestagent: {grow: none}"], "credentials:/run/credentials/guestagent-grow.service: none"),
    (["/sys/firmware/qemu_fw_cfg/by_name/opt/guestagent/meta-data/raw": "guestagent: {grow: /fw}", "/etc/guestagent.yaml": "sources: [nocloud]", folder + "/meta-data": seed], "nocloud:\(folder): /seed"),
    (["/config-drive/openstack/latest/meta_data.json": "{}", "/config-drive/openstack/latest/user_data": "#cloud-config\nguestagent: {grow: /srv}"], "config-drive:/config-drive: /srv"),
    ([folder + "/meta-data": "seedfrom: /more", "/more/meta-data": "guestagent: {grow: /more}"], "nocloud:/more: /more"),
    (["/etc/guestagent.yaml/": ""], "/etc/guestagent.yaml: cannot read /etc/guestagent.yaml: Is a directory"),
  ] as [([String: String], String)])
  func `growth waits for no disk and for nothing else in a source`(
    files: [String: String], answer: String
  ) throws {
    #expect(try MetadataGuest(files).growth("quiet") == answer)
  }
}
