import Bytes

extension Target {
  /// Against a second decoder, which takes all digits first and then their bits, one by one.
  static let base64 = Target(
    name: "base64", longest: 512, memory: Allowance(floor: 4096, perByte: 16),
    work: Allowance(floor: 1000, perByte: 100)
  ) { bytes in
    let ours = try? [UInt8](base64: bytes)
    let other = decoded(bytes)
    expect(ours == other, "two decoders of base64 do not agree")
  }

  private static let alphabet = [UInt8](
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private static func decoded(_ bytes: [UInt8]) -> [UInt8]? {
    let spaces: [UInt8] = [9, 10, 11, 12, 13, 32]
    var text = bytes.filter { !spaces.contains($0) }
    var padding = 0
    while text.last == UInt8(ascii: "=") {
      text.removeLast()
      padding += 1
    }
    if padding > 0, padding > 2 || (text.count + padding) % 4 != 0 { return nil }
    if text.count % 4 == 1 { return nil }
    var bits: [Bool] = []
    for character in text {
      guard let digit = alphabet.firstIndex(of: character) else { return nil }
      for place in 0..<6 { bits.append(digit & (32 >> place) != 0) }
    }
    var octets: [UInt8] = []
    var start = 0
    while start + 8 <= bits.count {
      octets.append(bits[start..<(start + 8)].reduce(0) { $0 << 1 | ($1 ? 1 : 0) })
      start += 8
    }
    return octets
  }
}
