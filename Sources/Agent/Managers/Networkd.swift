import Linux
import Managers

/// systemd-networkd: the first of its `.network` files, by name, that fits a link.
struct Networkd {
  private var networks: [(path: String, file: NetworkFile)] = []

  /// The first folder wins where two have a file of one name. Source: systemd.network(5).
  private static var folders: [String] {
    ["/etc", "/run", "/usr/local/lib", "/usr/lib"].map { "\($0)/systemd/network" }
  }

  /// `nil`: it does not run, and will not.
  init?(_ files: FileTree) {
    guard Service(files: files, name: "systemd-networkd").isUsed else { return nil }
    for path in files.layered(Self.folders, ".network") {
      guard let bytes = files.text(path) else { continue }
      var file = SectionFile(bytes)
      let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[$0...] } ?? ""
      for dropIn in files.layered(Self.folders.map { "\($0)\(name).d" }, ".conf") {
        if let bytes = files.text(dropIn) { file.append(SectionFile(bytes)) }
      }
      networks.append((path, NetworkFile(file)))
    }
  }

  var asksForDriver: Bool { networks.contains { $0.file.asksForDriver } }

  func place(of link: ManagedLink) -> String? {
    guard let first = networks.first(where: { $0.file.fits(link) }), !first.file.isUnmanaged
    else { return nil }
    return first.path
  }
}
