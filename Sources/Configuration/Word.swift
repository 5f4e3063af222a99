/// Text that is looked up among words: `switch Word(key) { case "mtu": ... }`. Each word is handed
/// over as it lies in the program; a switch over a String has one made, and given back, for each of
/// the hundreds of words that sources and commands are made of.
public struct Word {
  public let text: String

  public init(_ text: String) {
    self.text = text
  }

  @inline(never)
  public static func ~= (spelling: StaticString, word: Word) -> Bool {
    spelling.description == word.text
  }
}

/// A list of words with a blank or a line's end between two: each word of an array would be made by
/// code of its own.
@inline(never)
public func wordList(_ list: StaticString) -> [String] {
  list.description.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    .map { String(Substring($0)) }
}
