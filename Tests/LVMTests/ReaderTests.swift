import Foundation
import Testing

@testable import DiskFormats

/// What LVM's own tools write is read as they report it.
extension DiskTests.ReaderTests {
  /// Compares everything that LVM reports of the group with what each of the disks says.
  private func expectAgreement(
    _ disks: Disks, on indices: [Int], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let groups = try disks.report(
      "vgs", "vg_name,vg_uuid,vg_seqno,vg_extent_size,vg_extent_count,vg_free_count,vg_systemid")
    let volumes = try disks.report(
      "pvs", "pv_uuid,pe_start,pv_pe_count,pv_pe_alloc_count,pv_name", "--all")
    let logical = try disks.report("lvs", "lv_name,lv_uuid,lv_size", "-a")
    let segments = try disks.report(
      "lvs", "lv_name,segtype,seg_start_pe,seg_size_pe,seg_pe_ranges", "-a --segments")
    let wanted = try #require(groups.first, sourceLocation: sourceLocation)
    for index in indices {
      let group = try #require(try disks.group(index), sourceLocation: sourceLocation)
      #expect(
        [
          "vg_name": group.name, "vg_uuid": dashed(group.uuid),
          "vg_seqno": "\(group.sequenceNumber)", "vg_extent_size": "\(group.extentSize)",
          "vg_extent_count": "\(group.physicalVolumes.reduce(0) { $0 + $1.extentCount })",
          "vg_free_count": "\(group.freeExtents)", "vg_systemid": group.systemID ?? "",
        ] == wanted, sourceLocation: sourceLocation)

      var found: [[String: String]] = []
      for (volume, allocated) in zip(group.physicalVolumes, group.allocatedExtents) {
        found.append([
          "pv_uuid": dashed(volume.uuid), "pe_start": "\(volume.extentsStart)",
          "pv_pe_count": "\(volume.extentCount)", "pv_pe_alloc_count": "\(allocated)",
        ])
      }
      let reported = volumes.filter { $0["pv_uuid"] != "" }.map { row in
        row.filter { $0.key != "pv_name" }
      }
      #expect(
        found.sorted { $0["pv_uuid"]! < $1["pv_uuid"]! }
          == reported.sorted { $0["pv_uuid"]! < $1["pv_uuid"]! }, sourceLocation: sourceLocation)

