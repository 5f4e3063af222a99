import Configuration
import Metadata
import Testing

/// Structures as firmware lays them: type, length, handle, the rest, strings.
private func structure(_ type: UInt8, _ rest: [UInt8] = [], strings: [String]) -> [UInt8] {
  [type, UInt8(4 + rest.count), 7, 0] + rest
    + (strings.isEmpty ? [0] : strings.flatMap { [UInt8]($0.utf8) + [0] }) + [0]
}

@Suite struct SMBIOSTests {
  static let end = structure(127, strings: [])
  static let table =
    structure(1, [1, 2, 0, 0], strings: ["QEMU", "io.systemd.credential:guestagent.meta-data=no"])
    + structure(32, [0, 0], strings: [])
    + structure(11, [2], strings: ["one", "two"]) + structure(11, [1], strings: ["three"]) + end

  private func told(_ table: [UInt8]) -> [String] {
    oemStrings(smbios: table).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `the OEM strings of all structures of type 11 are found`() {
    #expect(told(Self.table) == ["one", "two", "three"])
  }

  @Test(arguments: [
    (end + table, []), ([], []), ([11], []), ([11, 5, 0, 0], []), ([11, 3, 0, 0, 0, 0], []),
    ([11, 0, 0, 0], []), (structure(11, [0], strings: []) + table, ["one", "two", "three"]),
    ([11, 4, 0, 0, 0x61], []), ([11, 4, 0, 0, 0x61, 0], ["a"]),
    ([11, 255, 0, 0] + [UInt8](repeating: 1, count: 250), []),
  ] as [([UInt8], [String])])
  func `a table that ends early gives what was before`(table: [UInt8], strings: [String]) {
    #expect(told(table) == strings)
  }

  @Test func `no table makes it read beyond the end`() {
    var generator = SystemRandomNumberGenerator()
    for length in 0..<Self.table.count {
      #expect(told([UInt8](Self.table[..<length])).count <= 3)
      var damaged = Self.table
      damaged[length] = UInt8.random(in: 0...255, using: &generator)
      #expect(told(damaged).count <= Self.table.count)
    }
  }

  private func seed(_ strings: [String]) -> (seed: Seed?, warnings: [String]) {
    var diagnostics = Diagnostics()
    let table = structure(11, [1], strings: strings) + Self.end
    let seed = Seed(smbios: table, diagnostics: &diagnostics)
    return (seed, diagnostics.warnings.map { $0.description })
  }

  @Test func `credentials of guestagent's are its files, as text or in base64`() {
    let (seed, warnings) = seed([
      "io.systemd.credential:guestagent.meta-data=local-hostname: web=1\n",
      "io.systemd.credential.binary:guestagent.network-config=dmVyc2lvbjogMgo=",
      "io.systemd.credential:guestagent.network-config=second", "io.systemd.credential:other=1",
      "io.systemd.credential.binary:guestagent.user-data=", "plain",
    ])
    #expect(seed?.source == .smbios)
    #expect(seed?.name == "smbios")
    #expect(seed?.metaData == [UInt8]("local-hostname: web=1\n".utf8))
    #expect(seed?.networkConfig == [UInt8]("version: 2\n".utf8))
    #expect(seed?.userData == [])
    #expect(warnings == [])
  }

  @Test(arguments: [
    (["io.systemd.credential:other=1", "io.systemd.credential:guestagent.network=1"], []),
    (["io.systemd.credential.binary:guestagent.meta-data=a"], ["smbios: guestagent.meta-data: base64: it is cut off; it is not used"]),
  ] as [([String], [String])])
  func `where nothing can be used there is no seed`(strings: [String], warnings: [String]) {
    let found = seed(strings)
    #expect(found.seed == nil)
    #expect(found.warnings == warnings)
  }
}
