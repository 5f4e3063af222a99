import Configuration
import Metadata
import Testing

@Suite struct CommandLineSourcesTests {
  static let yaml = [UInt8]("version: 2\n".utf8)

  @Test(arguments: [
    ("quiet", nil), ("network-config=", nil),
    ("network-config=disabled", .disabled),
    ("network-config=dmVyc2lvbjogMgo=", .bytes(yaml)),
    ("network-config=dmVyc2lvbjogMgo", .bytes(yaml)),
    ("network-config=H4sIAAAAAAAAAytLLSrOzM+zUjDiAgCXBaTdCwAAAA==", .bytes(yaml)),
    ("network-config=dmVyc2lvbjogMgo= network-config=disabled", .disabled),
    ("network-config=disabled network-config=dmVyc2lvbjogMgo=", .bytes(yaml)),
    ("network-config=disabled network-config=", nil),
    ("-- network-config=disabled", nil),
  ] as [(String, NetworkConfigWord?)])
  func `the last network-config= counts`(text: String, word: NetworkConfigWord?) {
    var diagnostics = Diagnostics()
    #expect(KernelCommandLine(text, diagnostics: &diagnostics).networkConfig == word)
    #expect(diagnostics == Diagnostics())
  }

  @Test(arguments: [
    ("off;", "base64: \";\" is no digit of it"),
    ("dmVyc2lv_jogMgo=", "base64: \"_\" is of the alphabet for URLs, expected the standard one"),
    ("H4sIAAAAAAAAAytLLSrOzM+zUjDiAgCXBaTd", "gzip: it is cut off"),
    ("H4sIAAAAAAAAAytLLSrOzM+zUjDiAgCXBaTeCwAAAA==", "gzip: it is damaged"),
  ])
  func `a network-config= that cannot be decoded is passed over`(value: String, fault: String) {
    var diagnostics = Diagnostics()
    let line = KernelCommandLine("network-config=\(value)", diagnostics: &diagnostics)
    #expect(line.networkConfig == nil)
    #expect(
      diagnostics.warnings.map { $0.description }
        == ["kernel command line: \"network-config=\(value)\": \(fault); it is not used"])
    #expect(diagnostics.errors.isEmpty)
  }

  @Test(arguments: [
    ("quiet", nil), ("ds=", nil), ("ds=nocloud;h=web;i=web-1", "nocloud;h=web;i=web-1"),
    ("ds=nocloud ds=ConfigDrive", "ConfigDrive"), ("\"ds=nocloud;h=a b\"", "nocloud;h=a b"),
    ("-- ds=nocloud", nil),
  ] as [(String, String?)])
  func `the last ds= names the source`(text: String, datasource: String?) {
    var diagnostics = Diagnostics()
    #expect(KernelCommandLine(text, diagnostics: &diagnostics).datasource == datasource)
    #expect(diagnostics == Diagnostics())
  }
}
