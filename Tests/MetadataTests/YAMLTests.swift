import Configuration
import Testing

@testable import Metadata

@Suite struct YAMLTests {
  @Test(arguments: [
    ("a: 1\na: 2\n", "2:1: duplicate key \"a\", first at 1:1"),
    ("a: [1\nb: 2", "2:2: not YAML: did not find expected ',' or ']' while parsing a flow sequence"),
    ("a:\n\tb: 1", "2:1: not YAML: found character that cannot start any token while scanning for the next token"),
    ("a: 1\n---\nb: 2", "2:1: a second document begins here, expected one"),
    ("a: *x", "1:4: alias \"x\" names no anchor"),
    ("a: &x [*x]", "1:8: alias \"x\" stands within the node that it names"),
    ("? [a]\n: 1", "1:3: a key must be text, found a list"),
    ("<<: 1", "1:5: \"<<\": expected a mapping, found \"1\""),
    (String(repeating: "[", count: 65), "1:65: nested deeper than 64 levels"),
    ("a: \u{1}", "1:4: not YAML: control characters are not allowed"),
  ])
  func `what is not one YAML mapping is refused with its place`(text: String, error: String) {
    #expect(Reading(metaData: text).findings == "meta-data:" + error)
  }

  @Test func `invalid UTF-8 is refused with its place`() {
    let seed = NoCloudSeed(
      name: "nocloud:/dev/vdb", metaData: Array("a: 1\nb: ".utf8) + [0xFF], hasUserData: true)
    #expect(
      Reading(seeds: [seed], commandLine: nil).findings
        == "meta-data:2:4: not YAML: invalid leading UTF-8 octet")
  }

  @Test func `a duplicate among many keys is found`() {
    let text = (0..<40).map { "k\($0): 1\n" }.joined() + "k39: 2\nk3: 2\n"
    let reader = YAMLReader(file: "f", Array(text.utf8))
    #expect(
      reader.diagnostics.errors.map { $0.description } == [
        "f:41:1: duplicate key \"k39\", first at 40:1", "f:42:1: duplicate key \"k3\", first at 4:1",
      ])
  }

  @Test func `a bomb of aliases is refused before it is expanded`() {
    var text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    for level in 1...9 {
      let inner = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",")
      text += "a\(level): &a\(level) [\(inner)]\n"
    }
    #expect(
      Reading(metaData: text).findings == "meta-data:6:10: aliases stand for more than 100000 nodes")
  }

  @Test func `a file of ten megabytes is refused by its size`() {
    let seed = NoCloudSeed(
      name: "nocloud:/dev/vdb", metaData: [],
      networkConfig: [UInt8](repeating: 0x20, count: 10 << 20), hasUserData: true)
    #expect(
      Reading(seeds: [seed], commandLine: nil).findings
        == "network-config: 10485760 bytes are more than the 8388608 that are read")
  }

  @Test func `the number of findings kept is bounded`() {
    let reading = Reading(metaData: (0..<1000).map { "unknown-\($0): 1\n" }.joined())
    #expect(reading.warnings.count == 101)
    #expect(reading.warnings.last == "meta-data:101:1: more warnings follow, not shown")
  }

  /// Bytes of valid sources are flipped, dropped and doubled; whatever comes must be an answer.
  @Test func `damaged sources end in a configuration or in errors`() {
    var random = SeededGenerator(seed: 20_261_123)
    let network = Array(
      (eth0("match: &m {name: 'en*', macaddress: \"52:54:00:12:34:56\"}", "set-name: lan0",
        "addresses: [192.0.2.1/24, {2001:db8::1/64: {lifetime: 0}}]",
        "routes: [&r {to: default, via: 192.0.2.9}, *r, {to: 198.51.100.0/24, mtu: 1300}]",
        "neighbors: [{to: 192.0.2.9, lladdr: 41135085296}]") + "  eth1: {match: {<<: *m, macaddress: 2:0:0:0:0:a}}").utf8)
    let words = Array(
      "ip=198.51.100.176::192.0.2.1:255.255.255.255:vm6:eth0:none:1400:52-54-00-12-34-56 rd.route=[2001:db8::/32]:[fe80::1]:eth0 \"ip=[2001:db8::1]:::64::eth0:none\" ifname=a:52:54:00:12:34:56 guestagent.neighbor=192.0.2.1,0:0:5e:0:1:1,eth0".utf8)
    let metaData = Array("{local-hostname: a.b, guestagent: {neighbors: [{to: 192.0.2.9, lladdr: '0:0:0:0:0:1'}]}}".utf8)
    var answers = 0
    for _ in 0..<3000 {
      let seed = NoCloudSeed(
        name: "s", metaData: damaged(metaData, &random), networkConfig: damaged(network, &random),
        hasUserData: true)
      let text = Bool.random(using: &random)
        ? String(decoding: damaged(words, &random), as: UTF8.self) : nil
      let reading = Reading(seeds: [seed], commandLine: text)
      #expect((reading.configuration == nil) == !reading.errors.isEmpty)
      if reading.configuration != nil { answers += 1 }
    }
    #expect(answers > 100)
  }
}

/// Up to three times a bit is flipped, a byte dropped, some doubled, or the end cut off.
func damaged(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
  var bytes = bytes
  for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
    let index = Int.random(in: bytes.indices, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes.remove(at: index)
    case 2: bytes.insert(contentsOf: bytes[index...].prefix(9), at: index)
    default: bytes.removeLast(min(bytes.count, 5))
    }
  }
  return bytes
}

/// SplitMix64, so that a failure can be had again.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
