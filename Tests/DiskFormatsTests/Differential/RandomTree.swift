import Foundation

/// A tree of files for images, with names of all sorts that Linux allows.
struct RandomTree {
  var random: Seeded
  /// What there is, by path.
  private(set) var files: [String: [UInt8]] = [:]
  private(set) var directories: [String] = []
  /// Symbolic links and where they lead.
  private(set) var links: [String: String] = [:]
  /// Second names of files, by the first.
  private(set) var hardLinks: [String: String] = [:]
  private var taken: Set<String> = []

  enum Names {
    /// As people name the files of a metadata disk.
    case usual
    /// Of any characters, up to 255 bytes of UTF-8.
    case any
    /// Without what FAT's long names forbid, and up to 255 characters.
    case fat
  }

  init(_ seed: UInt64, names: Names) {
    random = Seeded(state: seed)
    grow("", depth: random.pick([1, 2, 2, 3, 4, 12]), names)
    if random.chance(10) { crowd(names) }
    if files.isEmpty { files[path("", names)] = [7] }
  }

  private mutating func grow(_ folder: String, depth: Int, _ names: Names) {
    for _ in 0..<random.number(folder.isEmpty ? 1...10 : 0...5) {
      let path = path(folder, names)
      switch random.number(0...9) {
      case 0...2 where depth > 1:
        directories.append(path)
        grow(path, depth: depth - (random.chance(70) ? 1 : 0), names)
      case 3 where names != .fat:
        links[path] = random.pick(["user-data", "../x", "/etc/hosts", "a/" + folder + "/b"])
      case 4 where names != .fat && !files.isEmpty:
        hardLinks[path] = files.keys.sorted().randomElement(using: &random)!
      default:
        files[path] = contents()
      }
    }
  }

  /// A folder whose entries fill several sectors and clusters.
  private mutating func crowd(_ names: Names) {
    let folder = path("", names)
    directories.append(folder)
    for _ in 0..<random.number(20...250) {
      files[path(folder, names)] = random.chance(80) ? [] : contents()
    }
  }

  private mutating func contents() -> [UInt8] {
    let count = random.pick([0, 1, 17, 511, 512, 513, 2047, 2048, 2049, 4096, 5000, 20_000])
    var byte = UInt8.random(in: 0...255, using: &random)
    let step = UInt8(random.number(1...255))
    return (0..<count).map { index in
      byte = byte &+ step &+ UInt8(truncatingIfNeeded: index >> 8)
      return byte
    }
  }

  private static let usual = [
    "user-data", "meta-data", "network-config", "vendor-data", "openstack", "latest", "content",
    "meta_data.json", "network_data.json", "user_data", "ec2", "0000", "README", "Setup.EXE",
    "a.b.c", ".hidden", "file.with.dots.", "no ending", "UPPER.TXT", "lower.txt", "MiXed.TxT",
  ]
  private static let ascii = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
  private static let marks: [Names: [Character]] = [
    .usual: Array("-_."), .any: Array("-_. +=~!#$%&'()@[]^`{},;:*?\"<>|\\"),
    .fat: Array("-_. +=~!#$%&'()@[]^`{},;"),
  ]
  private static let beyond = Array("äöüßéñÅøΩжя日本語漢字한글")

  /// A name that its folder has not, in any case of its letters.
  private mutating func path(_ folder: String, _ names: Names) -> String {
    while true {
      var name = random.chance(25) ? random.pick(Self.usual) : self.name(names)
      while name.utf8.count > (names == .usual ? 60 : 255) { name.removeLast() }
      // FAT has no names that end in dots or spaces.
      if names == .fat { while let last = name.last, " .".contains(last) { name.removeLast() } }
      guard !name.isEmpty, name != ".", name != ".." else { continue }
      let path = folder.isEmpty ? name : folder + "/" + name
      guard path.utf8.count < 1500, taken.insert(path.lowercased()).inserted else { continue }
      return path
    }
  }

  private mutating func name(_ names: Names) -> String {
    let length = random.pick([1, 3, 8, 9, 12, 13, 26, 31, 32, 64, 65, 103, 128, 255])
    let dots = random.number(0...2)
    var name = String(
      (0..<random.number(1...length)).map { _ in
        if names != .usual, random.chance(10) { return random.pick(Self.beyond) }
        return random.pick(random.chance(10) ? Self.marks[names]! : Self.ascii)
      })
    for _ in 0..<dots {
      let place = name.index(name.startIndex, offsetBy: random.number(0...name.count))
      name.insert(".", at: place)
    }
    return name
  }

  /// Writes the tree into the folder "tree".
  func write(into folder: Folder) throws {
    let top = folder.url.path + "/tree"
    try FileManager.default.createDirectory(atPath: top, withIntermediateDirectories: true)
    for path in directories where mkdir("\(top)/\(path)", 0o755) != 0 { throw failure(path) }
    for (path, bytes) in files {
      let file = open("\(top)/\(path)", O_WRONLY | O_CREAT | O_EXCL, 0o644)
      guard file >= 0, Glibc.write(file, bytes, bytes.count) == bytes.count else {
        throw failure(path)
      }
      close(file)
    }
    for (path, target) in links where symlink(target, "\(top)/\(path)") != 0 {
      throw failure(path)
    }
    for (path, first) in hardLinks where link("\(top)/\(first)", "\(top)/\(path)") != 0 {
      throw failure(path)
    }
  }

  private func failure(_ path: String) -> Tool.Failed {
    Tool.Failed(description: "cannot make \"\(path)\": \(String(cString: strerror(errno)))")
  }
}
