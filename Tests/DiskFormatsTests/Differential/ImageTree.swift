import Foundation

@testable import DiskFormats

/// What a reader finds under a path of an image.
enum ImageItem: Equatable {
  case directory
  case file([UInt8])
  case symbolicLink
  /// A file that is there in a form which we do not read.
  case unread(Damage.Form)
}

/// All that a reader finds in an image, by path.
typealias ImageTree = [String: ImageItem]

extension ImageTree {
  /// Paths under which two readers do not find the same, each with what they find.
  func differences(to other: ImageTree) -> [String] {
    Set(keys).union(other.keys).sorted().compactMap { path in
      guard self[path] != other[path] else { return nil }
      return "\"\(path)\": ours \(brief(self[path])), theirs \(brief(other[path]))"
    }
  }

  /// With names in which the letters A to Z are small.
  func lowercased() -> ImageTree {
    ImageTree(
      map { (String(decoding: Array($0.key.utf8).asciiLowercased, as: UTF8.self), $0.value) },
      uniquingKeysWith: { first, _ in first })
  }
}

private func brief(_ item: ImageItem?) -> String {
  guard let item else { return "nothing" }
  guard case .file(let bytes) = item else { return "\(item)" }
  return "\(bytes.count) bytes \(bytes.prefix(4))"
}

extension FileSystem where Source.Failure: Equatable {
  /// Everything below the root: the names that the directories' records have, and what a look-up
  /// of each of them leads to.
  func tree() throws -> ImageTree {
    var tree: ImageTree = [:]
    switch layout {
    case .iso9660(let volume):
      try tree.add(volume, names: { try volume.names(in: $0) }, in: volume.root, at: "")
    case .fat(let volume):
      try tree.add(volume, names: { volume.names(in: $0) }, in: volume.root, at: "")
    }
    for (path, item) in tree {
      guard case .file(let bytes) = item else { continue }
      let found = try file(at: path, limit: bytes.count)
      guard found == bytes else { throw Tool.Failed(description: "another file at \"\(path)\"") }
    }
    return tree
  }
}

extension ImageTree {
  fileprivate mutating func add<Volume: DirectoryTree>(
    _ volume: Volume, names: (Directory) throws -> [[UInt8]], in directory: Directory,
    at path: String
  ) throws {
    for name in try names(directory) {
      let path = (path.isEmpty ? "" : path + "/") + String(decoding: name, as: UTF8.self)
      guard let node = try volume.node(name, in: directory) else {
        throw Tool.Failed(description: "no node for \"\(path)\"")
      }
      do {
        if let directory = try volume.directory(node) {
          self[path] = .directory
          try add(volume, names: names, in: directory, at: path)
        } else {
          self[path] = .file(try volume.contents(node))
        }
      } catch FileSystemError<Volume.Source.Failure>.damaged(.notPlain(let form, _)) {
        self[path] = form == .symbolicLink ? .symbolicLink : .unread(form)
      }
    }
  }
}
