import Configuration

/// The tree of one YAML file, flat: nodes lie in the order of the file, a collection before its
/// children, so that a tree of a million nodes is two allocations. All scalars are text; what a
/// text means is decided by the key that it stands under.
struct YAMLDocument {
  /// 20 bytes.
  struct Node {
    var kind: Kind
    /// Of a scalar: where its text begins in `text`. Of an alias: the node it stands for.
    var start: UInt32 = 0
    /// Of a scalar: where its text ends. Of a collection: the node after its last descendant.
    var end: UInt32 = 0
    /// From 1.
    var line: UInt32
    var column: UInt32
  }

  enum Kind: UInt8 {
    /// Text without quotes, on which readers of YAML 1.1 guess a type.
    case plain
    case quoted
    case list
    case mapping
    case alias
  }

  var nodes: [Node] = []
  /// The texts of all scalars, one after the other, in UTF-8.
  var text: [UInt8] = []

  /// The first node; `nil` in a file without one (empty, or comments only).
  var root: YAMLNode? { nodes.isEmpty ? nil : resolved(0) }

  func kind(_ node: YAMLNode) -> Kind { nodes[node.index].kind }

  /// The text of a scalar; of a collection `""`.
  @inline(never)
  func text(_ node: YAMLNode) -> String {
    switch nodes[node.index].kind {
    case .plain, .quoted: String(decoding: text[bytes(node.index)], as: UTF8.self)
    case .list, .mapping, .alias: ""
    }
  }

  func isScalar(_ node: YAMLNode) -> Bool {
    kind(node) == .plain || kind(node) == .quoted
  }

  /// Nothing, `~` or `null`, without quotes.
  func isNull(_ node: YAMLNode) -> Bool {
    guard kind(node) == .plain, bytes(node.index).count <= 4 else { return false }
    switch Word(text(node)) {
    case "", "~", "null", "Null", "NULL": return true
    default: return false
    }
  }

  /// Where the text of the scalar `index` lies in `text`.
  func bytes(_ index: Int) -> Range<Int> { Int(nodes[index].start)..<Int(nodes[index].end) }

  /// The node itself, or the one that the alias stands for.
  func resolved(_ index: Int) -> YAMLNode {
    nodes[index].kind == .alias ? YAMLNode(index: Int(nodes[index].start)) : YAMLNode(index: index)
  }

  /// The children of a collection as they lie, aliases not followed: of a mapping key, value,
  /// key, value.
  func children(_ node: YAMLNode) -> [Int] {
    var found: [Int] = []
    var index = node.index + 1
    let end = Int(nodes[node.index].end)
    while index < end {
      found.append(index)
      index = next(index)
    }
    return found
  }

  /// The node that follows `index` and all its descendants.
  func next(_ index: Int) -> Int {
    switch nodes[index].kind {
    case .plain, .quoted, .alias: index + 1
    case .list, .mapping: Int(nodes[index].end)
    }
  }

  /// The items of a list.
  func items(_ list: YAMLNode) -> [YAMLNode] { children(list).map(resolved) }

  /// The pairs of a mapping, merge keys (`<<`) followed: its own keys win, then those of the
  /// first mapping merged. Source: yaml.org/type/merge.html.
  func entries(_ mapping: YAMLNode) -> [YAMLEntry] {
    var own: [YAMLEntry] = []
    own.reserveCapacity(4)
    var merged: [YAMLNode] = []
    var index = mapping.index + 1
    let end = Int(nodes[mapping.index].end)
    while index < end {
      let value = next(index)
      // A file that was cut off may lack the last value.
      guard value < end else { break }
      let entry = YAMLEntry(key: resolved(index), value: resolved(value))
      if isMergeKey(entry.key) {
        merged += kind(entry.value) == .list ? items(entry.value) : [entry.value]
      } else {
        own.append(entry)
      }
      index = next(value)
    }
    if merged.isEmpty { return own }
    var places: [String: Int] = [:]
    for (place, entry) in own.enumerated() { places[text(entry.key)] = place }
    for entry in merged.flatMap(entries) where places[text(entry.key)] == nil {
      places[text(entry.key)] = own.count
      own.append(entry)
    }
    return own
  }

  func isMergeKey(_ key: YAMLNode) -> Bool {
    kind(key) == .plain && bytes(key.index).count == 2 && text(key) == "<<"
  }
}

/// A node of a `YAMLDocument`, by its number.
struct YAMLNode: Equatable {
  let index: Int
}

struct YAMLEntry: Equatable {
  let key: YAMLNode
  let value: YAMLNode
}
