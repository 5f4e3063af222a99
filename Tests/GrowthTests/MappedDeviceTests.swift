import Testing

@testable import Growth

struct MappedDeviceTests {
  private static let group = "wO3yUhfLIIhCkDSnlZHF2cFTDJDo9FW2"
  private static let volume = "Yv0PCIBxVjLFD12BZSnf6Po8JVTLuKRa"

  @Test func `a logical volume is known by the 64 characters of its uuid`() {
    #expect(
      MappedDevice(uuid: "LVM-" + Self.group + Self.volume, name: "vg0-root").kind
        == .logicalVolume(groupUUID: Self.group, volumeUUID: Self.volume))
  }

  @Test(arguments: [
    ("vg0-root", "/dev/vg0/root"), ("my--vg-my--lv", "/dev/my-vg/my-lv"),
    ("a----b-c", "/dev/a--b/c"), ("debian--vg-swap_1", "/dev/debian-vg/swap_1"),
    ("one", "/dev/mapper/one"), ("vg-lv-real", "/dev/mapper/vg-lv-real"),
  ])
  func `group and volume are told apart in the name`(name: String, path: String) {
    #expect(MappedDevice(uuid: "LVM-" + Self.group + Self.volume, name: name).path == path)
  }

  @Test(arguments: [
    ("-real", ForeignLayer.snapshot), ("-cow", .snapshot), ("-tpool", .thin), ("-tdata", .thin),
    ("-cdata", .cache), ("-cvol", .cache), ("-imeta", .integrity), ("-new", .unknown),
    ("x", .unknown),
  ])
  func `a part of a volume is a layer of its own`(suffix: String, layer: ForeignLayer) {
    #expect(
      MappedDevice(uuid: "LVM-" + Self.group + Self.volume + suffix, name: "x").kind
        == .foreign(layer))
  }

  @Test(arguments: [
    ("CRYPT-LUKS1-0123-data", BlockDevice.Kind.luks(name: "data", dataOffset: nil)),
    ("CRYPT-LUKS2-0123-data", .luks(name: "data", dataOffset: nil)),
    ("CRYPT-PLAIN-data", .foreign(.plainCrypt)),
    ("CRYPT-INTEGRITY-data", .foreign(.integrity)), ("INTEGRITY-data", .foreign(.integrity)),
    ("CRYPT-BITLK-1-data", .foreign(.unknown)), ("CRYPT-VERITY-1-data", .foreign(.unknown)),
    ("mpath-3600", .foreign(.multipath)), ("part12-mpath-3600", .foreign(.multipath)),
    ("part-1", .foreign(.unknown)), ("DMRAID-x", .foreign(.raid)), ("", .foreign(.unknown)),
    ("LVM-short", .foreign(.unknown)), ("stratis-1-private", .foreign(.unknown)),
  ])
  func `others are known by how their uuid begins`(uuid: String, kind: BlockDevice.Kind) {
    let device = MappedDevice(uuid: uuid, name: "data")
    #expect(device.kind == kind)
    #expect(device.path == "/dev/mapper/data")
  }
}
