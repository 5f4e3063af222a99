import Foundation
import Metadata
import Testing

@testable import Agent

/// Disks with file systems of their makers' own.
@Suite struct BlockDevicesTests {
  static let nocloud = ["meta-data": "meta", "network-config": "network", "user-data": "user"]
  static let drive = [
    "openstack/latest/meta_data.json": "latest", "openstack/2018-08-27/meta_data.json": "meta",
    "openstack/2018-08-27/network_data.json": "network", "openstack/2018-08-27/user_data": "user",
  ]

  /// A guest with these disks; a partition's name ends in `1`.
  private func guest(
    _ disks: [(name: String, kind: String, label: String, files: [String: String])]
  ) throws -> MetadataGuest {
    let guest = try MetadataGuest()
    var partitions = "major minor  #blocks  name\n\n   1 0 4096 ram0\n   7 0 4096 loop0\n"
    for (name, kind, label, files) in disks {
      let folder = try MetadataGuest(
        Dictionary(uniqueKeysWithValues: files.map { ("/\($0)", $1) }))
      try guest.write("/dev/\(name)", [UInt8]())
      let path = guest.root + "/dev/" + name
      if kind == "iso9660" {
        try tool(
          "xorriso", "-as", "mkisofs", "-quiet", "-o", path, "-V", label, "-J", "-r", folder.root)
      } else if kind == "vfat" {
        try tool("truncate", "--size=4M", path)
        try tool("mkfs.vfat", "-n", label, path)
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.root).sorted() {
          try tool("mcopy", "-soi", path, folder.root + "/" + file, "::")
        }
      }
      if name.hasSuffix("1") { try guest.write("/sys/class/block/\(name)/partition", [0x31]) }
      partitions += " 254 \(partitions.count) 4096 \(name)\n"
    }
    try guest.write("/proc/partitions", [UInt8](partitions.utf8))
    return guest
  }

  @Test(arguments: [
    ("iso9660", "cidata"), ("iso9660", "CIDATA"), ("vfat", "cidata"), ("vfat", "CIDATA"),
  ])
  func `a seed of NoCloud's is found by its label`(kind: String, label: String) throws {
    let guest = try guest([("vdb1", kind, label, Self.nocloud), ("vda", "none", "", [:])])
    #expect(guest.disks() == ["nocloud:/dev/vdb1 meta network user"])
    #expect(guest.disks([.configDrive]) == [])
  }

  @Test(arguments: [
    ("vdb1", "iso9660", "config-2"), ("vdb1", "vfat", "config-2"), ("sr0", "iso9660", "CONFIG-2"),
    ("sr0", "iso9660", "Other"), ("vdb", "vfat", "OTHER"),
  ])
  func `a config drive is found by its label, or unlabelled on a whole disk`(
    name: String, kind: String, label: String
  ) throws {
    let guest = try guest([(name, kind, label, Self.drive)])
    #expect(guest.disks() == ["config-drive:/dev/\(name) meta network user"])
    #expect(guest.disks([.noCloud]) == [])
  }

  @Test func `on a partition without the label it is nobody's`() throws {
    let guest = try guest([
      ("vdb1", "vfat", "OTHER", Self.drive), ("vdc", "iso9660", "Other", ["a": "openstack"]),
    ])
    #expect(guest.disks() == [])
  }

  @Test func `both kinds are taken, the last name of each first`() throws {
    let guest = try guest([
      ("vdb", "iso9660", "cidata", Self.nocloud), ("vdc", "vfat", "CIDATA", Self.nocloud),
      ("vdd", "vfat", "CONFIG-2", Self.drive), ("vde", "iso9660", "Other", Self.drive),
      ("sr0", "iso9660", "config-2", Self.drive),
    ])
    #expect(
      guest.disks() == [
        "nocloud:/dev/vdc meta network user", "config-drive:/dev/vdd meta network user",
        "warning: /dev/vdc: is one of 2 disks labelled cidata and is used; not used: /dev/vdb",
        "warning: /dev/vdd: is one of 2 disks labelled config-2 and is used; not used: /dev/sr0",
      ])
  }

  @Test(arguments: [
    ("cidata", ["user-data": ""], "is labelled cidata and holds neither meta-data nor network-config"),
    ("config-2", ["a": ""], "is labelled config-2 and holds no openstack/<version>/meta_data.json"),
    ("config-2", ["openstack/latest/user_data": ""], "is labelled config-2 and holds no openstack/<version>/meta_data.json"),
    ("config-2", ["meta.js": "{}"], "is labelled config-2 and holds no openstack/<version>/meta_data.json; the layout of version 1 (meta.js) is not read by guestagent"),
    ("config-2", ["ec2/latest/meta-data.json": "{}"], "is labelled config-2 and holds no openstack/<version>/meta_data.json; the one of EC2 (ec2/) is not read by guestagent"),
  ])
  func `a disk that is labelled and holds no metadata is spoken of`(
    label: String, files: [String: String], warning: String
  ) throws {
    let guest = try guest([("vdb", "iso9660", label, files)])
    #expect(guest.disks() == ["warning: /dev/vdb: " + warning])
  }
}
