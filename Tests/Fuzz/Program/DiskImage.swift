import Bytes

/// A disk in memory.
struct DiskImage: ByteSource {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  func read(at offset: UInt64, count: Int) throws(Never) -> [UInt8] {
    guard offset < UInt64(bytes.count) else { return [] }
    return [UInt8](bytes[Int(offset)..<min(bytes.count, Int(offset) + count)])
  }
}
