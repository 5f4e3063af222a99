import Addresses
import Bytes
import Configuration
import Linux
import Managers
import Network

/// The other programs of the guest that configure links, as their files tell before they run.
struct LinkManagers {
  private let ifupdown: Ifupdown?
  private let networkd: Networkd?
  private let networkManager: NetworkManager?
  private let hasCloudInit: Bool
  private let asksForDriver: Bool

  init(_ options: Options) {
    let files = options.files
    ifupdown = Ifupdown(files)
    networkd = Networkd(files)
    networkManager = NetworkManager(files)
    hasCloudInit = CloudInit(options).configuresNetwork
    asksForDriver = (networkd?.asksForDriver ?? false) || (networkManager?.asksForDriver ?? false)
  }

  /// Who configures the link, by what, and what to do about it; `nil`: nobody does.
  /// `found` is `nil` for a link that is not there yet.
  func keeper(of wanted: LinkConfiguration, _ found: FoundLink?) -> String? {
    var link = ManagedLink(names: found.map { [$0.name] } ?? [])
    if wanted.match == nil { link.names.append(wanted.name) }
    if let name = wanted.setName { link.names.append(name.text) }
    link.macAddress = found?.macAddress
    link.permanentMACAddress = found?.permanentMACAddress
    link.kind = found?.kind ?? wanted.kind.name
    link.isEthernet = found?.isEthernet ?? true
    if asksForDriver, let found { link.driver = System.driver(ofLink: found.name) }
    if let place = ifupdown?.place(of: link) {
      return Self.words("ifupdown", place, "remove its stanza")
    }
    if let place = networkd?.place(of: link) {
      return Self.words("systemd-networkd", place, "set Unmanaged=yes in its [Link]")
    }
    if let place = networkManager?.place(of: link) {
      return Self.words("NetworkManager", place, "remove that connection")
    }
    guard hasCloudInit else { return nil }
    return Self.words(
      "cloud-init", nil, "write network: {config: disabled} into \(CloudInit.remedy)")
  }

  private static func words(_ who: String, _ place: String?, _ remedy: String) -> String {
    let cause = place.map { ", which configures it by \($0)" } ?? ""
    return "left to \(who)\(cause); to give it to guestagent, \(remedy)"
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
    let unit = "\(name).service"
    let places = ["/etc/systemd/system", "/run/systemd/system"]
    if places.contains(where: { files.kind(of: "\($0)/\(unit)") == .symlink("/dev/null") }) {
      return false
    }
    let isThere = (places + ["/usr/lib/systemd/system", "/lib/systemd/system"])
      .contains { files.exists("\($0)/\(unit)") }
    if isThere {
      let wants = places + ["/run/systemd/generator", "/usr/lib/systemd/system"]
      if wants.contains(where: { isWanted(unit, in: $0) }) { return true }
      if files.kind(of: "/run/systemd/units/invocation:\(unit)") != nil { return true }
    }
    return files.names(in: "/etc/runlevels").contains {
      files.kind(of: "/etc/runlevels/\($0)/\(name)") != nil
    }
  }

  private func isWanted(_ unit: String, in folder: String) -> Bool {
    files.names(in: folder).contains {
      ($0.hasSuffix(".wants") || $0.hasSuffix(".requires"))
        && files.kind(of: "\(folder)/\($0)/\(unit)") != nil
    }
  }
}

extension FileTree {
  /// The files of this ending in several folders, the first folder's before those of the same name
  /// in later ones, by name; one that leads to /dev/null hides the others, and is left out.
  func layered(_ folders: [String], _ ending: String) -> [String] {
    var found: [(name: String, path: String)] = []
    for folder in folders {
      for name in names(in: folder) where name.hasSuffix(ending) {
        if found.contains(where: { $0.name == name }) { continue }
        found.append((name, "\(folder)/\(name)"))
      }
    }
    return found.ordered { $0.name < $1.name }.map { $0.path }
      .filter { kind(of: $0) != .symlink("/dev/null") }
  }

  /// A regular file; `nil` if it is none, or cannot be read.
  func text(_ path: String) -> [UInt8]? {
    guard (try? content(of: path)) == .file else { return nil }
    return (try? read(path)) ?? nil
  }
}
