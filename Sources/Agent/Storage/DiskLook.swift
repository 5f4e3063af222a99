import DiskFormats
import Linux

/// A disk that is open, with its table as it is there now.
struct DiskLook {
  let device: DiskDevice
  let geometry: DiskGeometry
  /// Bytes of the disk.
  let size: UInt64
  let table: PartitionTable

  /// `path` is how errors call it.
  init(_ device: DiskDevice, path: String) throws(PartitionWritingError) {
    Activity.note("reading the partition table of", path)
    self.device = device
    let sectorSize: UInt32
    do {
      size = try device.size()
      sectorSize = try device.sectorSize()
    } catch {
      throw .system(error)
    }
    guard sectorSize > 0 else { throw .table(path, .sectorSize(sectorSize)) }
    geometry = DiskGeometry(sectorSize: sectorSize, sectors: size / UInt64(sectorSize))
    do {
      table = try PartitionTable(reading: device, geometry: geometry)
    } catch {
      switch error {
      case .unreadable(let error): throw .system(error)
      case .unusable(let error): throw .table(path, error)
      }
    }
  }

  /// Only to look; another program may hold the lock.
  init(reading path: String, _ files: FileTree) throws(PartitionWritingError) {
    let device: DiskDevice
    do { device = try DiskDevice(reading: path, in: files) } catch { throw .system(error) }
    try self.init(device, path: path)
  }
}
