import Linux
import Managers

/// NetworkManager: its connections in files. Those that it makes by itself for a NIC that has none
/// are no reason to leave a link: it adopts what it finds configured.
struct NetworkManager {
  private var connections: [(path: String, profile: ConnectionProfile)] = []
  private let unmanaged: UnmanagedDevices

  private static var folders: [String] { ["/etc", "/run", "/usr/lib"].map { "\($0)/NetworkManager" } }

  /// `nil`: it does not run, and will not.
  init?(_ files: FileTree) {
    guard Service(files: files, name: "NetworkManager").isUsed else { return nil }
    let paths =
      ["/etc/NetworkManager/NetworkManager.conf"]
      + files.layered(Self.folders.map { "\($0)/conf.d" }, ".conf")
    unmanaged = UnmanagedDevices(paths.compactMap { files.text($0).map { SectionFile($0) } })
    for path in files.layered(
      Self.folders.map { "\($0)/system-connections" }, ".nmconnection")
    {
      guard let bytes = files.text(path) else { continue }
      connections.append((path, ConnectionProfile(SectionFile(bytes))))
    }
  }

  var asksForDriver: Bool { unmanaged.asksForDriver }

  func place(of link: ManagedLink) -> String? {
    guard let first = connections.first(where: { $0.profile.fits(link) }),
      !unmanaged.contain(link)
    else { return nil }
    return first.path
  }
}