      #expect(
        Set(
          group.logicalVolumes.map {
            [
              "lv_name": $0.name, "lv_uuid": dashed($0.uuid),
              "lv_size": "\($0.extentCount * group.extentSize)",
            ]
          })
          == Set(logical.map(plainName)), sourceLocation: sourceLocation)
      #expect(
        Set(group.logicalVolumes.flatMap { rows(of: $0, in: group, disks, volumes) })
          == Set(segments.map(plainName)), sourceLocation: sourceLocation)
    }
  }

  /// Internal volumes are reported in brackets.
  private func plainName(_ row: [String: String]) -> [String: String] {
    var row = row
    row["lv_name"] = row["lv_name"]?.trimmingCharacters(in: ["[", "]"])
    return row
  }

  private func rows(
    of volume: LogicalVolume, in group: VolumeGroup, _ disks: Disks, _ volumes: [[String: String]]
  ) -> [[String: String]] {
    volume.segments.map { segment in
      let ranges = segment.stripes.map { stripe in
        let last = stripe.startExtent + segment.extentsOfStripe - 1
        let place = group.physicalVolumes.first { $0.name == stripe.physicalVolume }
        let device = place.flatMap { place in
          volumes.first { $0["pv_uuid"] == dashed(place.uuid) }?["pv_name"]
        }
        return "\(device ?? stripe.physicalVolume):\(stripe.startExtent)-\(last)"
      }
      return [
        "lv_name": volume.name,
        "segtype": segment.type == "striped" && segment.stripes.count == 1
          ? "linear" : segment.type,
        "seg_start_pe": "\(segment.startExtent)", "seg_size_pe": "\(segment.extentCount)",
        "seg_pe_ranges": ranges.joined(separator: " "),
      ]
    }
  }

  private func dashed(_ uuid: String) -> String {
    var (groups, rest) = ([] as [Substring], uuid[...])
    for count in [6, 4, 4, 4, 4, 4, 6] {
      groups.append(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    return groups.joined(separator: "-")
  }

  @Test(arguments: [1, 4, 32])
  func `groups of any extent size are read`(mebibytes: Int) throws {
    let disks = try Disks([300])
    try disks.lvm("vgcreate --physicalextentsize \(mebibytes)M vg0 @0")
    try disks.lvm("lvcreate -an -Zn -n root -L 64M vg0")
    try expectAgreement(disks, on: [0])
  }

  @Test func `several disks hold the same group, also with a volume in stripes across them`()
    throws
  {
    let disks = try Disks([64, 80, 40])
    try disks.lvm("vgcreate vg0 @0 @1 @2")
    try disks.lvm("lvcreate -an -Zn -n data --stripes 2 -l 8 vg0")
    try disks.lvm("lvcreate -an -Zn -n root -l 5 vg0 @0")
    try disks.lvm("lvcreate -an -Zn -n swap -l 2 vg0 @0")
    try disks.lvm("lvextend -l 7 vg0/root @0")
    try expectAgreement(disks, on: [0, 1, 2])
    let group = try #require(try disks.group(0))
    #expect(group.logicalVolumes.first { $0.name == "root" }?.segments.count == 2)
    #expect(try disks.group(1) == group)
    #expect(group.lockType == nil)
    #expect(group.status == ["RESIZEABLE", "READ", "WRITE"])
    #expect(try disks.label(1)?.metadataAtEnd == 0)
  }

  @Test func `a text that wraps around the end of its area is put together`() throws {
    let disks = try Disks([64])
    try disks.lvm("pvcreate --metadatasize 20k --dataalignment 64k @0")
    try disks.lvm("vgcreate vg0 @0")
    try disks.lvm("lvcreate -an -Zn -n root -l 1 vg0")
    var wrapped = 0
    for round in 0..<40 {
      try disks.lvm("lvchange --addtag round\(round)=&#:!/+.-_ vg0/root")
      let group = try #require(try disks.group(0))
      #expect(group.sequenceNumber == UInt64(round + 3))
      let area = try #require(try disks.label(0)?.metadataAreas.first)
      let header = try disks.source(0).read(at: area.offset, count: MetadataArea.headerSize)
      wrapped += try MetadataArea(header: header, offset: area.offset).pieces().count == 2 ? 1 : 0
    }
    #expect(wrapped > 0)
    try expectAgreement(disks, on: [0])
  }

  @Test func `label and group of a usual disk take two reads`() throws {
    let disks = try Disks([64])
    try disks.lvm("vgcreate vg0 @0")
    for _ in 0..<5 { try disks.lvm("vgchange --addtag a vg0") }
    for _ in 0..<5 { try disks.lvm("vgchange --deltag a vg0") }
    let source = try disks.source(0)
    let label = try #require(try PhysicalVolumeLabel(reading: source))
    #expect(try VolumeGroup(reading: source, label)?.name == "vg0")
    #expect(source.reads.count == 2)
    #expect(source.reads[0] == 0..<8192)
  }

  @Test func `an exported group, a system id and a volume that is not allocatable are told`()
    throws
  {
    let disks = try Disks([64, 64])
    try disks.lvm("vgcreate vg0 @0 @1")
    try disks.lvm("pvchange --allocatable n @1")
    try expectAgreement(disks, on: [0, 1])
    var group = try #require(try disks.group(0))
    #expect(group.freeExtents == 30)
    #expect(group.allocatableExtents == 15)
    try disks.lvm("vgexport vg0")
    group = try #require(try disks.group(0))
    #expect(group.status == ["EXPORTED", "RESIZEABLE", "READ", "WRITE"])
    #expect(group.physicalVolumes.map(\.status) == [["ALLOCATABLE", "EXPORTED"], ["EXPORTED"]])
    try disks.lvm("vgimport vg0")
    try disks.lvm("vgchange --yes --systemid other.host vg0")
    #expect(try disks.group(0)?.systemID == "other.host")
  }

  @Test func `a missing disk is marked once LVM has noticed it`() throws {
    let disks = try Disks([64, 64])
    try disks.lvm("vgcreate vg0 @0 @1")
    try disks.lvm("lvcreate -an -Zn -n root -l 2 vg0 @0")
    let gone = try #require(try disks.label(1))
    try disks.tool("/usr/sbin/wipefs", ["--all", disks.devices[1]])
    #expect(try disks.label(1) == nil)
    try disks.lvm("vgextend --restoremissing vg0 @1", accepted: [0, 5])
    try disks.lvm("lvchange --addtag x vg0/root", accepted: [0, 5])
    let group = try #require(try disks.group(0))
    #expect(group.physicalVolumes.filter { $0.uuid == gone.uuid }.map(\.isMissing) == [true])
    #expect(group.allocatableExtents == 13)
  }

  @Test func `a disk without a group, with ignored or without any metadata has none to tell`()
    throws
  {
    let disks = try Disks([64, 64, 64])
    try disks.lvm("pvcreate @0")
    #expect(try disks.label(0)?.metadataAreas.count == 1)
    #expect(try disks.group(0) == nil)
    try disks.lvm("pvcreate --metadatacopies 0 @1")
    #expect(try disks.label(1)?.metadataAreas == [])
    try disks.lvm("vgcreate vg0 @0 @1 @2")
    try disks.lvm("pvchange --metadataignore y @2")
    #expect(try disks.group(1) == nil)
    #expect(try disks.group(2) == nil)
    try expectAgreement(disks, on: [0])
  }

  @Test func `a second copy of the metadata is seen at the end, and used if the first is damaged`()
    throws
  {
    let disks = try Disks([64])
    try disks.lvm("pvcreate --metadatacopies 2 @0")
    try disks.lvm("vgcreate vg0 @0")
    let label = try #require(try disks.label(0))
    #expect(label.metadataAreas.count == 2)
    #expect(label.metadataAtEnd == 1 << 20)
    try expectAgreement(disks, on: [0])
    let whole = try disks.group(0)
    let file = try FileHandle(forWritingTo: disks.images[0])
    try file.seek(toOffset: 4096)
    try file.write(contentsOf: Data(repeating: 0, count: 512))
    try file.close()
    #expect(try disks.group(0) == whole)
  }

  @Test(arguments: [
    [], ["--dataalignment", "8m"], ["--metadatasize", "3m"], ["--dataalignmentoffset", "7s"],
    ["--metadatacopies", "2"], ["--metadatacopies", "2", "--metadatasize", "3m"],
  ])
  func `pvresize makes as many extents as are foretold`(options: [String]) throws {
    let disks = try Disks([50])
    try disks.lvm((["pvcreate"] + options + ["@0"]).joined(separator: " "))
    try disks.lvm("vgcreate vg0 @0")
    let sizes = [
      50 << 20, (53 << 20) - 512, 53 << 20, 54 << 20, 55 << 20, (57 << 20) + 512,
      (77 << 20) + 512, 100_000_256,
    ]
    for size in sizes {
      try disks.resize(0, toBytes: size / 512 * 512)
      let before = try #require(try disks.group(0))
      let foretold = before.extents(
        of: before.physicalVolumes[0], onDeviceOf: UInt64(size / 512 * 512),
        metadataAtEnd: try disks.label(0)?.metadataAtEnd ?? 0)
      try disks.lvm("pvresize @0")
      #expect(try disks.group(0)?.physicalVolumes.map(\.extentCount) == [foretold])
      #expect(try disks.group(0)?.sequenceNumber == before.sequenceNumber + 1)
    }
    try expectAgreement(disks, on: [0])
  }

  @Test func `volumes of every kind are read, and none of their extents is taken for free`()
    throws
  {
    let disks = try Disks([64, 64])
    try disks.lvm("vgcreate vg0 @0 @1")
    let file = disks.folder.appendingPathComponent("group")
    try disks.lvm("vgcfgbackup -f \(file.path) vg0")
    // The device-mapper would be asked for these kinds; a restored description is not.
    var text = try String(contentsOf: file, encoding: .utf8)
    let end = try #require(text.lastIndex(of: "}"))
    text.replaceSubrange(end...end, with: volumesOfEveryKind + "\n}\n")
    try text.write(to: file, atomically: false, encoding: .utf8)
    try disks.lvm("vgcfgrestore --force --yes -f \(file.path) vg0")

    let group = try #require(try disks.group(1))
    #expect(group.allocatedExtents == [11, 6])
    #expect(try disks.report("vgs", "vg_free_count") == [["vg_free_count": "13"]])
    #expect(group.freeExtents == 13)
    let kinds = group.logicalVolumes.map { "\($0.name) \($0.segments.map(\.type))" }
    #expect(
      Set(kinds.filter { !$0.contains("[\"striped\"]") }) == [
        "r [\"raid1\"]", "tp [\"thin-pool\"]", "th [\"thin\"]", "snapshot0 [\"snapshot\"]",
        "c [\"cache\"]", "cp [\"cache-pool\"]",
      ])
    #expect(group.logicalVolumes.count == 18)
    #expect(
      Set(group.logicalVolumes.map(\.name)).subtracting(["snapshot0"])
        == Set(try disks.report("lvs", "lv_name", "-a").map { plainName($0)["lv_name"]! }))
    let stacked = try #require(group.logicalVolumes.first { $0.name == "r" })
    #expect(stacked.segments[0].stripes == [])
  }
}
