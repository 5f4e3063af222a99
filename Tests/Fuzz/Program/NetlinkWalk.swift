/// rtnetlink messages by their structure alone, as another program would walk them: nothing here is
/// of Sources/Netlink, and the numbers are not from the kernel's headers.
///
///     message     length u32 (with itself), type u16, flags u16, sequence u32, port u32
///     fixed part  16 bytes of links; 8 of addresses; 12 of routes, neighbours and rules
///     attributes  length u16 (with these 4 bytes), type u16 (bit 15: it holds attributes), payload
///
/// In the machine's own byte order, which is little-endian here; messages and attributes begin at
/// multiples of 4. Source: RFC 3549, section 2.3; rtnetlink(7).
enum NetlinkWalk {
  /// One that was made for a step.
  struct Message {
    let type: Int
    let sequence: Int
    /// The link's number, of links, addresses and neighbours.
    let link: Int
    let family: UInt8
  }

  static func messages(_ bytes: [UInt8]) -> [Message] {
    var messages: [Message] = []
    var start = 0
    while start < bytes.count {
      expect(bytes.count - start >= 16, "a message is shorter than its header")
      let length = number(bytes, start, 4)
      expect(length >= 16 && length <= bytes.count - start, "a message's length is out of bounds")
      let type = number(bytes, start + 4, 2)
      let flags = number(bytes, start + 6, 2)
      expect(flags & 5 == 5, "a message is no request with an acknowledgement")
      let fixed = fixedPart(of: type)
      expect(length >= 16 + fixed, "a message is shorter than its fixed part")
      attributes(bytes, from: start + 16 + fixed, to: start + length, depth: 0)
      messages.append(
        Message(
          type: type, sequence: number(bytes, start + 8, 4), link: number(bytes, start + 20, 4),
          family: bytes[start + 16]))
      expect(length % 4 == 0, "a message ends beside its alignment")
      start += length
    }
    return messages
  }

  private static func fixedPart(of type: Int) -> Int {
    switch type {
    case 16, 17: return 16
    case 20, 21: return 8
    case 24, 25, 28, 29, 32, 33: return 12
    default: broken("a message has a type that no step needs")
    }
  }

  private static func attributes(_ bytes: [UInt8], from first: Int, to end: Int, depth: Int) {
    var start = first
    while start < end {
      expect(end - start >= 4, "an attribute is shorter than its header")
      let length = number(bytes, start, 2)
      expect(length >= 4 && length <= end - start, "an attribute's length is out of bounds")
      if number(bytes, start + 2, 2) & 0x8000 != 0 {
        expect(depth < 4, "attributes are nested too deep")
        attributes(bytes, from: start + 4, to: start + length, depth: depth + 1)
      }
      for padding in (start + length)..<min(end, start + (length + 3) & ~3) {
        expect(bytes[padding] == 0, "an attribute's padding is not zero")
      }
      start += (length + 3) & ~3
    }
    expect(start == end, "attributes do not end where their container does")
  }

  private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
    var number = 0
    for place in 0..<count { number |= Int(bytes[offset + place]) << (8 * place) }
    return number
  }
}
