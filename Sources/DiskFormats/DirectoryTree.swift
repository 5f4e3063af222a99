import Bytes

/// Directories below a root, and files in them: what both file systems have in common.
protocol DirectoryTree<Source> {
  associatedtype Source: ByteSource
  /// What a directory says of one file or directory.
  associatedtype Node

  typealias Failure = FileSystemError<Source.Failure>

  var root: Directory { get }

  /// `name` is UTF-8; "." and ".." are never asked for.
  func node(_ name: [UInt8], in directory: Directory) throws(Failure) -> Node?
  /// `nil` if the node is a file.
  func directory(_ node: Node) throws(Failure) -> Directory?
  /// Of a file, in bytes; `nil` if the node is a directory.
  func size(_ node: Node) throws(Failure) -> UInt64?
  func contents(_ node: Node) throws(Failure) -> [UInt8]
}

extension DirectoryTree {
  /// See `FileSystem.file(at:limit:)`.
  func file(at path: String, limit: Int) throws(Failure) -> [UInt8]? {
    let names = path.utf8.split(separator: UInt8(ascii: "/"))
    var directory = root
    for (index, name) in names.enumerated() {
      let name = [UInt8](name)
      guard name != Array(".".utf8), name != Array("..".utf8),
        let node = try node(name, in: directory)
      else { return nil }
      if index < names.count - 1 {
        guard let next = try self.directory(node) else { return nil }
        directory = next
      } else {
        guard let size = try size(node) else { return nil }
        guard size <= UInt64(max(0, limit)) else {
          throw .tooLarge(path: path, bytes: size, limit: limit)
        }
        return try contents(node)
      }
    }
    return nil
  }

  /// Whether the root holds a directory of this name.
  func hasFolder(_ name: String) throws(Failure) -> Bool {
    guard let node = try node([UInt8](name.utf8), in: root) else { return false }
    return try directory(node) != nil
  }
}
