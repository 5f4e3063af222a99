import Bytes
import Testing

@testable import DiskFormats

@Test func `a volume group is read whole`() throws {
  #expect(try readGroup(PhysicalVolumeImage(groupText).bytes) == groupValue)
}

@Test func `the label tells whose the device is and where its parts lie`() throws {
  let bytes = PhysicalVolumeImage(groupText).bytes
  let label = try #require(try PhysicalVolumeLabel(reading: ByteArraySource(bytes)))
  #expect(label.uuid == PhysicalVolumeImage.uuid)
  #expect(label.deviceSize == 64 << 20)
  #expect(label.dataStart == 20480)
  #expect(label.metadataAreas == [.init(offset: 4096, size: 16384)])
  #expect(label.metadataAtEnd == 0)
}

@Test(arguments: [0, 2, 3])
func `the label may lie in any of the first four sectors`(sector: Int) throws {
  var image = PhysicalVolumeImage(groupText)
  let label = Array(image.bytes[512..<1024])
  image.bytes.replaceSubrange(512..<1024, with: [UInt8](repeating: 0, count: 512))
  image.bytes.replaceSubrange(sector * 512..<sector * 512 + 512, with: label)
  image.bytes[littleEndian: sector * 512 + 8] = UInt64(sector)
  image.bytes[littleEndian: sector * 512 + 16] = PhysicalVolumeImage.checksum(
    Array(image.bytes[sector * 512 + 20..<sector * 512 + 512]))
  #expect(try readGroup(image.bytes) == groupValue)
}

@Test func `a text is put together wherever the area's end cuts it`() throws {
  let text = Array(groupText.utf8) + [0]
  for start in stride(from: 16384 - text.count - 16, to: 16384, by: 113) {
    #expect(try readGroup(PhysicalVolumeImage(text: text, at: start).bytes) == groupValue)
  }
}

@Test func `a device without label, and one without metadata, have no group`() throws {
  #expect(try readGroup([]) == nil)
  #expect(try readGroup([UInt8](repeating: 0, count: 8192)) == nil)
  #expect(try readGroup(PhysicalVolumeImage(text: nil).bytes) == nil)
  var ignored = PhysicalVolumeImage(groupText)
  ignored.bytes[littleEndian: 4096 + 60] = 1 as UInt32
  ignored.seal()
  #expect(try readGroup(ignored.bytes) == nil)
}

@Test func `extents are counted as free only where nothing lies`() {
  #expect(groupValue.allocatedExtents == [17, 5])
  #expect(groupValue.freeExtentsOfEach == [20, 10])
  #expect(groupValue.freeExtents == 30)
  #expect(groupValue.allocatableExtents == 20)
  #expect(groupValue.physicalVolumes.map(\.isMissing) == [false, true])
  #expect(groupValue.logicalVolumes.map(\.extentCount) == [18, 2])
}

@Test(arguments: ["x", "pv1", "pv99999999999999999999", "\u{fc}\u{fc}\u{fc}"])
func `extents are counted whatever the physical volumes are called`(name: String) {
  var group = groupValue
  group.physicalVolumes.swapAt(0, 1)
  group.physicalVolumes[1].name = name
  group.physicalVolumes[0].name = "pv0"
  for (volume, segment) in [(0, 0), (0, 1), (1, 0)] {
    let stripes = group.logicalVolumes[volume].segments[segment].stripes
    group.logicalVolumes[volume].segments[segment].stripes = stripes.map { stripe in
      var stripe = stripe
      stripe.physicalVolume = stripe.physicalVolume == "pv0" ? name : "pv0"
      return stripe
    }
  }
  #expect(group.allocatedExtents == [5, 17])
}

@Test(arguments: [
  (0, 0, 0), (1 << 20, 0, 0), (5 << 20, 0, 1), ((5 << 20) - 1, 0, 0), ((9 << 20) + 512, 0, 2),
  (9 << 20, 1 << 20, 1), (UInt64.max, UInt64.max, 0), (UInt64.max, 0, (UInt64.max - 1 << 20) >> 22),
] as [(UInt64, UInt64, UInt64)])
func `a device has room for whole extents behind their start`(
  bytes: UInt64, atEnd: UInt64, count: UInt64
) {
  #expect(
    groupValue.extents(
      of: groupValue.physicalVolumes[0], onDeviceOf: bytes, metadataAtEnd: atEnd) == count)
}

@Test(arguments: [
  (.deviceEnds(offset: 4608, count: 9), "LVM: the device ends within what should lie at 4608"),
  (.textTooLarge(bytes: 99, limit: 9), "LVM: 99 bytes of metadata are not believed"),
  (.text(.syntax(line: 3)), "LVM: metadata: line 3: wrong syntax"),
  (.text(.notNumber(key: "seqno", line: 2)), "LVM: metadata: line 2: seqno is not a number"),
  (.text(.missing(key: "id", section: "pv0")), "LVM: metadata: id is missing in pv0"),
] as [(LVM2Damage, String)])
func `damage is told in a line`(damage: LVM2Damage, line: String) {
  #expect(damage.description == line)
}
