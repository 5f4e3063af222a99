import Bytes

/// A disk in few bytes, so that a fuzzer need not find its way among zeros: pieces of it, each of
/// whole or part of a block, the later over the earlier; what none of them covers is zeros.
///
///     offset  size  field
///          0     4  number of the block where the piece begins; from 80000000 on counted from the
///                   end of the disk (FFFFFFFF is the last block)
///          4     2  bytes of the piece
///          6     -  the bytes
///
/// Little-endian. Reads make their buffer before they know what is there, as those of a file do.
final class SparseDisk: ByteSource {
  /// Bytes of a block.
  let unit: Int
  let blocks: UInt64
  private var pieces: [Piece] = []
  private(set) var bytesRead = 0

  private struct Piece {
    let offset: UInt64
    let bytes: ArraySlice<UInt8>
  }

  var size: UInt64 { blocks * UInt64(unit) }

  /// `skipping`: bytes of each piece's first block that come before it and are zeros.
  init(_ input: ArraySlice<UInt8>, unit: Int, blocks: UInt64, skipping: UInt64 = 0) {
    self.unit = unit
    self.blocks = blocks
    var rest = input
    while rest.count >= 6, pieces.count < 64 {
      let block = rest.number(0, 4)
      let end = min(rest.startIndex + 6 + Int(rest.number(4, 2)), rest.endIndex)
      let bytes = rest[rest.startIndex + 6..<end]
      rest = rest[end...]
      let (fromEnd, isBehind) = blocks.subtractingReportingOverflow((1 << 32) - block)
      let start = block >= 1 << 31 ? fromEnd : block
      if block >= 1 << 31, isBehind || start >= blocks { continue }
      if start < blocks { put(bytes, at: start * UInt64(unit) + skipping) }
    }
  }

  func put(_ bytes: ArraySlice<UInt8>, at offset: UInt64) {
    pieces.append(Piece(offset: offset, bytes: bytes))
  }

  func read(at offset: UInt64, count: Int) throws(Never) -> [UInt8] {
    let filled = offset < size ? Int(min(UInt64(count), size - offset)) : 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      buffer[..<filled].initialize(repeating: 0)
      initialized = filled
      let end = offset + UInt64(filled)
      for piece in pieces {
        let first = max(offset, piece.offset)
        let last = min(end, piece.offset + UInt64(piece.bytes.count))
        guard first < last else { continue }
        let start = piece.bytes.startIndex + Int(first - piece.offset)
        let source = piece.bytes[start..<start + Int(last - first)]
        _ = UnsafeMutableBufferPointer(rebasing: buffer[Int(first - offset)...])
          .update(from: source)
      }
    }
    bytesRead += filled
    return bytes
  }

  func block(_ number: UInt64) -> [UInt8] {
    read(at: number * UInt64(unit), count: unit)
  }
}

extension Collection<UInt8> where Index == Int {
  /// Little-endian, of so many bytes.
  func number(_ offset: Int, _ count: Int) -> UInt64 {
    var value = 0 as UInt64
    for index in (0..<count).reversed() {
      value = value << 8 | UInt64(self[startIndex + offset + index])
    }
    return value
  }
}
