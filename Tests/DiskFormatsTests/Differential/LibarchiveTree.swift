import CArchive
import Foundation

extension ImageTree {
  /// An ISO 9660 image as libarchive reads it: Rock Ridge's names where it is present, otherwise
  /// Joliet's, otherwise the plain ones.
  init(libarchive image: [UInt8]) throws {
    // libarchive turns Joliet's names into those of the thread's locale.
    guard let locale = newlocale(Int32(CARCHIVE_LC_ALL_MASK), "C.UTF-8", nil) else {
      throw Tool.Failed(description: "no locale C.UTF-8")
    }
    let old = uselocale(locale)
    defer {
      uselocale(old)
      freelocale(locale)
    }
    guard let archive = archive_read_new() else { throw Tool.Failed(description: "no archive") }
    defer { archive_read_free(archive) }
    func check(_ status: Int32) throws {
      guard status != ARCHIVE_OK else { return }
      let said = archive_error_string(archive).map { String(cString: $0) } ?? "status \(status)"
      throw Tool.Failed(description: "libarchive: \(said)")
    }
    try check(archive_read_support_format_iso9660(archive))
    self = [:]
    try image.withUnsafeBytes { image in
      try check(archive_read_open_memory(archive, image.baseAddress, image.count))
      var entry: OpaquePointer?
      while true {
        let status = archive_read_next_header(archive, &entry)
        if status == ARCHIVE_EOF { return }
        try check(status)
        guard let name = archive_entry_pathname(entry) else {
          throw Tool.Failed(description: "libarchive: an entry without a name")
        }
        let path = String(cString: name)
        if path == "." { continue }
        if let first = archive_entry_hardlink(entry) {
          self[path] = self[String(cString: first)]
          continue
        }
        switch archive_entry_filetype(entry) & S_IFMT {
        case S_IFDIR: self[path] = .directory
        case S_IFLNK: self[path] = .symbolicLink
        default:
          var bytes = [UInt8](repeating: 0, count: Int(archive_entry_size(entry)))
          let count = archive_read_data(archive, &bytes, bytes.count)
          guard count == bytes.count else { try check(Int32(ARCHIVE_FATAL)); return }
          self[path] = .file(bytes)
        }
      }
    }
  }
}
