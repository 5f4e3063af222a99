import Bytes
import Foundation

/// An image file, with the reads that were made of it.
final class ImageSource: ByteSource {
  private let file: FileHandle
  private(set) var reads: [Range<UInt64>] = []

  struct Refused: Error, Equatable {}

  init(_ url: URL) throws {
    file = try FileHandle(forReadingFrom: url)
  }

  func read(at offset: UInt64, count: Int) throws(Refused) -> [UInt8] {
    reads.append(offset..<offset + UInt64(count))
    do {
      try file.seek(toOffset: offset)
      return [UInt8](try file.read(upToCount: count) ?? Data())
    } catch { throw Refused() }
  }
}
