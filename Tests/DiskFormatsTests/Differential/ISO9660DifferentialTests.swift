import Bytes
import Testing

@testable import DiskFormats

extension FileSystem {
  fileprivate var names: String {
    guard case .iso9660(let volume) = layout else { return "" }
    return switch volume.names {
    case .rockRidge: "rock-ridge"
    case .joliet: "joliet"
    case .plain: "plain"
    }
  }
}

extension ISO9660 {
  /// The names that a directory's records have, as they are looked up.
  func names(in directory: Directory) throws -> [[UInt8]] {
    var names: [[UInt8]] = []
    var records = DirectoryRecords(directory)
    while let record = try records.next() {
      if record.isSelfOrParent || record.isAssociated { continue }
      var last = record
      while last.isContinued { last = try #require(try records.next()) }
      switch self.names {
      case .rockRidge(let rockRidge):
        names.append(try rockRidge.name(of: record) ?? PlainName(record.name).bytes)
      case .joliet: names.append(PlainName.withoutVersion(utf8(bigEndianUTF16: record.name)))
      case .plain: names.append(PlainName(record.name).bytes)
      }
    }
    return names
  }
}

/// Where libarchive 3.6 reads an image otherwise than we and Linux do, and why.
enum LibarchiveDifference {
  /// It hides the folder into which a writer has moved the directories that lie too deep; there
  /// they are found as well, and so they are by us.
  static func isMoved(_ path: String) -> Bool {
    let top = path.split(separator: "/")[0]
    return top == "rr_moved" || top == ".rr_moved"
  }

  /// It keeps 103 characters (UTF-16) of a name of Joliet, which has no more by the rules; xorriso
  /// writes up to 110.
  static func cut(_ name: Substring) -> String {
    String(decoding: name.utf16.prefix(103), as: UTF16.self)
  }
}

extension ImageTree {
  /// By the rules of `LibarchiveDifference`.
  fileprivate func asLibarchiveHasIt(isJoliet: Bool) -> ImageTree {
    var tree: ImageTree = [:]
    for (path, item) in self where !LibarchiveDifference.isMoved(path) {
      let names = path.split(separator: "/")
      tree[isJoliet ? names.map(LibarchiveDifference.cut).joined(separator: "/") : path] = item
    }
    return tree
  }
}

@Test func `libarchive finds in ISO images what we find`() throws {
  let cases = Cases(100)
  var figures = Figures("ISO 9660 images and libarchive")
  for seed in cases.seeds {
    let folder = try Folder()
    let image: RandomISO
    do {
      image = try RandomISO(seed, in: folder)
    } catch let error as Tool.Failed {
      figures.count("not made")
      print("seed \(seed): \(error.description.prefix(300))")
      continue
    }
    let volume = try #require(try FileSystem(ByteArraySource(image.bytes)))
    let ours = try volume.tree()
    let source = "seed \(seed): \(image.words.joined(separator: " "))"
    let theirs: ImageTree
    do {
      theirs = try ImageTree(libarchive: image.bytes)
    } catch let error as Tool.Failed {
      // genisoimage 1.1.11 at level 4 loses the end of Rock Ridge's longest names: libarchive
      // refuses such an image, and we read the name as far as it goes.
      let isKnown = image.words[0] == "genisoimage" && image.words.contains("4")
        && error.description.contains("SUSP \"CE\"")
      #expect(isKnown, "\(source): \(error)")
      figures.count("refused by libarchive")
      continue
    }
    if volume.names == "rock-ridge" {
      let put = ImageTree(image.tree, below: image.place)
      #expect(ours.asLibarchiveHasIt(isJoliet: false).differences(to: put) == [], "\(source)")
    }
    let alike = ours.asLibarchiveHasIt(isJoliet: volume.names == "joliet")
    let differences = alike.differences(to: theirs)
    #expect(differences == [], "\(source)")
    let same = alike == ours ? "the same" : "the same by rule"
    figures.count(differences.isEmpty ? same : "different")
    figures.count("paths", theirs.count)
    figures.count(volume.names)
    let place = folder.url.appendingPathComponent("image")
    try KeptImages().keep(place, ours, as: "iso9660-\(volume.names)-\(seed)")
  }
  figures.report(cases, most: "the same", "the same by rule")
}
