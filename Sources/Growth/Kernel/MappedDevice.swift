import Bytes

/// What a device-mapper device is, from the uuid and the name that its maker gave it: sysfs'
/// `dm/uuid` and `dm/name`.
///
///     LVM-<32 characters: group><32: volume>[-<layer>]   layer: real, cow, tpool, cdata, ...
///     CRYPT-<LUKS1|LUKS2|PLAIN|INTEGRITY|...>-...
///     INTEGRITY-...   mpath-...   part<number>-mpath-...   DMRAID-...
///
/// Source: lvm2, libdm/libdevmapper.h and lib/activate/dev_manager.c (build_dm_uuid);
/// cryptsetup, lib/utils_dm.h; multipath-tools, libmultipath/devmapper.c; kpartx.
public struct MappedDevice: Equatable, Sendable {
  public let kind: BlockDevice.Kind
  /// `/dev/vg0/root` or `/dev/mapper/secret`.
  public let path: String

  public init(uuid: String, name: String) {
    let kind = Self.kind(uuid: uuid, name: name)
    self.kind = kind
    if case .logicalVolume = kind, let volume = Self.volumePath(name) {
      path = volume
    } else {
      path = "/dev/mapper/" + name
    }
  }

  private static func kind(uuid: String, name: String) -> BlockDevice.Kind {
    let bytes = [UInt8](uuid.utf8)
    if bytes.starts(with: "LVM-".utf8) {
      let ids = bytes[4...].prefix(64)
      guard ids.count == 64, !ids.contains(UInt8(ascii: "-")) else { return .foreign(.unknown) }
      if bytes.count > 68 { return .foreign(layer(bytes[68...])) }
      return .logicalVolume(
        groupUUID: String(decoding: ids.prefix(32), as: UTF8.self),
        volumeUUID: String(decoding: ids.suffix(32), as: UTF8.self))
    }
    if bytes.starts(with: "CRYPT-".utf8) {
      let type = bytes[6...]
      if type.starts(with: "LUKS1-".utf8) || type.starts(with: "LUKS2-".utf8) {
        // Its header is on the device below.
        return .luks(name: name, dataOffset: nil)
      }
      if type.starts(with: "PLAIN-".utf8) { return .foreign(.plainCrypt) }
      return .foreign(type.starts(with: "INTEGRITY-".utf8) ? .integrity : .unknown)
    }
    if bytes.starts(with: "INTEGRITY-".utf8) { return .foreign(.integrity) }
    if bytes.starts(with: "DMRAID-".utf8) { return .foreign(.raid) }
    if bytes.starts(with: "mpath-".utf8) { return .foreign(.multipath) }
    if bytes.starts(with: "part".utf8),
      bytes[4...].drop(while: { decimal([$0]) != nil }).starts(with: "-mpath-".utf8)
    {
      return .foreign(.multipath)
    }
    return .foreign(.unknown)
  }

  /// Source: lvm2, the layers of lib/activate/dev_manager.c, lv_layer and uuid_suffix_list.
  private static func layer(_ suffix: ArraySlice<UInt8>) -> ForeignLayer {
    switch String(decoding: suffix, as: UTF8.self) {
    case "-real", "-cow": .snapshot
    case "-tpool", "-pool", "-tdata", "-tmeta": .thin
    case "-cdata", "-cmeta", "-cpool", "-cvol", "-corig", "-wcorig": .cache
    case "-imeta": .integrity
    default: .unknown
    }
  }

  /// LVM writes the group, a dash and the volume, and a dash within a name as two.
  private static func volumePath(_ name: String) -> String? {
    let dash = UInt8(ascii: "-")
    let bytes = [UInt8](name.utf8)
    var path = [UInt8]("/dev/".utf8)
    var separators = 0
    var index = 0
    while index < bytes.count {
      if bytes[index] != dash {
        path.append(bytes[index])
      } else if index + 1 < bytes.count, bytes[index + 1] == dash {
        path.append(dash)
        index += 1
      } else {
        path.append(UInt8(ascii: "/"))
        separators += 1
      }
      index += 1
    }
    return separators == 1 ? String(decoding: path, as: UTF8.self) : nil
  }
}
