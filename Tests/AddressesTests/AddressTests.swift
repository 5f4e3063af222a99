import Addresses
import Foundation
import Testing

@Test(arguments: [
  ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("::", "::"),
  ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
  ("2001:db8:3:47:198:51:100:176", "2001:db8:3:47:198:51:100:176"),
])
func `an address is written in its canonical form`(text: String, canonical: String) throws {
  let address = try #require(IPAddress(text))
  #expect(address.description == canonical)
  #expect(IPAddress(octets: address.octets) == address)
}

@Test(arguments: [
  "", "192.0.2", "192.0.2.256", "192.0.2.01", "192.0.2.1 ", "192.0.2.1/32", "fe80::1%eth0",
  "[::1]", "1:2:3:4:5:6:7:8:9", "192.0.2.1\u{0}", "::1::",
])
func `what is no address is refused`(text: String) {
  #expect(IPAddress(text) == nil)
}

@Test(arguments: [
  ("198.51.100.176/29", "198.51.100.183", true), ("198.51.100.176/29", "198.51.100.184", false),
  ("0.0.0.0/0", "203.0.113.7", true), ("0.0.0.0/0", "2001:db8::1", false),
  ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
  ("2001:db8::1/128", "2001:db8::1", true), ("2001:db8::/65", "2001:db8::8000:0:0:0", false),
])
func `a prefix contains the addresses of its network`(
  prefix: String, address: String, contained: Bool
) throws {
  #expect(try IPPrefix(prefix).contains(#require(IPAddress(address))) == contained)
}

@Test(arguments: [
  ("198.51.100.176", .lengthMissing(IPAddress("198.51.100.176")!)),
  ("192.0.2/24", .notAnAddress("192.0.2")), ("/24", .notAnAddress("")),
  ("192.0.2.1/33", .lengthOutOfRange("33", .ipv4)), ("192.0.2.1/", .lengthOutOfRange("", .ipv4)),
  ("::1/129", .lengthOutOfRange("129", .ipv6)), ("::1/+9", .lengthOutOfRange("+9", .ipv6)),
  ("192.0.2.1/255.255.255.0", .lengthOutOfRange("255.255.255.0", .ipv4)),
] as [(String, IPPrefixError)])
func `a bad prefix is refused with what is wrong`(text: String, refusal: IPPrefixError) {
  #expect(throws: refusal) { try IPPrefix(text) }
}

@Test(arguments: [
  ("198.51.100.177/29", "198.51.100.176/29"), ("2001:db8::ff/64", "2001:db8::/64"),
  ("192.0.2.1/0", "0.0.0.0/0"), ("2001:db8::1/0", "::/0"), ("192.0.2.1/32", "192.0.2.1/32"),
  ("2001:db8:1:2:3:4:5:6/63", "2001:db8:1:2::/63"), ("2001:db8::1/127", "2001:db8::/127"),
])
func `the network has its host bits cleared`(text: String, network: String) throws {
  #expect(try IPPrefix(text).network.description == network)
}

@Test(arguments: [
  ("255.255.255.248", 29), ("0.0.0.0", 0), ("255.255.255.255", 32), ("255.0.255.0", nil),
  ("ffff:ffff::", 32), ("ffff::1", nil), ("::", 0),
] as [(String, Int?)])
func `a netmask has the length of its ones`(mask: String, length: Int?) throws {
  #expect(IPPrefix.length(ofNetmask: try #require(IPAddress(mask))) == length)
}

@Test(arguments: [
  ("52:54:00:12:34:56", "52:54:00:12:34:56"), ("52-54-00-AB-CD-EF", "52:54:00:ab:cd:ef"),
  ("0:0:5e:0:1:1", "00:00:5e:00:01:01"),
])
func `a hardware address is written in lower case with colons`(text: String, written: String) {
  #expect(MACAddress(text)?.description == written)
}

@Test(arguments: [
  "", "52:54:00:12:34", "52:54:00:12:34:56:78", "52:54:00:12:34:5g", "52:54-00:12:34:56",
  "525400123456", "52:54:00:12:34:", "152:54:00:12:34:56", "::::::",
])
func `what is no hardware address is refused`(text: String) {
  #expect(MACAddress(text) == nil)
}

@Test(arguments: ["", ".", "..", "a/b", "a b", "a:1", "sixteen-bytes-xx", "a\tb", "net%d"])
func `what the kernel refuses as an interface name is refused`(text: String) {
  #expect(InterfaceName(text) == nil)
}

@Test(arguments: [
  ("en*", "ens3", true), ("en*", "eth0", false), ("eth?", "eth10", false),
  ("e[nt]*", "eth0", true), ("*", "", true),
])
func `a glob is matched as the shell does`(pattern: String, text: String, matches: Bool) {
  #expect(Glob(pattern).matches(text) == matches)
}

@Test func `an IPv6 address is written as the C library writes it`() throws {
  var random = SystemRandomNumberGenerator()
  for _ in 0..<20_000 {
    // Many zero groups, and small ones, so that all runs are met.
    let octets = (0..<8).flatMap { _ -> [UInt8] in
      let group = [0, 0, 0, 1, 0xFFFF, UInt16.random(in: 0...UInt16.max, using: &random)]
        .randomElement(using: &random)!
      return [UInt8(group >> 8), UInt8(group & 0xFF)]
    }
    // Of IPv4-compatible addresses, which are deprecated, glibc writes the end as a dotted quad.
    if octets.prefix(12).allSatisfy({ $0 == 0 }) { continue }
    var text = [CChar](repeating: 0, count: 46)
    _ = octets.withUnsafeBytes { inet_ntop(AF_INET6, $0.baseAddress, &text, 46) }
    let expected = String(decoding: text.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self)
    #expect(try #require(IPAddress(octets: octets)).description == expected)
  }
}
