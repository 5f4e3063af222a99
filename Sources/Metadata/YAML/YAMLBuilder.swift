import Configuration

/// Builds a `YAMLDocument` from libyaml's events and refuses what would cost more than the file
/// is worth: nesting beyond `depthLimit`, aliases that stand for more than `aliasLimit` nodes.
struct YAMLBuilder {
  /// Levels of collections; a network-config needs eight.
  static let depthLimit = 64
  /// Nodes that all aliases of a file stand for, aliases within them followed.
  static let aliasLimit = 100_000

  private(set) var document = YAMLDocument()
  private var open: [Collection] = []
  private var anchors: [Anchor] = []
  /// The place in `anchors` of the latest node of each name.
  private var anchorPlaces: [String: Int] = [:]
  private var aliased = 0
  private var documents = 0

  private struct Collection {
    let index: Int
    /// Value of `aliased` when it began.
    let aliasedBefore: Int
    /// Its place in `anchors`.
    let anchor: Int?
  }

  private struct Anchor {
    let index: Int
    /// Nodes of it, aliases followed; `nil` while it is still open.
    var size: Int?
  }

  /// A fault, with the node or the line and column (from 1) where it is.
  struct Fault {
    let message: String
    let line: Int
    let column: Int
  }

  /// Expects a file of so many bytes: texts are no longer than it, and a node takes ten bytes of it
  /// or more as a rule. Room that is not used costs nothing.
  mutating func expect(bytes count: Int) {
    document.text.reserveCapacity(count)
    document.nodes.reserveCapacity(count / 10)
  }

  /// Takes one event; duplicate keys and the like go to `faults`, and a fault returned ends the
  /// reading.
  mutating func take(_ event: borrowing YAMLEvent, faults: inout [Fault]) -> Fault? {
    let (line, column) = (event.line, event.column)
    func fault(_ message: String) -> Fault { Fault(message: message, line: line, column: column) }

    switch event.kind {
    case .document:
      documents += 1
      if documents > 1 { return fault("a second document begins here, expected one") }
    case .plain, .quoted:
      let start = document.text.count
      event.appendText(to: &document.text)
      let plain = event.kind == .plain
      add(plain ? .plain : .quoted, line, column, start: start, end: document.text.count)
      name(event.anchor, size: 1)
    case .list, .mapping:
      guard open.count < Self.depthLimit else {
        return fault("nested deeper than \(Self.depthLimit) levels")
      }
      add(event.kind == .list ? .list : .mapping, line, column)
      let anchor = event.anchor
      name(anchor, size: nil)
      open.append(
        Collection(
          index: document.nodes.count - 1, aliasedBefore: aliased,
          anchor: anchor == nil ? nil : anchors.count - 1))
    case .close:
      close(&faults)
    case .alias:
      let name = event.anchor ?? ""
      guard let place = anchorPlaces[name] else {
        return fault("alias \(quoted(name)) names no anchor")
      }
      let anchor = anchors[place]
      guard let size = anchor.size else {
        return fault("alias \(quoted(name)) stands within the node that it names")
      }
      aliased += size
      guard aliased <= Self.aliasLimit else {
        return fault("aliases stand for more than \(Self.aliasLimit) nodes")
      }
      add(.alias, line, column, start: anchor.index, end: 0)
    case .end, .other:
      break
    }
    return nil
  }

  private mutating func add(
    _ kind: YAMLDocument.Kind, _ line: Int, _ column: Int, start: Int = 0, end: Int = 0
  ) {
    document.nodes.append(
      YAMLDocument.Node(
        kind: kind, start: UInt32(start), end: UInt32(end), line: UInt32(line),
        column: UInt32(column)))
  }

  /// Notes the anchor of the node added last.
  private mutating func name(_ anchor: String?, size: Int?) {
    guard let anchor else { return }
    anchorPlaces[anchor] = anchors.count
    anchors.append(Anchor(index: document.nodes.count - 1, size: size))
  }

  private mutating func close(_ faults: inout [Fault]) {
    guard let collection = open.popLast() else { return }
    let index = collection.index
    document.nodes[index].end = UInt32(document.nodes.count)
    if let anchor = collection.anchor {
      anchors[anchor].size = document.nodes.count - index + aliased - collection.aliasedBefore
    }
    if document.nodes[index].kind == .mapping {
      faults += keyFaults(YAMLNode(index: index))
    }
  }

  /// Keys that are no text, that stand twice, and merge keys without a mapping.
  private func keyFaults(_ mapping: YAMLNode) -> [Fault] {
    var faults: [Fault] = []
    var previous = PreviousKeys(document)
    var key = mapping.index + 1
    let end = Int(document.nodes[mapping.index].end)
    while key < end {
      let value = document.next(key)
      let node = document.resolved(key)
      if !document.isScalar(node) {
        faults.append(fault(key, "a key must be text, found \(document.found(node))"))
      } else if document.isMergeKey(node) {
        faults += mergeFaults(value)
      } else if let first = previous.same(as: node.index) {
        let at = document.nodes[first]
        let name = quoted(document.text(node))
        faults.append(fault(key, "duplicate key \(name), first at \(at.line):\(at.column)"))
      }
      key = document.next(value)
      if faults.count > 100 { break }
    }
    return faults
  }

  private func mergeFaults(_ value: Int) -> [Fault] {
    let node = document.resolved(value)
    let merged = document.kind(node) == .list ? document.items(node) : [node]
    guard let wrong = merged.first(where: { document.kind($0) != .mapping }) else { return [] }
    return [fault(value, "\"<<\": expected a mapping, found \(document.found(wrong))")]
  }

  private func fault(_ index: Int, _ message: String) -> Fault {
    let node = document.nodes[index]
    return Fault(message: message, line: Int(node.line), column: Int(node.column))
  }
}

/// The keys of one mapping so far: few are compared, many are hashed.
private struct PreviousKeys {
  private let document: YAMLDocument
  private var few: [Int] = []
  private var many: [String: Int] = [:]

  init(_ document: YAMLDocument) {
    self.document = document
  }

  /// The scalar of the same text that came before; else notes this one.
  mutating func same(as key: Int) -> Int? {
    if few.count < 12 {
      let bytes = document.bytes(key)
      for other in few {
        let range = document.bytes(other)
        if range.count == bytes.count, document.text[range] == document.text[bytes] { return other }
      }
      few.append(key)
      return nil
    }
    if many.isEmpty {
      for other in few { many[document.text(YAMLNode(index: other))] = other }
    }
    let text = document.text(YAMLNode(index: key))
    if let other = many[text] { return other }
    many[text] = key
    return nil
  }
}

extension YAMLDocument {
  /// What a node is, for a message.
  func found(_ node: YAMLNode) -> String {
    switch kind(node) {
    case .list: "a list"
    case .mapping: "a mapping"
    case .plain, .quoted, .alias: isNull(node) ? "nothing" : quoted(text(node))
    }
  }
}
