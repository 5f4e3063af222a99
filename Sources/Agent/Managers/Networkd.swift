import Linux
import Managers

/// systemd-networkd: the first of its `.network` files, by name, that fits a link.
enum Networkd {
  /// The first folder wins where two have a file of one name. Source: systemd.network(5).
  private static func folders(_ below: String) -> [String] {
    ["/etc", "/run", "/usr/local/lib", "/usr/lib"].map { $0 + "/systemd/network" + below }
  }

  static func place(of link: ManagedLink, in files: FileTree) -> String? {
    for path in files.layered(folders(""), ".network") {
      guard let bytes = files.text(path) else { continue }
      var file = SectionFile(bytes)
      let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[$0...] } ?? ""
      for dropIn in files.layered(folders(name + ".d"), ".conf") {
        if let bytes = files.text(dropIn) { file.append(SectionFile(bytes)) }
      }
      let network = NetworkFile(file)
      if network.fits(link) { return network.isUnmanaged ? nil : path }
    }
    return nil
  }
}
