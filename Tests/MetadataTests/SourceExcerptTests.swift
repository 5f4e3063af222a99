import Check
import Testing

@Suite struct SourceExcerptTests {
  private func excerpt(_ text: String, _ line: Int, _ column: Int) -> String? {
    var excerpts = SourceExcerpts([UInt8](text.utf8))
    return excerpts.excerpt(line: line, column: column).map { "\($0.line)\n\($0.mark)" }
  }

  @Test(arguments: [
    ("a: b\nc: d\n", 2, 4, "c: d\n   ^"),
    ("a: b\nc: d", 2, 4, "c: d\n   ^"),
    ("a: b\r\nc: d\r\n", 1, 4, "a: b\n   ^"),
    ("\ta:\tb\n", 1, 5, "\ta:\tb\n\t  \t^"),
    ("ä: ö\n", 1, 4, "ä: ö\n   ^"),
    ("a: \u{1B}[2J\n", 1, 4, "a: ?[2J\n   ^"),
    ("a: b\n", 1, 9, "a: b\n    ^"),
    ("a: b\n", 2, 1, "\n^"),
    ("a: b\n", 3, 1, nil),
    ("", 1, 1, "\n^"),
  ] as [(String, Int, Int, String?)])
  func `the mark is below the character`(text: String, line: Int, column: Int, shown: String?) {
    #expect(excerpt(text, line, column) == shown)
  }

  @Test func `a long line is cut to what surrounds the mark`() {
    let text = String(repeating: "0123456789", count: 20)
    #expect(excerpt(text, 1, 5) == String(text.prefix(76)) + "...\n    ^")
    let cut = text.dropFirst(90 - 1 - 40).prefix(76)
    let mark = String(repeating: " ", count: 43) + "^"
    #expect(excerpt(text, 1, 90) == "...\(cut)...\n\(mark)")
  }

  @Test func `bytes that are no text are shown as question marks`() {
    var excerpts = SourceExcerpts([0x61, 0xFF, 0xC3, 0x28, 0x62])
    let found = excerpts.excerpt(line: 1, column: 5)
    #expect(found?.line == "a??(b")
    #expect(found?.mark == "    ^")
  }

  @Test func `places may come in any order`() {
    var excerpts = SourceExcerpts([UInt8]("a\nb\nc\n".utf8))
    #expect([3, 1, 2].map { excerpts.excerpt(line: $0, column: 1)?.line } == ["c", "a", "b"])
  }
}
