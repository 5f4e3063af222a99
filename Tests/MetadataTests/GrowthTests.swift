import Configuration
import Metadata
import Testing

private func seed(_ metaData: String?, name: String = "nocloud:/dev/vdb") -> Seed {
  Seed(
    name: name, metaData: metaData.map { [UInt8]($0.utf8) }, userData: [])
}

/// What a source says of growth: the policy as text, or what is wrong, a line each.
private func told(_ statement: GrowthStatement?, _ diagnostics: Diagnostics) -> String {
  var lines = statement.map { ["\($0.source): \($0.policy?.description ?? "unusable")"] } ?? []
  lines += diagnostics.errors.map { $0.description }
  lines += diagnostics.warnings.map { "warning: \($0)" }
  return lines.joined(separator: "\n")
}

private func told(commandLine: String) -> String {
  var diagnostics = Diagnostics()
  let statement = GrowthStatement(commandLine: commandLine, diagnostics: &diagnostics)
  return told(statement, diagnostics)
}

private func told(metaData: String?) -> String {
  var diagnostics = Diagnostics()
  let statement = GrowthStatement(.noCloud, [seed(metaData)], diagnostics: &diagnostics)
  return told(statement, diagnostics)
}

private func told(localFile: String) -> String {
  var diagnostics = Diagnostics()
  let statement = GrowthStatement(
    localFile: [UInt8](localFile.utf8), diagnostics: &diagnostics)
  return told(statement, diagnostics)
}

@Suite struct GrowthTests {
  @Test(arguments: [
    ("quiet guestagent.grow=none", "cmdline: none"),
    ("guestagent.grow=vg0/root", "cmdline: vg0/root"),
    ("guestagent.grow=/:70%,/srv:30%,reserve=1G", "cmdline: /:70%,/srv:30%,reserve=1G"),
    ("guestagent.grow=/:max=20G", "cmdline: /:max=20G"),
    ("guestagent.grow=\"/ 70%, /srv 30%\" quiet", "cmdline: /:70%,/srv:30%"),
    ("guestagent.grow=/:101% guestagent.grow=none", "cmdline: none"),
    ("guestagent.grow=", "cmdline: unusable\nkernel command line: \"guestagent.grow=\": expected none or volumes, found nothing"),
    ("guestagent.grow", "cmdline: unusable\nkernel command line: \"guestagent.grow=\": expected none or volumes, found nothing"),
    ("guestagent.grow=none guestagent.grow=/:101%", "cmdline: unusable\nkernel command line: \"guestagent.grow=/:101%\": expected a share from 1% to 100%, found \"101%\""),
    ("quiet -- guestagent.grow=none", ""),
    ("ip=bad guestagent.neighbor=bad guestagent", ""),
    ("guestagent.growth=none", "warning: kernel command line: unknown word \"guestagent.growth\"; did you mean \"guestagent.grow\"?"),
    ("guestagent.debug=1", "warning: kernel command line: unknown word \"guestagent.debug\""),
  ])
  func `the kernel command line gives a policy by its last word`(text: String, wanted: String) {
    #expect(told(commandLine: text) == wanted)
  }

  static let values: [(String, String)] = [
    ("none", "none"), ("'/:70%,/srv:30%'", "/:70%,/srv:30%"), ("vg0/root", "vg0/root"),
    ("['/ 70%', '/srv 30%', reserve=1G]", "/:70%,/srv:30%,reserve=1G"),
    ("[/, /srv]", "/,/srv"), ("['/:70%,/srv:30%', reserve=1G]", "/:70%,/srv:30%,reserve=1G"),
    (
      "{volumes: [{volume: /, share: 70%, max: 20G}, {volume: /srv, share: 30%}], reserve: 1G}",
      "/:70%:max=20G,/srv:30%,reserve=1G"
    ),
    ("{volumes: [/, {volume: '/dev/disk/by-id/a:b\\c'}]}", "/,/dev/disk/by-id/a\\:b\\\\c"),
    ("{volumes: [{volume: vg0/root, share: ~, max: 512}], reserve: 10%}", "vg0/root:max=512,reserve=10%"),
    ("[none]", "none"), ("{volumes: [none]}", "none"),
  ]

