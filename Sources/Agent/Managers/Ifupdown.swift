import Addresses
import Linux
import Managers

/// ifupdown, ifupdown-ng or busybox's ifup: what /etc/network/interfaces brings up.
struct Ifupdown {
  private(set) var file = InterfacesFile()
  private var bytesLeft = 1 << 21

  /// Without any stanza if it is not installed.
  init(_ files: FileTree) {
    if files.hasOne(of: "/sbin/ifup /usr/sbin/ifup") {
      read("/etc/network/interfaces", files, depth: 0)
    }
  }

  /// Files may include one another in a circle.
  private mutating func read(_ path: String, _ files: FileTree, depth: Int) {
    guard depth < 8, bytesLeft > 0, let bytes = files.text(path) else { return }
    bytesLeft -= bytes.count + 4096
    file.append(bytes, path: path)
    for source in file.sources where bytesLeft > 0 {
      for included in files.paths(fitting: source) {
        read(included, files, depth: depth + 1)
      }
    }
  }
}

extension FileTree {
  /// The paths that fit one with shell wildcards, which do not stand for a dot that begins a name;
  /// for one with a slash at the end the files of that folder whose names are plain.
  fileprivate func paths(fitting pattern: String) -> [String] {
    var paths = [""]
    for part in words([UInt8](pattern.utf8), UInt8(ascii: "/")) {
      let glob = Glob(part)
      var longer: [String] = []
      // Wildcards with `..` between them fit without end.
      for folder in paths where longer.count < 1024 {
        if !glob.isPattern {
          longer.append(folder + "/" + part)
          continue
        }
        for name in names(in: folder) where isHidden(name) == isHidden(part) && glob.matches(name) {
          longer.append(folder + "/" + name)
        }
      }
      paths = longer
    }
    if pattern.utf8.last != UInt8(ascii: "/") { return paths }
    var inside: [String] = []
    for folder in paths {
      for name in names(in: folder) where isPlain(name) { inside.append(folder + "/" + name) }
    }
    return inside
  }

  private func isHidden(_ name: String) -> Bool { name.utf8.first == UInt8(ascii: ".") }

  /// What `source-directory` reads. Source: interfaces(5).
  private func isPlain(_ name: String) -> Bool {
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        break
      default: return false
      }
    }
    return true
  }
}
