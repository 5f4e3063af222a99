import Addresses
import CMnl

/// One rtnetlink message, built by libmnl in memory that can be used again for the next one.
/// Source: linux/netlink.h, linux/rtnetlink.h.
struct Request {
  private var buffer: [UInt8]

  /// Room for the largest message that this program makes as a rule: a bond with a name, twenty
  /// parameters of 8 bytes and sixteen addresses of IPv4. `put` makes more where it is not enough.
  private static var capacity: Int { 512 }

  init() {
    buffer = [UInt8](repeating: 0, count: Self.capacity)
  }

  init<FixedPart>(_ type: Int, flags: Int32, sequence: UInt32, _ fixedPart: FixedPart) {
    self.init()
    start(type, flags: flags, sequence: sequence, fixedPart)
  }

  /// Begins a message in place of the one before.
  mutating func start<FixedPart>(
    _ type: Int, flags: Int32, sequence: UInt32, _ fixedPart: FixedPart
  ) {
    buffer.withUnsafeMutableBytes { bytes in
      // libmnl leaves the bytes that align an attribute as the message before had them.
      let used = Int(bytes.load(as: nlmsghdr.self).nlmsg_len)
      bytes[..<used].initializeMemory(as: UInt8.self, repeating: 0)
      let header = mnl_nlmsg_put_header(bytes.baseAddress!)!
      header.pointee.nlmsg_type = UInt16(type)
      header.pointee.nlmsg_flags = UInt16(NLM_F_REQUEST | flags)
      header.pointee.nlmsg_seq = sequence
      let part = mnl_nlmsg_put_extra_header(header, MemoryLayout<FixedPart>.size)!
      part.storeBytes(of: fixedPart, as: FixedPart.self)
    }
  }

  /// The message, as long as its header says.
  var bytes: ArraySlice<UInt8> {
    let length = buffer.withUnsafeBytes { $0.load(as: nlmsghdr.self).nlmsg_len }
    return buffer[..<Int(length)]
  }

  mutating func add(_ attribute: Int, _ value: UInt8) {
    put(1) { mnl_attr_put_u8($0, UInt16(attribute), value) }
  }

  mutating func add(_ attribute: Int, _ value: UInt16) {
    put(2) { mnl_attr_put_u16($0, UInt16(attribute), value) }
  }

  mutating func add(_ attribute: Int, _ value: UInt32) {
    put(4) { mnl_attr_put_u32($0, UInt16(attribute), value) }
  }

  mutating func add(_ attribute: Int, _ address: IPAddress) {
    address.withOctets { octets in
      put(octets.count) { mnl_attr_put($0, UInt16(attribute), octets.count, octets.baseAddress) }
    }
  }

  mutating func add(_ attribute: Int, octets: [UInt8]) {
    octets.withUnsafeBytes { octets in
      put(octets.count) { mnl_attr_put($0, UInt16(attribute), octets.count, octets.baseAddress) }
    }
  }

  /// A text with its final zero byte.
  mutating func add(_ attribute: Int, _ text: String) {
    put(text.utf8.count + 1) { mnl_attr_put_strz($0, UInt16(attribute), text) }
  }

  /// An attribute that holds the attributes which `fill` adds.
  mutating func nest(_ attribute: Int, _ fill: (inout Request) -> Void) {
    // libmnl keeps a pointer to the opening; ours moves with the array, so the offset is kept.
    var offset = 0
    makeRoom(0)
    buffer.withUnsafeMutableBytes { bytes in
      let header = bytes.baseAddress!.assumingMemoryBound(to: nlmsghdr.self)
      let start = mnl_attr_nest_start(header, UInt16(attribute))!
      offset = UnsafeRawPointer(start) - UnsafeRawPointer(bytes.baseAddress!)
    }
    fill(&self)
    buffer.withUnsafeMutableBytes { bytes in
      let base = bytes.baseAddress!
      mnl_attr_nest_end(
        base.assumingMemoryBound(to: nlmsghdr.self),
        (base + offset).assumingMemoryBound(to: nlattr.self))
    }
  }

  /// libmnl writes without asking how much room there is.
  @inline(never)
  private mutating func makeRoom(_ payload: Int) {
    let missing = bytes.count + MemoryLayout<nlattr>.size + payload + 3 - buffer.count
    if missing > 0 { buffer += [UInt8](repeating: 0, count: missing) }
  }

  /// `payload`: how many bytes the attribute has behind its header.
  private mutating func put(_ payload: Int, _ body: (UnsafeMutablePointer<nlmsghdr>) -> Void) {
    makeRoom(payload)
    buffer.withUnsafeMutableBytes {
      body($0.baseAddress!.assumingMemoryBound(to: nlmsghdr.self))
    }
  }
}
