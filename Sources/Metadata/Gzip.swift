// Unsafe: zlib reads and writes as many bytes as the stream says, which the arrays have, and the
// stream does not outlive them.
import CZlib

/// Whether bytes begin as a gzip file does. Source: RFC 1952, section 2.3.1.
public func isGzip(_ bytes: [UInt8]) -> Bool {
  bytes.starts(with: [0x1F, 0x8B])
}

/// What a gzip file holds: all its members one after the other, zeros after each passed over. No
/// more than `limit` bytes come of it (by default as many as a YAML file may have), so that a small
/// file cannot fill the memory.
public func gunzipped(_ bytes: [UInt8], limit: Int = 8 << 20) throws(GzipError) -> [UInt8] {
  var result: [UInt8] = []
  var failure: GzipError?
  var bytes = bytes
  unsafe bytes.withUnsafeMutableBufferPointer { bytes in
    failure = unsafe inflation(of: bytes, into: &result, limit: limit)
  }
  if let failure { throw failure }
  return result
}

public enum GzipError: Error, Equatable {
  /// Not gzip, or its checksum is wrong.
  case damaged
  case cutOff
  case tooLong(limit: Int)
  case noMemory
}

extension GzipError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .damaged: "gzip: it is damaged"
    case .cutOff: "gzip: it is cut off"
    case .tooLong(let limit): "gzip: it holds more than the \(limit) bytes that are read"
    case .noMemory: "gzip: no memory"
    }
  }
}

private func inflation(
  of bytes: UnsafeMutableBufferPointer<UInt8>, into result: inout [UInt8], limit: Int
) -> GzipError? {
  guard let stream = unsafe InflateStream(bytes) else { return .noMemory }
  repeat {
    if let failure = stream.readMember(into: &result, limit: limit) { return failure }
  } while stream.beginMember()
  return nil
}

/// zlib's stream over bytes in memory, which must outlive it.
@safe private struct InflateStream: ~Copyable {
  /// On the heap, as zlib keeps the stream's own address in it.
  private let stream: UnsafeMutablePointer<z_stream>
  /// What zlib writes next; not cleared, as only what it wrote is read.
  private let room: UnsafeMutableBufferPointer<UInt8>

  /// `nil`: no memory.
  init?(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    unsafe stream.pointee.next_in = bytes.baseAddress
    unsafe stream.pointee.avail_in = UInt32(clamping: bytes.count)
    // 15: the largest window; 16 more: gzip.
    let size = unsafe Int32(MemoryLayout<z_stream>.size)
    guard unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else {
      unsafe stream.deallocate()
      return nil
    }
    // From here on `deinit` is run, also where nothing is returned.
    unsafe self.stream = stream
    unsafe room = .allocate(capacity: 16384)
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
    unsafe room.deallocate()
  }

  func readMember(into result: inout [UInt8], limit: Int) -> GzipError? {
    while true {
      unsafe stream.pointee.next_out = room.baseAddress
      unsafe stream.pointee.avail_out = UInt32(room.count)
      let status = unsafe inflate(stream, Z_NO_FLUSH)
      unsafe result.append(contentsOf: room.dropLast(Int(stream.pointee.avail_out)))
      if result.count > limit { return .tooLong(limit: limit) }
      switch status {
      case Z_OK: continue
      case Z_STREAM_END: return nil
      // Nothing more can be read: the input has its end too early.
      case Z_BUF_ERROR: return .cutOff
      case Z_MEM_ERROR: return .noMemory
      default: return .damaged
      }
    }
  }

  /// Goes on to the next member; `false`: there is none.
  func beginMember() -> Bool {
    while unsafe stream.pointee.avail_in > 0, unsafe stream.pointee.next_in.pointee == 0 {
      unsafe stream.pointee.next_in += 1
      unsafe stream.pointee.avail_in -= 1
    }
    return unsafe stream.pointee.avail_in > 0 && inflateReset(stream) == Z_OK
  }
}
