import Linux
import Managers

/// NetworkManager: its connections in files. Those that it makes by itself for a NIC that has none
/// are no reason to leave a link: it adopts what it finds configured.
struct NetworkManager {
  private var profiles: [SectionFile] = []
  private let settings = SectionFile([])

  /// Without any connection if it does not run.
  init(_ files: FileTree) {
    guard Service.isUsed("NetworkManager", files) else { return }
    profiles = files.sectionFiles("NetworkManager/system-connections/", ".nmconnection")
    settings.append(files.text("/etc/NetworkManager/NetworkManager.conf") ?? [])
    for path in files.layered(FileTree.folders("NetworkManager/conf.d/"), ".conf") {
      settings.append(files.text(path) ?? [])
    }
  }

  func place(of link: ManagedLink) -> String? {
    for profile in profiles where profile.isProfile(of: link) {
      return settings.leavesUnmanaged(link) ? nil : profile.path
    }
    return nil
  }
}
