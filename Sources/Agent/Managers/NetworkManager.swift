import Linux
import Managers

/// NetworkManager: its connections in files. Those that it makes by itself for a NIC that has none
/// are no reason to leave a link: it adopts what it finds configured.
enum NetworkManager {
  private static func folders(_ below: String) -> [String] {
    ["/etc", "/run", "/usr/lib"].map { $0 + "/NetworkManager/" + below }
  }

  static func place(of link: ManagedLink, in files: FileTree) -> String? {
    for path in files.layered(folders("system-connections"), ".nmconnection") {
      guard let bytes = files.text(path), ConnectionProfile(SectionFile(bytes)).fits(link)
      else { continue }
      return isUnmanaged(link, files) ? nil : path
    }
    return nil
  }

  private static func isUnmanaged(_ link: ManagedLink, _ files: FileTree) -> Bool {
    var unmanaged = UnmanagedDevices()
    let main = "/etc/NetworkManager/NetworkManager.conf"
    for path in [main] + files.layered(folders("conf.d"), ".conf") {
      if let bytes = files.text(path) { unmanaged.append(SectionFile(bytes)) }
    }
    return unmanaged.contain(link)
  }
}
