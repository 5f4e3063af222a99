import Bytes
import CFdisk
import Foundation

@testable import DiskFormats

/// A sparse file in memory on which libfdisk makes and reads tables, within this process: as fdisk
/// and sfdisk do, thousands of times in a minute.
final class FdiskDisk: ByteSource {
  private let file: Int32
  private(set) var geometry = DiskGeometry(sectorSize: 512, sectors: 0)

  init() throws {
    file = cfdisk_memory_file()
    guard file >= 0 else { throw Tool.Failed(description: "no file in memory: errno \(errno)") }
  }

  deinit { close(file) }

  /// Zeros, of so many sectors.
  func clear(_ geometry: DiskGeometry) {
    ftruncate(file, 0)
    resize(geometry.sectors, sectorSize: geometry.sectorSize)
  }

  func resize(_ sectors: UInt64, sectorSize: UInt32? = nil) {
    geometry = DiskGeometry(sectorSize: sectorSize ?? geometry.sectorSize, sectors: sectors)
    ftruncate(file, off_t(sectors) * off_t(geometry.sectorSize))
  }

  func read(at offset: UInt64, count: Int) throws(ReadRefused) -> [UInt8] {
    guard offset < UInt64(Int64.max) else { return [] }
    var bytes = [UInt8](repeating: 0, count: count)
    let done = pread(file, &bytes, count, off_t(offset))
    guard done >= 0 else { throw ReadRefused(offset: offset) }
    return done == count ? bytes : [UInt8](bytes[..<done])
  }

  func write(_ bytes: [UInt8], at offset: UInt64) {
    let done = pwrite(file, bytes, bytes.count, off_t(offset))
    precondition(done == bytes.count)
  }

  func sector(_ lba: UInt64) -> [UInt8] {
    let size = Int(geometry.sectorSize)
    let bytes = (try? read(at: geometry.offset(lba), count: size)) ?? []
    return bytes + [UInt8](repeating: 0, count: size - bytes.count)
  }

  func edit(_ lba: UInt64, _ change: (inout [UInt8]) -> Void) {
    var bytes = sector(lba)
    change(&bytes)
    write(bytes, at: geometry.offset(lba))
  }

  // MARK: libfdisk

  /// Makes the table that sfdisk's words describe; false if libfdisk would not.
  func partition(_ script: String) throws -> Bool {
    try withContext(readOnly: false) { context in
      guard let words = fdisk_new_script(context) else { return false }
      defer { fdisk_unref_script(words) }
      var script = Array(script.utf8)
      guard let lines = fmemopen(&script, script.count, "r") else { return false }
      defer { fclose(lines) }
      guard fdisk_script_read_file(words, lines) == 0, fdisk_apply_script(context, words) == 0
      else { return false }
      return fdisk_write_disklabel(context) == 0
    } ?? false
  }

  enum Label: Equatable {
    case none
    case mbr
    case gpt
  }

  struct Reading: Equatable {
    var label: Label
    /// In the order of their numbers.
    var partitions: [Partition]
    /// What it finds wrong with the table, by its own count.
    var problems: Int32
  }

  /// The table as libfdisk has it.
  func reading() throws -> Reading {
    try withContext(readOnly: true) { context in
      let isGPT = fdisk_is_labeltype(context, FDISK_DISKLABEL_GPT) != 0
      guard isGPT || fdisk_is_labeltype(context, FDISK_DISKLABEL_DOS) != 0 else {
        return Reading(label: .none, partitions: [], problems: 0)
      }
      var partitions: [Partition] = []
      for number in 0..<fdisk_get_npartitions(context) {
        var found: OpaquePointer?
        guard fdisk_is_partition_used(context, number) != 0,
          fdisk_get_partition(context, number, &found) == 0, let partition = found
        else { continue }
        defer { fdisk_unref_partition(partition) }
        partitions.append(
          Partition(
            number: UInt32(number + 1), first: fdisk_partition_get_start(partition),
            sectors: fdisk_partition_get_size(partition),
            role: fdisk_partition_is_container(partition) != 0
              ? .extended : fdisk_partition_is_nested(partition) != 0 ? .logical : .primary))
      }
      return Reading(
        label: isGPT ? .gpt : .mbr, partitions: partitions,
        problems: fdisk_verify_disklabel(context))
    } ?? Reading(label: .none, partitions: [], problems: 0)
  }

  private func withContext<Value>(
    readOnly: Bool, _ body: (OpaquePointer) throws -> Value
  ) throws -> Value? {
    guard let context = fdisk_new_context() else { throw Tool.Failed(description: "no context") }
    defer { fdisk_unref_context(context) }
    fdisk_disable_dialogs(context, 1)
    fdisk_save_user_sector_size(context, geometry.sectorSize, geometry.sectorSize)
    let path = "/proc/self/fd/\(file)"
    guard fdisk_assign_device(context, path, readOnly ? 1 : 0) == 0 else { return nil }
    defer { fdisk_deassign_device(context, 1) }
    return try body(context)
  }
}
