import Foundation

/// An ISO 9660 image of a random tree by a random maker with random options.
struct RandomISO {
  let words: [String]
  let bytes: [UInt8]
  let tree: RandomTree
  /// The folder of the image in which it is.
  let place: String

  init(_ seed: UInt64, in folder: Folder) throws {
    var random = Seeded(state: ~seed)
    tree = RandomTree(seed, names: random.chance(70) ? .any : .usual)
    try tree.write(into: folder)
    let tool: Tool = random.chance(60) ? .genisoimage : .xorriso
    var words = tool == .xorriso ? ["-as", "mkisofs"] : ["-quiet"]
    words += tool == .xorriso ? Self.xorriso(&random) : Self.genisoimage(&random)
    if random.chance(50) { words += ["-V", random.pick(["cidata", "CONFIG-2", "a b", ""])] }
    words += ["-o", "image"]
    place = random.chance(25) ? "put/there" : ""
    words += place.isEmpty ? ["tree"] : ["-graft-points", "\(place)=tree"]
    self.words = [tool.rawValue] + words
    try tool(words, in: folder.url)
    bytes = try folder.bytes(of: "image")
  }

  private static func genisoimage(_ random: inout Seeded) -> [String] {
    var words = random.pick([["-r"], ["-R"], ["-r", "-D"], ["-R", "-hide-rr-moved"], [], []])
    words += random.pick([["-J"], ["-J", "-joliet-long"], []])
    let level = random.number(0...4)
    if level > 0 { words += ["-iso-level", "\(level)"] }
    // At level 4 it would have the plain names in this character set, too, and cannot.
    if level < 4 { words += ["-input-charset", "utf8"] }
    for option in [
      "-l", "-L", "-d", "-N", "-allow-lowercase", "-allow-multidot", "-relaxed-filenames",
      "-no-iso-translate", "-no-pad", "-pad", "-U",
    ] where random.chance(8) { words.append(option) }
    return words
  }

  private static func xorriso(_ random: inout Seeded) -> [String] {
    var words = random.pick([["-r"], ["-R"], ["--norock"], ["--norock"], []])
    words += random.pick([["-J"], ["-J", "-joliet-long"], []])
    words += random.pick([[], ["-iso-level", "\(random.number(1...4))"]])
    for option in [
      "-l", "-L", "-d", "-N", "-allow-lowercase", "-allow-multidot", "-relaxed-filenames",
      "-no-pad", "-pad", "-U", "-D", "--hardlinks", "--emul-toc",
    ] where random.chance(8) { words.append(option) }
    return words
  }
}
