import Check
import Metadata

extension Target {
  /// `guestagent check`: the first byte says what the rest is, as a file's name does; each finding
  /// is shown with the line that it is in.
  static let check = Target(
    name: "check", longest: 1024, memory: .document, work: .plan
  ) { bytes in
    guard let first = bytes.first else { return }
    let kinds = MetadataKind.allCases
    let text = [UInt8](bytes.dropFirst())
    let number = Int(first) % (kinds.count + 1)
    guard let kind = number < kinds.count ? kinds[number] : MetadataKind(content: text) else {
      return
    }
    let file = MetadataFile(name: "file", kind: kind, bytes: text)
    var excerpts = SourceExcerpts(text)
    for finding in Metadata.check([file], in: "folder") {
      let place = finding.diagnostic.place
      guard place.source == file.name, let line = place.line, let column = place.column else {
        continue
      }
      expect(line >= 1 && column >= 1, "a finding is before the beginning")
      guard let shown = excerpts.excerpt(line: line, column: column) else { continue }
      expect(!shown.line.utf8.contains { $0 < 9 || $0 == 10 }, "a line is shown as it lies there")
      expect(shown.mark.last == "^", "no character is marked")
    }
  }
}
