import Configuration
import Metadata
import Testing

@Suite struct CommandLineDamageTests {
  /// Words and pieces of words, put together at random.
  static let pieces = [
    "ip=", "rd.route=", "nameserver=", "ifname=", "vlan=", "bond=", "bridge=", "bootdev=",
    "BOOTIF=01-", "network-config=", "ds=", "guestagent.neighbor=", "192.0.2.2", "[2001:db8::2]",
    "[2001:db8::2/64]", "255.255.255.0", "24", "/24", "eth0", "eth1", "bond0", "eth0.5", "none",
    "dhcp", "52:54:00:12:34:56", "52-54-00-12-34-56", "mode=1", "arp_ip_target=192.0.2.1;",
    "H4sIAAAAAAAAAytLLSrOzM+z", "=", ":", ":", ":", ":", ",", ";", "[", "]", "\"", " ", " ", "-",
    "99999999999999999999", "\u{E9}", "--x ",
  ]

  @Test(arguments: [UInt64](0..<20))
  func `whatever is on the command line, its links name each other and each once`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let count = Int.random(in: 1...40, using: &random)
      let text = (0..<count).map { _ in Self.pieces.randomElement(using: &random)! }.joined()
      var diagnostics = Diagnostics()
      let line = KernelCommandLine("ip=eth0:dhcp " + text, diagnostics: &diagnostics)
      let names = line.links.map { $0.name }
      #expect(Set(names).count == names.count, "\(text)")
      for link in line.links {
        if let controller = link.controller { #expect(names.contains(controller), "\(text)") }
        if case .vlan(let parent, _) = link.kind { #expect(names.contains(parent), "\(text)") }
      }
      #expect(names.first == "eth0", "\(text)")
    }
  }
}
