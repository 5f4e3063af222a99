/// Why a file system, or a file in it, cannot be read.
public enum FileSystemError<Failure: Error>: Error {
  /// The source could not be read.
  case unreadable(Failure)
  case damaged(Damage)
  case tooLarge(path: String, bytes: UInt64, limit: Int)
}

extension FileSystemError: Equatable where Failure: Equatable {}

extension FileSystemError: CustomStringConvertible where Failure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let failure):
      failure.description
    case .damaged(let damage):
      damage.description
    case .tooLarge(let path, let bytes, let limit):
      "\"\(path)\" has \(bytes) bytes, more than the \(limit) allowed"
    }
  }
}

/// What is wrong in an image. `offset` is where the wrong value lies, in bytes from the source's
/// beginning.
public enum Damage: Error, Equatable {
  /// Something of `count` bytes should lie at `offset`, but the source ends within it or before.
  case sourceEnds(offset: UInt64, count: UInt64)
  /// A directory claims more bytes than any that is believed.
  case directoryTooLarge(bytes: UInt64, limit: Int, offset: UInt64)

  /// A set of volume descriptors without a primary one.
  case primaryVolumeMissing(offset: UInt64)
  /// Bytes; ISO 9660 has 512, 1024 and 2048.
  case logicalBlockSize(UInt16, offset: UInt64)
  /// A directory record shorter than its fixed part, or running out of its sector.
  case recordLength(UInt8, offset: UInt64)
  /// A name that is empty or runs out of its directory record.
  case nameLength(UInt8, offset: UInt64)
  /// A system use entry shorter than its head and fields, or running out of its area.
  case systemUseLength(UInt8, offset: UInt64)
  /// A continuation area that runs out of its sector.
  case continuationBounds(start: UInt32, count: UInt32, offset: UInt64)
  /// More continuation areas for one record, or entries in them, than any writer makes: they may
  /// point at each other.
  case continuationLoop(offset: UInt64)
  /// A file's next extent is missing or bears another name.
  case extentMissing(offset: UInt64)
  /// A file that is there in a form which is not read.
  case notPlain(Form, offset: UInt64)

  /// A cluster that the volume has not, or that is marked free or bad.
  case cluster(UInt32, offset: UInt64)
  /// A chain of clusters ends too early for the file's size.
  case chainEnds(clusters: Int, needed: UInt64, offset: UInt64)
  /// A chain of clusters that comes back to `cluster`; `offset` is its directory entry.
  case chainLoops(cluster: UInt32, offset: UInt64)
  /// A file of more bytes than the volume has.
  case fileExceedsVolume(bytes: UInt64, offset: UInt64)

  public enum Form: Equatable, Sendable {
    case interleaved
    case symbolicLink
    /// By zisofs.
    case compressed
  }
}

extension Damage: CustomStringConvertible {
  public var description: String {
    switch self {
    case .sourceEnds(let offset, let count):
      "the image ends before the end of the \(count) bytes at \(offset)"
    case .directoryTooLarge(let bytes, let limit, let offset):
      "the directory described at \(offset) has \(bytes) bytes, more than the \(limit) allowed"
    case .primaryVolumeMissing(let offset):
      "no primary volume descriptor from \(offset)"
    case .logicalBlockSize(let bytes, let offset):
      "logical block size \(bytes) at \(offset) is not 512, 1024 or 2048"
    case .recordLength(let length, let offset):
      "directory record of length \(length) at \(offset) does not fit"
    case .nameLength(let length, let offset):
      "name of length \(length) at \(offset) does not fit its directory record"
    case .systemUseLength(let length, let offset):
      "system use entry of length \(length) at \(offset) does not fit"
    case .continuationBounds(let start, let count, let offset):
      "continuation area of \(count) bytes from \(start), given at \(offset), leaves its sector"
    case .continuationLoop(let offset):
      "continuation areas without end at \(offset)"
    case .extentMissing(let offset):
      "the file at \(offset) lacks its next extent"
    case .notPlain(let form, let offset):
      "the file at \(offset) is \(form)"
    case .cluster(let cluster, let offset):
      "cluster \(cluster) at \(offset) holds no data"
    case .chainEnds(let clusters, let needed, let offset):
      "the chain of the file at \(offset) ends after \(clusters) of \(needed) clusters"
    case .chainLoops(let cluster, let offset):
      "the chain of the file at \(offset) comes back to cluster \(cluster)"
    case .fileExceedsVolume(let bytes, let offset):
      "the file at \(offset) has \(bytes) bytes, more than its volume"
    }
  }
}

extension Damage.Form: CustomStringConvertible {
  public var description: String {
    switch self {
    case .interleaved: "interleaved"
    case .symbolicLink: "a symbolic link, which is not followed"
    case .compressed: "compressed by zisofs"
    }
  }
}
