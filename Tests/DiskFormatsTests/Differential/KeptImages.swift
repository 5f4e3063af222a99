import Foundation

/// A folder, named by GUESTAGENT_IMAGES, in which images are left with what we find in them: for
/// the test that has them read by Linux in a machine.
///
///     iso9660-joliet-6/image
///     iso9660-joliet-6/tree/user-data
struct KeptImages {
  private let folder = ProcessInfo.processInfo.environment["GUESTAGENT_IMAGES"]

  func keep(_ image: URL, _ tree: ImageTree, as name: String) throws {
    guard let folder else { return }
    let files = FileManager.default
    let place = URL(fileURLWithPath: folder).appendingPathComponent(name)
    let top = place.appendingPathComponent("tree")
    try files.createDirectory(at: top, withIntermediateDirectories: true)
    try files.moveItem(at: image, to: place.appendingPathComponent("image"))
    for (path, item) in tree.sorted(by: { $0.key < $1.key }) {
      let place = top.path + "/" + path
      switch item {
      case .directory: mkdir(place, 0o755)
      case .file(let bytes): try Data(bytes).write(to: URL(fileURLWithPath: place))
      case .symbolicLink: symlink("somewhere", place)
      case .unread: throw Tool.Failed(description: "nothing to keep of \"\(path)\"")
      }
    }
  }
}
