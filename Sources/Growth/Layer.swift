import Bytes
import DiskFormats

/// One layer of storage under a filesystem that is looked after, with its size.
public struct Layer: Equatable, Sendable {
  public var name: Name
  /// Bytes.
  public var bytes: UInt64

  public struct Name: Equatable, Sendable {
    public var kind: Kind
    /// A path, `group/volume`, a group's name or a mount point.
    public var object: String

    public init(_ kind: Kind, _ object: String) {
      self.kind = kind
      self.object = object
    }
  }

  /// From the bottom to the top; the raw value is what people call it.
  public enum Kind: String, Equatable, Sendable {
    case disk
    case table = "partition table"
    case container = "extended partition"
    case partition
    case luks = "LUKS volume"
    case physicalVolume = "physical volume"
    case group = "volume group"
    case logicalVolume = "logical volume"
    case fileSystem = "filesystem"
  }

  init(_ kind: Kind, _ object: String, bytes: UInt64) {
    name = Name(kind, object)
    self.bytes = bytes
  }
}

extension StorageFound {
  /// The layers of these chains, each once, from the disks upward.
  func layers(under targets: [GrowthTarget]) -> [Layer] {
    var layers: [Layer] = []
    func add(_ layer: Layer) {
      if !layers.contains(where: { $0.name == layer.name }) { layers.append(layer) }
    }
    var groups: [GroupFound] = []
    for target in targets {
      for number in chain(under: target.devices).reversed() {
        guard let device = self[number] else { continue }
        switch device.kind {
        case .disk: add(Layer(.disk, device.path, bytes: device.size))
        case .partition(let partition, _):
          if let (container, bytes) = container(of: partition, on: device.lower.first) {
            add(Layer(.container, container, bytes: bytes))
          }
          add(Layer(.partition, device.path, bytes: device.size))
        case .luks: add(Layer(.luks, device.path, bytes: device.size))
        case .logicalVolume:
          // Behind the physical volumes, which may lie under several of them.
          break
        case .foreign: break
        }
        if let (found, volume) = physicalVolume(on: number) {
          add(
            Layer(
              .physicalVolume, device.path,
              bytes: volume.extentCount *| found.group.extentSize))
          if !groups.contains(found) { groups.append(found) }
        }
      }
    }
    for found in groups {
      add(
        Layer(
          .group, found.group.name, bytes: found.group.extentCount *| found.group.extentSize))
    }
    for target in targets {
      for number in target.devices {
        guard let (found, volume) = self[number].flatMap({ logicalVolume($0) }) else { continue }
        add(
          Layer(
            .logicalVolume, "\(found.group.name)/\(volume.name)",
            bytes: volume.extentCount *| found.group.extentSize))
      }
      if let fileSystem = target.fileSystem {
        add(
          Layer(
            .fileSystem, fileSystem.mountPoints.first ?? target.name, bytes: fileSystem.size))
      }
    }
    return layers
  }

  private func container(
    of partition: UInt32, on disk: DeviceNumber?
  ) -> (path: String, bytes: UInt64)? {
    guard let disk = disk.flatMap({ self[$0] }), case .disk(let sectorSize) = disk.kind,
      case .table(let table)? = tables.first(where: { $0.disk == disk.number })?.table,
      table.partitions.contains(where: { $0.number == partition && $0.role == .logical }),
      let container = table.partitions.first(where: { $0.role == .extended })
    else { return nil }
    let path = partitionPath(of: disk.path, container.number)
    let longer = longerContainers.first { $0.path == path }
    return (path, longer?.bytes ?? container.sectors *| UInt64(sectorSize))
  }
}

/// `/dev/vda` and 2: `/dev/vda2`; `/dev/nvme0n1` and 2: `/dev/nvme0n1p2`, as the kernel names them.
func partitionPath(of disk: String, _ number: UInt32) -> String {
  let endsWithDigit = disk.utf8.last.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  return disk + (endsWithDigit == true ? "p" : "") + "\(number)"
}
