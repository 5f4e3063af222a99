import Bytes
import Foundation
import Testing

@testable import DiskFormats

extension FAT {
  /// The names of a directory's entries: the long ones where there are any.
  func names(in directory: Directory) -> [[UInt8]] {
    var names: [[UInt8]] = []
    var entries = DirectoryEntries(directory, boot.kind)
    while let entry = entries.next() {
      let name = entry.longName ?? entry.shortName
      if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
    }
    return names
  }
}

extension ImageTree {
  /// A folder of this machine.
  init(folder: String) throws {
    self = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      var isDirectory: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isDirectory)
      let url = URL(fileURLWithPath: "\(folder)/\(path)")
      self[path] = isDirectory.boolValue ? .directory : .file([UInt8](try Data(contentsOf: url)))
    }
  }

  /// What went into an image, below a folder of it.
  init(_ tree: RandomTree, below folder: String = "") {
    self = [:]
    var above = ""
    for name in folder.split(separator: "/") {
      above += above.isEmpty ? String(name) : "/" + name
      self[above] = .directory
    }
    let start = folder.isEmpty ? "" : folder + "/"
    for path in tree.directories { self[start + path] = .directory }
    for (path, bytes) in tree.files { self[start + path] = .file(bytes) }
    for path in tree.links.keys { self[start + path] = .symbolicLink }
    for (path, first) in tree.hardLinks { self[start + path] = self[start + first] }
  }
}

@Test func `mtools finds in FAT volumes what we find, and what was put there`() throws {
  let cases = Cases(60)
  var figures = Figures("FAT volumes and mtools")
  for seed in cases.seeds {
    let folder = try Folder()
    let image: RandomFAT
    do {
      image = try RandomFAT(seed, in: folder)
    } catch let error as Tool.Failed {
      figures.count("not made")
      print("seed \(seed): \(error)")
      continue
    }
    let source = "seed \(seed): mkfs.vfat \(image.words.joined(separator: " "))"
    let volume = try #require(try FileSystem(FileSource(image.url)), "\(source)")
    // Names of one case have none in the entry, and are found in any.
    let found = try volume.tree()
    let ours = found.lowercased()
    defer { try? KeptImages().keep(image.url, found, as: "vfat-\(image.bits)-\(seed)") }
    #expect(ours.differences(to: ImageTree(image.tree).lowercased()) == [], "\(source)")
    figures.count("FAT\(image.bits)")
    figures.count("paths", ours.count)
    guard image.bits != 32 || image.clusters >= 65525 else {
      figures.count("not for mtools")
      continue
    }
    try FileManager.default.createDirectory(
      atPath: folder.url.path + "/out", withIntermediateDirectories: true)
    try Tool.mcopy(["-s", "-n", "-i", "image", "::/", "out"], in: folder.url)
    let theirs = try ImageTree(folder: folder.url.path + "/out").lowercased()
    let differences = ours.differences(to: theirs)
    #expect(differences == [], "\(source)")
    figures.count(differences.isEmpty ? "the same" : "different")
  }
  figures.report(cases, most: "the same")
}
