import Addresses
import Configuration
import Linux
import Managers
import Network

/// The other programs of the guest that configure links, as their files tell before they run.
final class LinkManagers {
  private let files: FileTree
  private let ifupdown: Ifupdown?
  /// Those that run, or will.
  private let hasNetworkd: Bool
  private let hasNetworkManager: Bool
  private let hasCloudInit: Bool

  init(_ options: Options) {
    files = options.files
    ifupdown = Ifupdown(files)
    hasNetworkd = Service(files: files, name: "systemd-networkd").isUsed
    hasNetworkManager = Service(files: files, name: "NetworkManager").isUsed
    hasCloudInit = CloudInit(options).configuresNetwork
  }

  /// Who configures the link, by what, and what to do about it; `nil`: nobody does.
  /// `position` is that of the NIC; `nil` for a link that is not there yet.
  func keeper(
    of wanted: LinkConfiguration, _ found: [FoundLink], _ position: Int?
  ) -> String? {
    var link = ManagedLink(names: [])
    link.kind = wanted.kind.name
    if let position {
      let name = found[position].name
      link.names.append(name)
      link.macAddress = found[position].macAddress
      link.permanentMACAddress = found[position].permanentMACAddress
      link.kind = found[position].kind ?? link.kind
      link.isEthernet = found[position].isEthernet
      if hasNetworkd || hasNetworkManager { link.driver = System.driver(ofLink: name) }
    }
    if wanted.match == nil { link.names.append(wanted.name) }
    if let name = wanted.setName { link.names.append(name.text) }
    if let place = ifupdown?.place(of: link) {
      return Self.words("ifupdown", place, "remove its stanza")
    }
    if hasNetworkd, let place = Networkd.place(of: link, in: files) {
      return Self.words("systemd-networkd", place, "set Unmanaged=yes in its [Link]")
    }
    if hasNetworkManager, let place = NetworkManager.place(of: link, in: files) {
      return Self.words("NetworkManager", place, "remove that connection")
    }
    guard hasCloudInit else { return nil }
    return Self.words(
      "cloud-init", nil,
      "write network: {config: disabled} into /etc/cloud/cloud.cfg.d/99-guestagent.cfg")
  }

  private static func words(_ who: String, _ place: String?, _ remedy: String) -> String {
    let cause = place == nil ? "" : ", which configures it by "
    let text: Message =
      "left to \(who)\(cause)\(place ?? ""); to give it to guestagent, \(remedy)"
    return text.text
  }
}

extension LinkConfiguration.Kind {
  fileprivate var name: String? {
    switch self {
    case .ethernet: nil
    case .vlan: "vlan"
    case .bond: "bond"
    case .bridge: "bridge"
    case .dummy: "dummy"
    }
  }
}

/// Whether a service is there and will run, or runs.
struct Service {
  let files: FileTree
  let name: String

  /// systemd's: enabled by a symbolic link in a folder of wants, or active; unless it is masked.
  /// OpenRC's: in a runlevel.
  var isUsed: Bool {
    let unit = name + ".service"
    // Its own, and where the unit itself lies.
    let folders = [
      "/etc/systemd/system/", "/run/systemd/system/", "/run/systemd/generator/",
      "/usr/lib/systemd/system/", "/lib/systemd/system/",
    ]
    if folders.contains(where: { files.kind(of: $0 + unit) == .symlink("/dev/null") }) {
      return false
    }
    if folders.contains(where: { files.exists($0 + unit) }) {
      if files.kind(of: "/run/systemd/units/invocation:" + unit) != nil { return true }
      for folder in folders where hasEntry(unit, in: folder, ".wants") { return true }
    }
    return hasEntry(name, in: "/etc/runlevels/", "")
  }

  /// Whether one of the folders of this ending has an entry of the name.
  private func hasEntry(_ entry: String, in folder: String, _ ending: String) -> Bool {
    files.names(in: folder).contains {
      $0.hasSuffix(ending) && files.kind(of: folder + $0 + "/" + entry) != nil
    }
  }
}

extension FileTree {
  /// The files of this ending in several folders, the first folder's before those of the same name
  /// in later ones, by name; one that leads to /dev/null hides the others, and is left out.
  func layered(_ folders: [String], _ ending: String) -> [String] {
    var names: [String] = []
    var paths: [String] = []
    for folder in folders {
      for name in self.names(in: folder) where name.hasSuffix(ending) && !names.contains(name) {
        names.append(name)
        paths.append(folder + "/" + name)
      }
    }
    return names.indices.sorted { names[$0] < names[$1] }.map { paths[$0] }
      .filter { kind(of: $0) != .symlink("/dev/null") }
  }

  /// A regular file; `nil` if it is none, or cannot be read.
  func text(_ path: String) -> [UInt8]? {
    guard (try? content(of: path)) == .file else { return nil }
    return (try? read(path)) ?? nil
  }
}
