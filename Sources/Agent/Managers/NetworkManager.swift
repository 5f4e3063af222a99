import Linux
import Managers

/// NetworkManager: its connections in files. Those that it makes by itself for a NIC that has none
/// are no reason to leave a link: it adopts what it finds configured. Which devices it is told to
/// leave unmanaged is not looked at: a connection for one asks for it all the same.
struct NetworkManager {
  private var profiles: [SectionFile] = []

  /// Without any connection if it does not run.
  init(_ files: FileTree) {
    guard Service.isUsed("NetworkManager", files) else { return }
    profiles = files.sectionFiles("NetworkManager/system-connections/", ".nmconnection")
  }

  func place(of link: ManagedLink) -> String? {
    for profile in profiles where profile.isProfile(of: link) { return profile.path }
    return nil
  }
}
