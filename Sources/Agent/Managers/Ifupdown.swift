import Addresses
import Configuration
import Linux
import Managers

/// ifupdown, ifupdown-ng or busybox's ifup: what /etc/network/interfaces brings up.
struct Ifupdown {
  private var all = InterfacesFile([])
  private var bytesLeft = 1 << 21

  private static var path: String { "/etc/network/interfaces" }

  /// `nil`: it is not installed.
  init?(_ files: FileTree) {
    guard ["/sbin/ifup", "/usr/sbin/ifup"].contains(where: files.exists) else { return nil }
    read(Self.path, files, depth: 0)
  }

  /// The file and line of the first stanza that configures the link.
  func place(of link: ManagedLink) -> String? {
    all.stanza(of: link).map { ("\($0.path):\($0.line)" as Message).text }
  }

  /// Files may include one another in a circle.
  private mutating func read(_ path: String, _ files: FileTree, depth: Int) {
    guard depth < 8, bytesLeft > 0, let bytes = files.text(path) else { return }
    bytesLeft -= bytes.count + 4096
    let file = InterfacesFile(bytes, path: path)
    all.append(file)
    // A folder of files: the line says so by a slash at the end.
    for source in file.sources where bytesLeft > 0 {
      for included in files.paths(fitting: source) {
        guard included.hasSuffix("/") else {
          read(included, files, depth: depth + 1)
          continue
        }
        for name in files.names(in: included) where name.utf8.allSatisfy(isPlain) {
          read(included + name, files, depth: depth + 1)
        }
      }
    }
  }

  /// In the name of a file that `source-directory` reads. Source: interfaces(5).
  private func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}

extension FileTree {
  /// The paths that fit one with shell wildcards, which do not stand for a dot that begins a name.
  fileprivate func paths(fitting pattern: String) -> [String] {
    var paths = [""]
    for part in pattern.utf8.split(separator: UInt8(ascii: "/")) {
      let glob = Glob(String(Substring(part)))
      var longer: [String] = []
      // Wildcards with `..` between them fit without end.
      for folder in paths where longer.count < 1024 {
        if glob.isPattern {
          for name in names(in: folder)
          where name.hasPrefix(".") == glob.pattern.hasPrefix(".") && glob.matches(name) {
            longer.append(folder + "/" + name)
          }
        } else {
          longer.append(folder + "/" + glob.pattern)
        }
      }
      paths = longer
    }
    if pattern.hasSuffix("/") { paths = paths.map { $0 + "/" } }
    return paths
  }
}
