import DiskFormats

extension Target {
  static let iso9660 = Target(
    name: "iso9660", longest: 64 << 10, memory: Allowance(floor: 1 << 20, perByte: 16),
    work: Allowance(floor: 100_000, perByte: 100)
  ) { bytes in
    _ = try? FileSystem(DiskImage(bytes))?.file(at: "meta-data", limit: 1 << 20)
  }
}
