import Configuration

/// The places that a reader has noted, by link and part.
struct SourcePlaces {
  /// Of the source as a whole.
  let whole: Place
  private let reader: YAMLReader?
  private var links: [String: Int] = [:]
  /// Of each link, of each part.
  private var nodes: [[[YAMLNode]]] = []

  init(_ reader: YAMLReader) {
    whole = Place(reader.file)
    self.reader = reader
    for place in reader.places ?? [] {
      let link = links[place.link] ?? nodes.count
      if link == nodes.count {
        links[place.link] = link
        nodes.append([[YAMLNode]](repeating: [], count: SourcePlace.Part.allCases.count))
      }
      nodes[link][place.part.rawValue].append(place.node)
    }
  }

  /// Of a source that has no lines.
  init(_ whole: Place) {
    self.whole = whole
    reader = nil
  }

  /// Of the link's n-th such part; where none was noted the link's own, else the whole source.
  func place(_ part: SourcePlace.Part, _ link: LinkConfiguration, _ index: Int) -> Place {
    guard let reader, let nodes = links[link.name].map({ nodes[$0] }) else { return whole }
    let ofPart = nodes[part.rawValue]
    let node = index < ofPart.count ? ofPart[index] : nodes[SourcePlace.Part.link.rawValue].first
    return node.map { reader.place($0) } ?? whole
  }
}
