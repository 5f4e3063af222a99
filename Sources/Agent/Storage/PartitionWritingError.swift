import Configuration
import DiskFormats
import Linux

/// Why a partition was not made longer, or not wholly. Nothing was written, but where said.
enum PartitionWritingError: Error, Equatable {
  case system(SystemError)
  /// Another program held the lock for so many seconds.
  case locked(String, seconds: Int)
  case table(String, PartitionTableError)
  /// The kernel has the partition elsewhere than the table, in bytes.
  case kernelStart(UInt32, kernel: UInt64, table: UInt64)
  /// The kernel has the partition longer than the table, in bytes.
  case kernelSize(UInt32, kernel: UInt64, table: UInt64)
  /// The kernel has this partition where the table has free space.
  case inTheWay(UInt32)
  case notSaved(SystemError)

  /// A write failed; `takenBack` tells why the sectors as they were could not be put back.
  case notWritten(SystemError, takenBack: SystemError?)
  /// The table is changed and whole, and only the kernel goes on with the old size.
  case kernelNotTold(SystemError)
  /// The kernel agreed, and has another size; bytes.
  case kernelDisagrees(UInt32, kernel: UInt64, table: UInt64)

  /// What was saved cannot be read as that.
  case backupDamaged(String)
  /// The device has another number or size than the one that was saved.
  case otherDisk(String)
  /// The sector at this byte holds neither what was there before nor what was written.
  case changedSince(String, offset: UInt64)
  /// The kernel uses the partition with the new size: the old table would cut it.
  case inUse(UInt32)
}

extension PartitionWritingError: CustomStringConvertible {
  var description: String { message.text }

  private var message: Message {
    switch self {
    case .system(let error): "\(error)"
    case .locked(let disk, let seconds):
      "\(disk) is locked by another program, since \(seconds) seconds at least"
    case .table(let disk, let error): "\(disk): \(error)"
    case .kernelStart(let number, let kernel, let table):
      "the kernel has partition \(number) at byte \(kernel), the partition table at \(table)"
    case .kernelSize(let number, let kernel, let table):
      "the kernel has \(kernel) bytes for partition \(number), the partition table only \(table)"
    case .inTheWay(let number):
      "the kernel has partition \(number) where the partition table has free space"
    case .notSaved(let error): "the present partition table could not be saved: \(error)"
    case .notWritten(let error, nil):
      "\(error); the partition table was put back as it was"
    case .notWritten(let error, let failure?):
      "\(error); the partition table could not be put back as it was: \(failure)"
    case .kernelNotTold(let error):
      "\(error); the partition table is changed, and counts with the next start"
    case .kernelDisagrees(let number, let kernel, let table):
      "the kernel has \(kernel) bytes for partition \(number) after it was told \(table)"
    case .backupDamaged(let path): "\(path) is damaged"
    case .otherDisk(let path): "\(path) is not the disk whose partition table was saved"
    case .changedSince(let disk, let offset):
      "\(disk): the sector at byte \(offset) was changed by another program since"
    case .inUse(let number): "the kernel uses partition \(number) in its new size already"
    }
  }
}
