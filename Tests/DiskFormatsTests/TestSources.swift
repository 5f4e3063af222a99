import Bytes
import Foundation

/// A source's refusal in a test.
struct ReadRefused: Error, Equatable, CustomStringConvertible {
  let offset: UInt64
  var description: String { "cannot read at \(offset)" }
}

/// Bytes in memory; counts the reads, and may refuse them from some number on.
final class RecordingSource: ByteSource {
  struct Read: Equatable {
    let offset: UInt64
    let count: Int
  }

  private let bytes: ByteArraySource
  private let refusedFrom: Int
  private(set) var reads: [Read] = []

  init(_ bytes: [UInt8], refusedFrom: Int = .max) {
    self.bytes = ByteArraySource(bytes)
    self.refusedFrom = refusedFrom
  }

  func read(at offset: UInt64, count: Int) throws(ReadRefused) -> [UInt8] {
    guard reads.count < refusedFrom else { throw ReadRefused(offset: offset) }
    reads.append(Read(offset: offset, count: count))
    return bytes.read(at: offset, count: count)
  }
}

/// An image file, of which only what is asked for is read.
final class FileSource: ByteSource {
  private let file: FileHandle

  init(_ url: URL) throws {
    file = try FileHandle(forReadingFrom: url)
  }

  func read(at offset: UInt64, count: Int) throws(ReadRefused) -> [UInt8] {
    do {
      try file.seek(toOffset: offset)
      return [UInt8](try file.read(upToCount: count) ?? Data())
    } catch {
      throw ReadRefused(offset: offset)
    }
  }
}

/// So many zeros, of which none is kept.
final class ZeroSource: ByteSource {
  let size: UInt64
  private(set) var reads = 0

  init(size: UInt64) {
    self.size = size
  }

  func read(at offset: UInt64, count: Int) throws(ReadRefused) -> [UInt8] {
    reads += 1
    guard offset < size else { return [] }
    return [UInt8](repeating: 0, count: min(count, Int(size - offset)))
  }
}

/// Always the same numbers for one seed (SplitMix64).
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
