// Unsafe: libmnl writes into the buffer, which has room for the head of any message, and in which
// room is made for each attribute before it is written.
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
    unsafe buffer.withUnsafeMutableBytes { bytes in
      // libmnl leaves the bytes that align an attribute as the message before had them.
      let used = unsafe Int(bytes.load(as: nlmsghdr.self).nlmsg_len)
      unsafe bytes[..<used].initializeMemory(as: UInt8.self, repeating: 0)
      let header = unsafe mnl_nlmsg_put_header(bytes.baseAddress!)!
      unsafe header.pointee.nlmsg_type = UInt16(type)
      unsafe header.pointee.nlmsg_flags = UInt16(NLM_F_REQUEST | flags)
      unsafe header.pointee.nlmsg_seq = sequence
      let part = unsafe mnl_nlmsg_put_extra_header(header, MemoryLayout<FixedPart>.size)!
      unsafe part.storeBytes(of: fixedPart, as: FixedPart.self)
    }
  }

  /// The message, as long as its header says.
  var bytes: ArraySlice<UInt8> {
    let length = unsafe buffer.withUnsafeBytes { unsafe $0.load(as: nlmsghdr.self).nlmsg_len }
    return buffer[..<Int(length)]
  }

  mutating func add(_ attribute: Int, _ value: UInt8) {
    unsafe put(1) { unsafe mnl_attr_put_u8($0, UInt16(attribute), value) }
  }

  mutating func add(_ attribute: Int, _ value: UInt16) {
    unsafe put(2) { unsafe mnl_attr_put_u16($0, UInt16(attribute), value) }
  }

  mutating func add(_ attribute: Int, _ value: UInt32) {
    unsafe put(4) { unsafe mnl_attr_put_u32($0, UInt16(attribute), value) }
  }

  mutating func add(_ attribute: Int, _ address: IPAddress) {
    address.withOctets { octets in
      unsafe octets.withUnsafeBytes { octets in
        unsafe put(octets.count) {
          unsafe mnl_attr_put($0, UInt16(attribute), octets.count, octets.baseAddress)
        }
      }
    }
  }

  mutating func add(_ attribute: Int, octets: [UInt8]) {
    unsafe octets.withUnsafeBytes { octets in
      unsafe put(octets.count) {
        unsafe mnl_attr_put($0, UInt16(attribute), octets.count, octets.baseAddress)
      }
    }
  }

  /// A text with its final zero byte.
  mutating func add(_ attribute: Int, _ text: String) {
    unsafe put(text.utf8.count + 1) { unsafe mnl_attr_put_strz($0, UInt16(attribute), text) }
  }

  /// An attribute that holds the attributes which `fill` adds.
  mutating func nest(_ attribute: Int, _ fill: (inout Request) -> Void) {
    // libmnl keeps a pointer to the opening; ours moves with the array, so the offset is kept.
    var offset = 0
    makeRoom(0)
    unsafe buffer.withUnsafeMutableBytes { bytes in
      let header = unsafe bytes.baseAddress!.assumingMemoryBound(to: nlmsghdr.self)
      let start = unsafe mnl_attr_nest_start(header, UInt16(attribute))!
      offset = unsafe UnsafeRawPointer(start) - UnsafeRawPointer(bytes.baseAddress!)
    }
    fill(&self)
    unsafe buffer.withUnsafeMutableBytes { bytes in
      let base = bytes.baseAddress!
      unsafe mnl_attr_nest_end(
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
    unsafe buffer.withUnsafeMutableBytes {
      unsafe body($0.baseAddress!.assumingMemoryBound(to: nlmsghdr.self))
    }
  }

  /// The bytes of a number or of a struct of the kernel's, as memory has them.
  static func bytes<Part: BitwiseCopyable>(of part: Part) -> [UInt8] {
    unsafe withUnsafeBytes(of: part) { unsafe [UInt8]($0) }
  }
}
