import Addresses
import Configuration
import Linux
import Managers
import Network

/// The other programs of the guest that configure links, as their files tell before they run;
/// the files are read once.
final class LinkManagers {
  private let ifupdown: Ifupdown
  private let networkd: Networkd
  private let networkManager: NetworkManager
  private let hasCloudInit: Bool

  init(_ options: Options) {
    ifupdown = Ifupdown(options.files)
    networkd = Networkd(options.files)
    networkManager = NetworkManager(options.files)
    hasCloudInit = CloudInit.configuresNetwork(options)
  }

  /// Who configures the link, by what, and what to do about it; `nil`: nobody does.
  /// `position` is that of the NIC; `nil` for a link that is not there yet.
  func keeper(
    of wanted: LinkConfiguration, _ found: [FoundLink], _ position: Int?
  ) -> String? {
    let link = ManagedLink(names: [])
    link.kind = wanted.kind.kernelName
    if let position {
      let there = found[position]
      link.names.append(there.name)
      link.macAddress = there.macAddress
      link.permanentMACAddress = there.permanentMACAddress
      if let kind = there.kind { link.kind = kind }
      link.isEthernet = there.isEthernet
      link.driver = System.driver(ofLink: there.name)
    }
    if case .none = wanted.match { link.names.append(wanted.name) }
    if let name = wanted.setName { link.names.append(name.text) }
    if let place = ifupdown.file.place(of: link) {
      return Self.words("ifupdown", place, "remove its stanza")
    }
    if let place = networkd.place(of: link) {
      return Self.words("systemd-networkd", place, "set Unmanaged=yes in its [Link]")
    }
    if let place = networkManager.place(of: link) {
      return Self.words("NetworkManager", place, "remove that connection")
    }
    guard hasCloudInit else { return nil }
    return Self.words(
      "cloud-init", nil,
      "write network: {config: disabled} into /etc/cloud/cloud.cfg.d/99-guestagent.cfg")
  }

  @inline(never)
  private static func words(
    _ who: StaticString, _ place: String?, _ remedy: StaticString
  ) -> String {
    let cause = place == nil ? "" : ", which configures it by "
    let text: Message =
      """
      left to \(who.description)\(cause)\(place ?? ""); \
      to give it to guestagent, \(remedy.description)
      """
    return text.text
  }
}

/// Whether a service is there and will run, or runs.
enum Service {
  /// systemd's: enabled by a symbolic link in a folder of wants, or active; unless it is masked.
  /// OpenRC's: in a runlevel.
  static func isUsed(_ name: String, _ files: FileTree) -> Bool {
    let unit = name + ".service"
    // Its own, and where the unit itself lies.
    let folders = words(
      in: """
        /etc/systemd/system/ /run/systemd/system/ /run/systemd/generator/ \
        /usr/lib/systemd/system/ /lib/systemd/system/
        """)
    var isThere = false
    for folder in folders {
      if files.isMask(folder + unit) { return false }
      if files.exists(folder + unit) { isThere = true }
    }
    if isThere {
      if files.isEntry("/run/systemd/units/invocation:" + unit) { return true }
      for folder in folders where files.hasEntry(unit, in: folder, ".wants") { return true }
    }
    return files.hasEntry(name, in: "/etc/runlevels/", "")
  }
}

extension FileTree {
  /// Where the files of packages, of this boot, and of the guest's administrator lie, who wins.
  static func folders(_ below: String) -> [String] {
    var folders: [String] = []
    for folder in words(in: "/etc/ /run/ /usr/local/lib/ /usr/lib/") {
      folders.append(folder + below)
    }
    return folders
  }

  /// Of paths between spaces.
  func hasOne(of paths: StaticString) -> Bool {
    for path in words(in: paths) where exists(path) { return true }
    return false
  }

  /// Also a symbolic link that leads nowhere.
  @inline(never)
  fileprivate func isEntry(_ path: String) -> Bool {
    if case .some(.some) = try? kind(of: path) { true } else { false }
  }

  @inline(never)
  fileprivate func isMask(_ path: String) -> Bool {
    if case .symlink(let target) = try? kind(of: path) { target == "/dev/null" } else { false }
  }

  /// Whether one of the folders of this ending has an entry of the name.
  fileprivate func hasEntry(_ entry: String, in folder: String, _ ending: String) -> Bool {
    for name in names(in: folder)
    where name.hasSuffix(ending) && isEntry(folder + name + "/" + entry) {
      return true
    }
    return false
  }

  /// The paths of the files of this ending in several folders, with slashes at their ends, by
  /// name; the first folder's hides those of its name in later ones, and is left out itself if it
  /// leads to /dev/null.
  func layered(_ folders: [String], _ ending: String) -> [String] {
    var names: [String] = []
    for folder in folders {
      for name in self.names(in: folder) where name.hasSuffix(ending) && !names.contains(name) {
        names.append(name)
      }
    }
    var paths: [String] = []
    for name in names.sorted() {
      for folder in folders where isEntry(folder + name) {
        if !isMask(folder + name) { paths.append(folder + name) }
        break
      }
    }
    return paths
  }

  func sectionFiles(_ below: String, _ ending: String) -> [SectionFile] {
    var read: [SectionFile] = []
    for path in layered(Self.folders(below), ending) {
      if let bytes = text(path) { read.append(SectionFile(bytes, path: path)) }
    }
    return read
  }

  /// A regular file; `nil` if it is none, or cannot be read.
  func text(_ path: String) -> [UInt8]? {
    guard (try? content(of: path)) == .file else { return nil }
    return (try? read(path)) ?? nil
  }
}
