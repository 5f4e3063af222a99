@testable import DiskFormats

/// Tables as installers make them, on disks of 16 MiB if not said otherwise.
enum MBRLayout {
  /// The extended partition begins two sectors before the logical one, as Debian's installer has
  /// it, and the last MiB is left over.
  static let debian = [
    "1 : start=2048, size=8192, type=83, bootable",
    "2 : start=12286, size=18434, type=5",
    "5 : start=12288, size=18432, type=8e",
  ]
  /// 6 has its boot record at 18432.
  static let twoLogical = [
    "1 : start=2048, size=8192, type=83",
    "3 : start=10240, size=20480, type=5",
    "5 : start=12288, size=4096, type=8e",
    "6 : start=20480, size=8192, type=8e",
  ]
  /// 6 has its boot record at 16384, and 7 at 24576.
  static let threeLogical = [
    "2 : start=10240, size=20480, type=5",
    "5 : start=12288, size=2048, type=83",
    "6 : start=18432, size=2048, type=82",
    "7 : start=26624, size=2048, type=8e",
  ]
  /// The chain leads back on the disk: the records lie at 10240 (of 5) and 10241.
  static let backwards = [
    "1 : start=2048, size=4096, type=83",
    "2 : start=10240, size=20480, type=f",
    "5 : start=24576, size=4096, type=8e",
    "6 : start=12288, size=8192, type=8e",
  ]
  static let onePrimary = ["1 : start=2048, size=16384, type=83, bootable"]
  /// In sectors of 4096 bytes.
  static let debian4096 = [
    "1 : start=256, size=1024, type=83, bootable",
    "2 : start=1534, size=2306, type=5",
    "5 : start=1536, size=2304, type=8e",
  ]
}
