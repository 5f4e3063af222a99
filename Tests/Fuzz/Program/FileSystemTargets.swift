import Bytes
import DiskFormats
import Metadata

/// Metadata disks: recognised, and read as `Sources/Agent/Metadata` reads them.
///
/// The disk is of 256 KiB at most. What a reader keeps is its beginning (34 or 80 KiB), the root
/// directory and another one, and the file; a file's buffer is made for what is claimed up to
/// 1 MiB, which is the floor. Each of the files looked for is another way through the directories.
///
/// What is dear are zeros, which are not in the input: a directory of ISO 9660 is looked through to
/// the end of the disk, and a chain of FAT that comes back is followed for the 4096 clusters that a
/// directory, and the 16384 that a file may have, before it is found to.
extension Target {
  static let iso9660 = fileSystem("iso9660", unit: 2048, hidden: 16, work: 500_000)
  static let fat = fileSystem("fat", unit: 512, hidden: 0, work: 2_000_000)

  /// `hidden`: blocks at the beginning that are no part of the input, since they say nothing.
  private static func fileSystem(_ name: String, unit: Int, hidden: UInt64, work: Int) -> Target {
    Target(
      name: name, longest: 8192,
      memory: Allowance(floor: 2 << 20, perByte: 32),
      work: Allowance(floor: work, perByte: 200)
    ) { input in
      guard input.count >= 4 else { return }
      let most = (256 << 10) / UInt64(unit)
      let disk = SparseDisk(
        input[4...], unit: unit, blocks: min(input.number(0, 4), most - hidden))
      let shifted = HiddenBeginning(disk: disk, hidden: hidden * UInt64(unit))
      readAll(shifted)
      // Each look goes through the directories on its way once, whatever they claim.
      expect(disk.bytesRead <= 200 << 10 + 64 * Int(disk.size), "reads \(disk.bytesRead) bytes")
    }
  }

  private static func readAll(_ disk: HiddenBeginning) {
    typealias Failure = FileSystemError<Never>
    do throws(Failure) {
      guard let volume = try FileSystem(disk) else { return }
      expect(volume.labels.allSatisfy { $0.utf8.count <= 4 * 32 }, "label without end")
      _ = "\(volume.kind)"
      let limit = 8 << 20
      if volume.labels.contains("cidata") || volume.labels.contains("CIDATA") {
        for file in ["meta-data", "network-config", "user-data"] {
          do throws(Failure) {
            let bytes = try volume.file(at: file, limit: limit)
            expect((bytes?.count ?? 0) <= Int(disk.size), "a file longer than its disk")
          } catch { _ = error.words }
        }
        return
      }
      let seed = try Seed(configDrive: "/dev/vdb") { (file: String) throws(Failure) in
        try volume.file(at: file, limit: limit)
      }
      if seed == nil, try volume.file(at: "meta.js", limit: limit) == nil {
        _ = try volume.hasFolder("ec2")
      }
    } catch { _ = error.words }
  }
}

/// A disk behind zeros.
struct HiddenBeginning: ByteSource {
  let disk: SparseDisk
  let hidden: UInt64

  var size: UInt64 { disk.size + hidden }

  func read(at offset: UInt64, count: Int) throws(Never) -> [UInt8] {
    if offset >= hidden { return disk.read(at: offset - hidden, count: count) }
    let zeros = min(count, Int(hidden - offset))
    var bytes = [UInt8](repeating: 0, count: zeros)
    if count > zeros { bytes += disk.read(at: 0, count: count - zeros) }
    return bytes
  }
}

extension FileSystemError<Never> {
  var words: String {
    switch self {
    case .damaged(let damage): damage.description
    case .tooLarge(let path, let bytes, let limit): "\(path) \(bytes) \(limit)"
    }
  }
}
