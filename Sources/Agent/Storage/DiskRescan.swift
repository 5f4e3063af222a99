import Growth
import Linux

/// A SCSI disk tells of its new size when it is asked; virtio and NVMe disks tell by themselves.
public enum DiskRescan {
  /// Has the kernel ask the disk for its size; `false` if it is none of SCSI's, or no disk. The
  /// sizes that were found before are old then. Source: the kernel's
  /// drivers/scsi/scsi_sysfs.c, `rescan` and `type` of a SCSI device.
  public static func rescan(
    _ disk: BlockDevice, files: FileTree
  ) throws(SystemError) -> Bool {
    guard case .disk = disk.kind else { return false }
    let device = "/sys/dev/block/\(disk.number.major):\(disk.number.minor)/device/"
    guard files.exists(device + "rescan"), files.exists(device + "type") else { return false }
    try files.overwrite(device + "rescan", with: [UInt8(ascii: "1"), UInt8(ascii: "\n")])
    return true
  }
}
