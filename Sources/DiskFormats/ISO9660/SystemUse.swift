import Bytes

/// One entry of a directory record's system use area.
///
///     offset  size  field
///          0     2  signature
///          2     1  length of the entry
///          3     1  version: 1
///
/// Source: SUSP 1.12 (IEEE P1281), 4.
struct SystemUseEntry {
  let signature: Signature
  let bytes: [UInt8]
  let offset: UInt64

  enum Signature {
    /// SUSP's indicator, in the root directory's own record: bytes to skip in every other record.
    case indicator
    case continuation
    case terminator
    case name
    case attributes
    case symbolicLink
    /// The directory has been moved elsewhere, since it lay too deep.
    case childLink
    case compressed
    case other

    /// The letters, and the shortest entry that has the fields we read.
    init(_ first: UInt8, _ second: UInt8) {
      self =
        switch (first, second) {
        case (0x53, 0x50): .indicator  // SP
        case (0x43, 0x45): .continuation  // CE
        case (0x53, 0x54): .terminator  // ST
        case (0x4E, 0x4D): .name  // NM
        case (0x50, 0x58): .attributes  // PX
        case (0x53, 0x4C): .symbolicLink  // SL
        case (0x43, 0x4C): .childLink  // CL
        case (0x5A, 0x46): .compressed  // ZF
        default: .other
        }
    }

    var shortest: Int {
      switch self {
      case .indicator: 7
      case .continuation: 28
      case .name: 5
      case .childLink: 12
      default: 4
      }
    }
  }
}

/// The entries of a record's system use area and of the areas that continue it.
struct SystemUseEntries<Source: ByteSource> {
  typealias Failure = FileSystemError<Source.Failure>

  private let source: HeldSource<Source>
  private let blockSize: UInt64
  private var area: [UInt8]
  private var areaOffset: UInt64
  private var index: Int
  private var continuation: Extent?
  private var continuations = 0
  private var count = 0
  /// Linux follows 32 areas; names and links of the greatest length fill three, and have some
  /// forty entries. Many records may lead to the same areas: what is looked through for a
  /// directory stays a small multiple of it.
  private static var limit: Int { 8 }
  private static var entryLimit: Int { 200 }

  /// `skip`: what the root directory's indicator says.
  init(_ record: DirectoryRecord, skip: Int, blockSize: UInt64, in source: HeldSource<Source>) {
    self.source = source
    self.blockSize = blockSize
    area = record.systemUse
    areaOffset = record.systemUseOffset
    index = skip
  }

  /// `nil` at the end. Entries that continue or end an area are not handed out.
  mutating func next() throws(Failure) -> SystemUseEntry? {
    while true {
      guard let entry = try entryOfArea() else {
        guard try enterContinuation() else { return nil }
        continue
      }
      count += 1
      guard count <= Self.entryLimit else {
        throw .damaged(.continuationLoop(offset: entry.offset))
      }
      switch entry.signature {
      case .continuation:
        continuation = try extent(entry)
      case .terminator:
        index = area.count
      default:
        return entry
      }
    }
  }

  /// `nil` where the area ends: fewer than four bytes are left, or zeros fill it.
  private mutating func entryOfArea() throws(Failure) -> SystemUseEntry? {
    guard index + 4 <= area.count, area[index] != 0 else { return nil }
    let length = Int(area[index + 2])
    let signature = SystemUseEntry.Signature(area[index], area[index + 1])
    let offset = areaOffset + UInt64(index)
    guard length >= signature.shortest, index + length <= area.count else {
      throw .damaged(.systemUseLength(UInt8(length), offset: offset))
    }
    let bytes = [UInt8](area[index..<index + length])
    index += length
    return SystemUseEntry(signature: signature, bytes: bytes, offset: offset)
  }

  /// Where "CE" says that the area goes on.
  ///
  ///     offset  size  field
  ///          4     8  block, both byte orders
  ///         12     8  offset in the block, both byte orders
  ///         20     8  length in bytes, both byte orders
  private func extent(_ entry: SystemUseEntry) throws(Failure) -> Extent {
    let block: UInt32 = entry.bytes[littleEndian: 4]
    let start: UInt32 = entry.bytes[littleEndian: 12]
    let count: UInt32 = entry.bytes[littleEndian: 20]
    guard UInt64(start) + UInt64(count) <= 2048 else {
      throw .damaged(.continuationBounds(start: start, count: count, offset: entry.offset))
    }
    return Extent(offset: UInt64(block) * blockSize + UInt64(start), count: UInt64(count))
  }

  private mutating func enterContinuation() throws(Failure) -> Bool {
    guard let extent = continuation else { return false }
    guard continuations < Self.limit else {
      throw .damaged(.continuationLoop(offset: extent.offset))
    }
    continuations += 1
    continuation = nil
    area = try source.bytes(extent)
    areaOffset = extent.offset
    index = 0
    return true
  }
}
