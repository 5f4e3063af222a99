/// Where a part of a link stands in its source, for what is found wrong only when all is read. The
/// n-th place of a part of a link belongs to the n-th such part of its configuration.
struct SourcePlace {
  var part: Part
  /// The link's `name` in the configuration.
  var link: String
  var node: YAMLNode

  /// As `NetworkCheck.Part` has them.
  enum Part: Int, CaseIterable {
    case link, address, route, neighbor, nameserver, rule
  }
}
