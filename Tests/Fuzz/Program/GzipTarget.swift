import CZlib
import Metadata

extension Target {
  /// Against a second reader: the headers and checksums of RFC 1952 taken apart here, and only the
  /// deflated data between them left to zlib. A first byte of 1 says that what follows is such data
  /// alone, for which the file is made, so that no checksum keeps the mutations out.
  static let gzip = Target(
    name: "gzip", longest: 1024, memory: Allowance(floor: 128 << 10, perByte: 64),
    work: Allowance(floor: 400_000, perByte: 5000)
  ) { bytes in
    var file = bytes
    if bytes.first == 1 {
      let data = [UInt8](bytes.dropFirst())
      file = GzipReader.header + data
      if case let (content, end)? = GzipReader.inflated(data[...]) {
        file = GzipReader.header + data[..<end] + GzipReader.trailer(content) + data[end...]
      }
    }
    let ours = try? gunzipped(file, limit: GzipReader.limit)
    expect(ours == GzipReader.content(file), "two readers of gzip do not agree")
  }
}

/// A gzip file is a row of members with zeros after each. A member:
///
///     1F 8B 08, flags, time u32, two bytes
///     flag 4: length u16 and as many bytes; flag 8, flag 16: bytes up to a zero byte;
///     flag 2: the lower half of the CRC-32 of all before it
///     deflated data, CRC-32 u32, length u32
///
/// Little-endian. Source: RFC 1952, section 2.3.
private enum GzipReader {
  static let limit = 4096
  static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]

  static func content(_ file: [UInt8]) -> [UInt8]? {
    var content: [UInt8] = []
    var rest = file[...]
    repeat {
      guard let member = member(rest) else { return nil }
      content += member.content
      if content.count > limit { return nil }
      rest = rest[member.end...].drop { $0 == 0 }
    } while !rest.isEmpty
    return content
  }

  static func trailer(_ content: [UInt8]) -> [UInt8] {
    little(checksum(content[...])) + little(UInt32(content.count))
  }

  private static func member(_ file: ArraySlice<UInt8>) -> (content: [UInt8], end: Int)? {
    guard file.count >= 10, file.starts(with: [0x1F, 0x8B, 8]) else { return nil }
    let flags = file[file.startIndex + 3]
    guard flags & 0xE0 == 0 else { return nil }
    var rest = file.dropFirst(10)
    if flags & 4 != 0 {
      guard rest.count >= 2 else { return nil }
      let count = Int(rest[rest.startIndex]) | Int(rest[rest.startIndex + 1]) << 8
      guard rest.count >= 2 + count else { return nil }
      rest = rest.dropFirst(2 + count)
    }
    for flag in [8, 16] as [UInt8] where flags & flag != 0 {
      guard let end = rest.firstIndex(of: 0) else { return nil }
      rest = rest[(end + 1)...]
    }
    if flags & 2 != 0 {
      let half = little(checksum(file[..<rest.startIndex])).prefix(2)
      guard rest.starts(with: half) else { return nil }
      rest = rest.dropFirst(2)
    }
    guard let (content, end) = inflated(rest), file[end...].starts(with: trailer(content)) else {
      return nil
    }
    return (content, end + 8)
  }

  /// Deflated data in memory alone; `end`: what is behind them. `nil`: damaged, cut off, too long.
  static func inflated(_ data: ArraySlice<UInt8>) -> (content: [UInt8], end: Int)? {
    var input = [UInt8](data)
    var stream = z_stream()
    // Below 0: the data alone.
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, size) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var count = 0
    let status = input.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = room
      stream.avail_out = UInt32(limit + 1)
      let status = inflate(&stream, Z_FINISH)
      count = limit + 1 - Int(stream.avail_out)
      return status
    }
    guard status == Z_STREAM_END else { return nil }
    let content = [UInt8](UnsafeBufferPointer(start: room, count: count))
    return (content, data.endIndex - Int(stream.avail_in))
  }

  /// Made once: clearing it for each input would be most of the work.
  nonisolated(unsafe) private static let room = UnsafeMutablePointer<UInt8>.allocate(
    capacity: limit + 1)

  /// CRC-32 bit by bit.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var value: UInt32 = .max
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xEDB8_8320 }
    }
    return ~value
  }

  private static func little(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}
