import Configuration

/// A growth policy in YAML:
///
///     grow: <policy>                       none, or "/:70%,/srv:30%"
///     grow: [<item>, ...]                  ["/ 70%", "/srv 30%", reserve=1G]
///     grow:
///       volumes:
///         - {volume: <target>, share: <share>, max: <size>}
///         - <item>
///       reserve: <amount>
///
/// in the words of GrowthPolicyText.swift; in `volume` nothing is an escape. An unknown key is an
/// error: what it was to hold back would be lost.
extension YAMLReader {
  /// What `guestagent: {grow: ...}` says in meta-data or user-data; `nil`, and no error: nothing.
  mutating func growthOfOwnKey(_ file: String) -> GrowthPolicy? {
    guard let root = document.root, !document.isNull(root),
      let own = value(of: "guestagent", in: entries(root, file) ?? []),
      let growth = value(of: "grow", in: self.entries(own, "guestagent") ?? [])
    else { return nil }
    return self.growth(growth)
  }

  func value(of key: String, in entries: [YAMLEntry]) -> YAMLNode? {
    entries.first { document.text($0.key) == key && !document.isNull($0.value) }?.value
  }

  /// `nil`, and no error: it says nothing of growth.
  mutating func growthOfLocalFile() -> GrowthPolicy? {
    guard let root = document.root, !document.isNull(root) else { return nil }
    var policy: GrowthPolicy?
    for entry in entries(root, "guestagent.yaml") ?? [] {
      switch Word(document.text(entry.key)) {
      case "grow": policy = document.isNull(entry.value) ? nil : growth(entry.value)
      // Read by itself, in LocalFile.swift.
      case "sources": break
      default: warnUnknown(entry.key, known: wordList("grow sources"))
      }
    }
    return policy
  }

  private mutating func growth(_ value: YAMLNode) -> GrowthPolicy? {
    var builder = GrowthPolicyBuilder()
    let errors = diagnostics.errors.count
    switch document.kind(value) {
    case .plain, .quoted: addItem(value, to: &builder)
    case .list: for item in document.items(value) { addItem(item, to: &builder) }
    case .mapping: addParts(of: value, to: &builder)
    // The reader follows aliases before it hands out a node.
    case .alias: break
    }
    guard diagnostics.errors.count == errors else { return nil }
    do throws(GrowthPolicyError) { return try builder.policy() } catch {
      refuse(value, error)
      return nil
    }
  }

  private mutating func addParts(of value: YAMLNode, to builder: inout GrowthPolicyBuilder) {
    for entry in document.entries(value) {
      let key = document.text(entry.key)
      switch Word(key) {
      case "volumes":
        for item in items(entry.value, key) ?? [] {
          if document.kind(item) == .mapping {
            addVolume(item, to: &builder)
          } else {
            addItem(item, to: &builder)
          }
        }
      case "reserve":
        guard !document.isNull(entry.value), let text = text(entry.value, key, expected: "a size")
        else { continue }
        do throws(GrowthPolicyError) {
          try builder.addReserve(GrowthPolicy.amount(text))
        } catch {
          refuse(entry.value, error)
        }
      default: refuseUnknown(entry.key, known: wordList("volumes reserve"))
      }
    }
  }

  private mutating func addItem(_ item: YAMLNode, to builder: inout GrowthPolicyBuilder) {
    guard document.isScalar(item) else {
      return refuse(item, "grow", expected: "a volume or reserve=<size>")
    }
    do throws(GrowthPolicyError) { try builder.add(document.text(item)) } catch {
      refuse(item, error)
    }
  }

  private mutating func addVolume(_ item: YAMLNode, to builder: inout GrowthPolicyBuilder) {
    var target: GrowthPolicy.Target?
    var share: UInt8?
    var cap: UInt64?
    let errors = diagnostics.errors.count
    for entry in document.entries(item) {
      let key = document.text(entry.key)
      guard wordList("volume share max").contains(key) else {
        refuseUnknown(entry.key, known: wordList("volume share max"))
        continue
      }
      guard !document.isNull(entry.value), let text = text(entry.value, key) else { continue }
      do throws(GrowthPolicyError) {
        switch Word(key) {
        case "volume": target = try GrowthPolicy.Target(text)
        case "share": share = try GrowthPolicy.share(text)
        default: cap = try GrowthPolicy.size(text)
        }
      } catch {
        refuse(entry.value, error)
      }
    }
    guard diagnostics.errors.count == errors else { return }
    guard let target else { return error(item, "grow: \"volume\" is missing") }
    do throws(GrowthPolicyError) {
      try builder.add(GrowthPolicy.Volume(target, share: share, cap: cap))
    } catch {
      refuse(item, error)
    }
  }

  @inline(never)
  private mutating func refuse(_ node: YAMLNode, _ error: GrowthPolicyError) {
    self.error(node, "grow: \(error)")
  }

  private mutating func refuseUnknown(_ key: YAMLNode, known: [String]) {
    let text = document.text(key)
    error(key, "grow: unknown key \(quoted(text))", hint: nearestKeyHint(to: text, among: known))
  }
}
