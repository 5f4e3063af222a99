import Addresses
import Managers

extension Target {
  /// /etc/network/interfaces, and a second file that it names.
  static let interfaces = Target(
    name: "interfaces", longest: 1024, memory: Allowance(floor: 16 << 10, perByte: 128),
    work: Allowance(floor: 10_000, perByte: 500)
  ) { bytes in
    var file = InterfacesFile()
    file.append(bytes, path: "/etc/network/interfaces")
    let sources = file.sources
    expect(
      sources.allSatisfy { $0.utf8.first == UInt8(ascii: "/") }, "a file is named by no whole path")
    for link in managedLinks {
      guard let place = file.place(of: link) else { continue }
      expect(place.hasPrefix("/etc/network/interfaces:"), "a stanza is elsewhere")
    }
    file.append(bytes, path: "/etc/network/interfaces.d/again")
    expect(file.sources.count == sources.count, "the same file names other files")
  }

  /// `.network` files of systemd-networkd.
  static let networkFile = Target(
    name: "networkd", longest: 1024, memory: Allowance(floor: 16 << 10, perByte: 128),
    work: Allowance(floor: 10_000, perByte: 500)
  ) { bytes in
    let file = SectionFile(bytes, path: "/etc/systemd/network/10-eth0.network")
    expect(file.name == "10-eth0.network", "a file has another name")
    _ = file.isUnmanaged
    for link in managedLinks { _ = file.isNetwork(of: link) }
  }

  /// NetworkManager's profiles.
  static let connectionProfile = Target(
    name: "networkmanager", longest: 1024, memory: Allowance(floor: 16 << 10, perByte: 128),
    work: Allowance(floor: 10_000, perByte: 500)
  ) { bytes in
    let file = SectionFile(bytes)
    for link in managedLinks { _ = file.isProfile(of: link) }
  }

  nonisolated(unsafe) private static let managedLinks: [ManagedLink] = {
    let nic = ManagedLink(names: ["ens3", "eth0"])
    nic.macAddress = MACAddress("52:54:00:12:34:56")
    nic.permanentMACAddress = MACAddress("52:54:00:12:34:57")
    nic.driver = "virtio_net"
    let bond = ManagedLink(names: ["bond0"])
    bond.kind = "bond"
    return [nic, bond, ManagedLink(names: ["lo"])]
  }()
}
