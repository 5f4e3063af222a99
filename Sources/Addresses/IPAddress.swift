import CLinux

public enum IPFamily: Equatable, Sendable {
  case ipv4
  case ipv6

  /// Bits of an address: 32 or 128.
  public var bits: UInt8 { self == .ipv4 ? 32 : 128 }
}

/// An IPv4 or IPv6 address.
public struct IPAddress: Hashable, Sendable {
  public let family: IPFamily
  /// The address as a number of 128 bits; of an IPv4 address only the low 32 are used.
  let high: UInt64
  let low: UInt64

  init(family: IPFamily, high: UInt64, low: UInt64) {
    self.family = family
    self.high = high
    self.low = low
  }

  /// The text forms of inet_pton(3): dotted quad with all four numbers decimal, or RFC 4291,
  /// section 2.2. No zone (`%eth0`), no brackets, no prefix length.
  public init?(_ text: some StringProtocol) {
    var octets: (UInt64, UInt64) = (0, 0)
    let family: IPFamily = text.utf8.contains(UInt8(ascii: ":")) ? .ipv6 : .ipv4
    // A NUL inside the text would end it early for C.
    guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
    let parsed = text.withCString {
      inet_pton(family == .ipv4 ? AF_INET : AF_INET6, $0, &octets)
    }
    guard parsed == 1 else { return nil }
    switch family {
    case .ipv4:
      let word = UInt32(truncatingIfNeeded: UInt64(littleEndian: octets.0))
      self.init(family: .ipv4, high: 0, low: UInt64(word.byteSwapped))
    case .ipv6:
      self.init(
        family: .ipv6, high: UInt64(bigEndian: octets.0), low: UInt64(bigEndian: octets.1))
    }
  }

  /// From 4 or 16 octets in network byte order; `nil` for any other count.
  public init?(octets: some Collection<UInt8>) {
    guard octets.count == 4 || octets.count == 16 else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    for octet in octets {
      high = (high << 8) | (low >> 56)
      low = (low << 8) | UInt64(octet)
    }
    self.init(family: octets.count == 4 ? .ipv4 : .ipv6, high: high, low: low)
  }

  /// 4 or 16 octets in network byte order.
  public var octets: [UInt8] {
    let all = (0..<16).map { index in
      UInt8(truncatingIfNeeded: (index < 8 ? high : low) >> UInt64(8 * (7 - index % 8)))
    }
    return family == .ipv4 ? [UInt8](all[12...]) : all
  }

  /// `0.0.0.0` or `::`.
  public static func unspecified(_ family: IPFamily) -> IPAddress {
    IPAddress(family: family, high: 0, low: 0)
  }

  public var isUnspecified: Bool { high == 0 && low == 0 }

  /// In `169.254.0.0/16` (RFC 3927) or `fe80::/10` (RFC 4291).
  public var isLinkLocal: Bool {
    family == .ipv4 ? low >> 16 == 0xA9FE : high >> 54 == 0xFE80 >> 6
  }

  /// In `224.0.0.0/4` (RFC 5771) or `ff00::/8` (RFC 4291).
  public var isMulticast: Bool {
    family == .ipv4 ? low >> 28 == 0xE : high >> 56 == 0xFF
  }
}

extension IPAddress: CustomStringConvertible {
  /// The form of inet_ntop(3): for IPv6 the canonical one of RFC 5952.
  public var description: String {
    let bytes = octets
    // INET6_ADDRSTRLEN
    var text = [CChar](repeating: 0, count: 46)
    _ = inet_ntop(family == .ipv4 ? AF_INET : AF_INET6, bytes, &text, 46)
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
