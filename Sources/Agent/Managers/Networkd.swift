import Configuration
import Linux
import Managers

/// systemd-networkd: the first of its `.network` files, by name, that fits a link.
struct Networkd {
  private var networks: [SectionFile] = []

  /// Without any file if it does not run.
  init(_ files: FileTree) {
    guard Service.isUsed("systemd-networkd", files) else { return }
    networks = files.sectionFiles("systemd/network/", ".network")
    for network in networks {
      let dropIns = "systemd/network/\(network.name).d/" as Message
      for path in files.layered(FileTree.folders(dropIns.text), ".conf") {
        network.append(files.text(path) ?? [])
      }
    }
  }

  func place(of link: ManagedLink) -> String? {
    for network in networks where network.isNetwork(of: link) {
      return network.isUnmanaged ? nil : network.path
    }
    return nil
  }
}
