import Configuration

/// The places that a reader has noted, by part and link.
struct SourcePlaces {
  private struct Key: Hashable {
    let part: SourcePlace.Part
    let link: String
  }

  /// Of the source as a whole.
  let whole: Place
  private let reader: YAMLReader?
  private var nodes: [Key: [YAMLNode]] = [:]

  init(_ reader: YAMLReader) {
    whole = Place(reader.file)
    self.reader = reader
    for place in reader.places ?? [] {
      nodes[Key(part: place.part, link: place.link), default: []].append(place.node)
    }
  }

  /// Of a source that has no lines.
  init(_ whole: Place) {
    self.whole = whole
    reader = nil
  }

  /// Of the link's n-th such part; where none was noted the link's own, else the whole source.
  subscript(_ part: SourcePlace.Part, _ link: LinkConfiguration, _ index: Int) -> Place {
    guard let reader else { return whole }
    if let nodes = nodes[Key(part: part, link: link.name)], index < nodes.count {
      return reader.place(nodes[index])
    }
    return nodes[Key(part: .link, link: link.name)]?.first.map { reader.place($0) } ?? whole
  }
}