  @Test(arguments: values)
  func `meta-data and the guest's own file give a policy in each form`(
    value: String, policy: String
  ) {
    #expect(told(metaData: "guestagent: {grow: \(value)}") == "nocloud:/dev/vdb: \(policy)")
    #expect(told(localFile: "grow: \(value)") == "file:/etc/guestagent.yaml: \(policy)")
  }

  @Test(arguments: [
    ("'/:101%'", "1:7: grow: expected a share from 1% to 100%, found \"101%\""),
    ("''", "1:7: grow: expected none or volumes, found nothing"),
    ("[]", "1:7: grow: expected none or volumes, found nothing"),
    ("{}", "1:7: grow: expected none or volumes, found nothing"),
    ("{volumes: []}", "1:7: grow: expected none or volumes, found nothing"),
    ("[[/]]", "1:8: grow: expected a volume or reserve=<size>, found a list"),
    ("[/, {volume: /srv}]", "1:11: grow: expected a volume or reserve=<size>, found a mapping"),
    ("{volumes: none}", "1:17: volumes: expected a list, found \"none\""),
    ("{volumes: [{share: 70%}]}", "1:18: grow: \"volume\" is missing"),
    ("{volumes: [{volume: /, share: 70}]}", "1:37: grow: expected a share from 1% to 100%, found \"70\""),
    ("{volumes: [{volume: /, max: [1]}]}", "1:35: max: expected text, found a list"),
    ("{volumes: [{volume: /, shar: 70%}]}", "1:30: grow: unknown key \"shar\"; did you mean \"share\"?"),
    ("{volumes: [{volume: srv}]}", "1:27: grow: expected a mount point, <group>/<volume> or a device, found \"srv\""),
    ("{volumes: [/, {volume: /}]}", "1:21: grow: \"/\" is given twice"),
    ("{volumes: [/], reserv: 1G}", "1:22: grow: unknown key \"reserv\"; did you mean \"reserve\"?"),
    ("{volumes: [/], reserve: 1E}", "1:31: grow: expected a size such as 20G, found \"1E\""),
    ("{reserve: 1G}", "1:7: grow: a reserve alone names no volume: expected one that grows beside it"),
    ("['/ 70%', /srv]", "1:7: grow: \"/srv\" has no share, though another volume has: expected one for each or for none"),
  ])
  func `a policy that cannot be used is an error at its place`(value: String, error: String) {
    #expect(
      told(localFile: "grow: \(value)")
        == "file:/etc/guestagent.yaml: unusable\n/etc/guestagent.yaml:\(error)")
  }

  @Test(arguments: [
    ("", ""), ("# nothing\n", ""), ("grow:\n", ""), ("{}", ""),
    ("grows: none", "warning: /etc/guestagent.yaml:1:1: unknown key \"grows\"; did you mean \"grow\"?"),
    ("network: {}", "warning: /etc/guestagent.yaml:1:1: unknown key \"network\""),
    ("{other: 1, grow: none}", "file:/etc/guestagent.yaml: none\nwarning: /etc/guestagent.yaml:1:2: unknown key \"other\""),
    ("[grow]", "file:/etc/guestagent.yaml: unusable\n/etc/guestagent.yaml:1:1: guestagent.yaml: expected a mapping, found a list"),
    ("grow: %", "file:/etc/guestagent.yaml: unusable\n/etc/guestagent.yaml:1:7: not YAML: found character that cannot start any token while scanning for the next token"),
  ])
  func `the guest's own file may say nothing, but must be understood`(
    text: String, wanted: String
  ) {
    #expect(told(localFile: text) == wanted)
  }

  @Test(arguments: [
    (nil, ""), ("", ""), ("guestagent:\n", ""), ("guestagent: {grow: ~}", ""),
    ("local-hostname: -a", ""),
    ("{local-hostname: -a, guestagent: {neighbors: 1, grow: none, grwo: 1}}", "nocloud:/dev/vdb: none"),
    ("{dsmode: disabled, guestagent: {grow: none}}", ""),
    ("guestagent: grow=none", "nocloud:/dev/vdb: unusable\nnocloud:/dev/vdb/meta-data:1:13: guestagent: expected a mapping, found \"grow=none\""),
    ("[1]", "nocloud:/dev/vdb: unusable\nnocloud:/dev/vdb/meta-data:1:1: meta-data: expected a mapping, found a list"),
  ] as [(String?, String)])
  func `of meta-data growth is read alone`(text: String?, wanted: String) {
    #expect(told(metaData: text) == wanted)
  }

  // MARK: Among the other parts

  private func reading(
    _ commandLine: String?, seeds: [Seed] = [], localFile: String? = nil
  ) -> (configuration: Configuration?, findings: String) {
    var diagnostics = Diagnostics()
    let configuration = Metadata.configuration(
      seeds: seeds, commandLine: commandLine, localFile: localFile.map { [UInt8]($0.utf8) },
      diagnostics: &diagnostics)
    return (configuration, told(nil, diagnostics))
  }

  static let says = "guestagent: {grow: /disk}"

  @Test(arguments: [
    ("guestagent.grow=/a", true, true, "/a", "cmdline", ["nocloud:/seed", "nocloud:/dev/vdb", "file:/etc/guestagent.yaml"]),
    ("quiet", true, true, "/seed", "nocloud:/seed", ["nocloud:/dev/vdb", "file:/etc/guestagent.yaml"]),
    ("quiet", false, true, "/disk", "nocloud:/dev/vdb", ["file:/etc/guestagent.yaml"]),
    ("quiet", false, false, "/file", "file:/etc/guestagent.yaml", []),
  ] as [(String, Bool, Bool, String, String, [String])])
  func `the first source that speaks of growth counts`(
    commandLine: String, folder: Bool, disk: Bool, policy: String, source: String,
    overridden: [String]
  ) throws {
    let (configuration, findings) = reading(
      commandLine,
      seeds: [
        seed(folder ? "guestagent: {grow: /seed}" : "", name: "nocloud:/seed"),
        seed(disk ? Self.says : ""),
      ], localFile: "grow: /file")
    #expect(findings == "")
    #expect(configuration?.growth == (try GrowthPolicy(text: policy)))
    #expect(configuration?.origins == [Origin(.growth, [source], overridden: overridden)])
    let seeds = ["nocloud:/dev/vdb", "nocloud:/seed"]
    let others = seeds.contains(source) ? [] : [source]
    #expect(configuration?.sources == (source == "cmdline" ? others + seeds : seeds + others))
  }

  @Test func `a source that is not used may be as wrong as it likes`() {
    let (configuration, findings) = reading(
      "guestagent.grow=none", seeds: [seed("guestagent: {grow: x}")],
      localFile: "{grow: [, more: 1}")
    #expect(findings == "")
    #expect(configuration?.growth == GrowthPolicy.none)
  }

  @Test(arguments: [
    ("guestagent.grow=x", nil, nil, "kernel command line: \"guestagent.grow=x\": unknown word \"x\"; expected none, a volume or reserve=<size>"),
    ("quiet", "guestagent: {grow: x}", nil, "meta-data:1:20: grow: unknown word \"x\"; expected none, a volume or reserve=<size>"),
    ("quiet", nil, "grow: x", "/etc/guestagent.yaml:1:7: grow: unknown word \"x\"; expected none, a volume or reserve=<size>"),
    ("quiet", nil, "%", "/etc/guestagent.yaml:1:2: not YAML: could not find expected directive name while scanning a directive"),
  ] as [(String, String?, String?, String)])
  func `a policy that cannot be used does not stop the rest, and no other takes its place`(
    commandLine: String, metaData: String?, localFile: String?, warning: String
  ) {
    let (configuration, findings) = reading(
      commandLine, seeds: [seed(metaData ?? "instance-id: i")], localFile: localFile ?? "grow: /file")
    #expect(findings == "warning: \(warning)")
    #expect(configuration != nil)
    #expect(configuration?.growth == nil)
    #expect(configuration?.origins.last?.part == .growth)
  }

  @Test(arguments: [
    ("guestagent.grow=none", [], "grow: none", true),
    ("quiet", [], "grow: none", true),
    ("guestagent.grow=none nameserver=192.0.2.53", [], nil, false),
    ("guestagent.grow=none", [seed("")], nil, false),
    ("quiet", [seed(says)], nil, false),
    ("guestagent.grow=none", [seed("dsmode: disabled")], nil, true),
  ] as [(String, [Seed], String?, Bool)])
  func `growth alone is no metadata`(
    commandLine: String, seeds: [Seed], localFile: String?, alone: Bool
  ) {
    let (configuration, _) = reading(commandLine, seeds: seeds, localFile: localFile)
    #expect(configuration?.isOfGrowthAlone == alone)
  }
}
