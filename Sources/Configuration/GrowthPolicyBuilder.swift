/// A growth policy as its items come, each checked against those before it. Whether the volumes
/// exist, and what the shares of one volume group add up to, is not known here.
public struct GrowthPolicyBuilder {
  /// The most volumes; each is compared with all before it.
  public static var limit: Int { 100 }

  private var result = GrowthPolicy()
  private var saysNone = false

  public init() {}

  /// One item of the grammar, or several between commas.
  public mutating func add(_ text: String) throws(GrowthPolicyError) {
    let bytes = [UInt8](text.utf8)
    guard !trimmed(bytes[...]).isEmpty else { throw .empty }
    var start = 0
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: ",") {
        try addItem(trimmed(bytes[start..<index]))
        start = index + 1
      }
      index += bytes[index] == backslash ? 2 : 1
    }
    try addItem(trimmed(bytes[start...]))
  }

  public mutating func add(_ volume: GrowthPolicy.Volume) throws(GrowthPolicyError) {
    guard !saysNone else { throw .noneWithOthers }
    guard !result.volumes.contains(where: { $0.target == volume.target }) else {
      throw .givenTwice(volume.target.description)
    }
    guard result.volumes.count < Self.limit else { throw .tooManyVolumes }
    result.volumes.append(volume)
  }

  public mutating func addReserve(_ amount: GrowthPolicy.Amount) throws(GrowthPolicyError) {
    guard !saysNone else { throw .noneWithOthers }
    guard result.reserve == nil else { throw .givenTwice("reserve=") }
    result.reserve = amount
  }

  public func policy() throws(GrowthPolicyError) -> GrowthPolicy {
    if saysNone { return .none }
    guard !result.volumes.isEmpty else { throw result.reserve == nil ? .empty : .reserveAlone }
    if result.volumes.contains(where: { $0.share != nil }),
      let without = result.volumes.first(where: { $0.share == nil })
    {
      throw .shareMissing(without.target)
    }
    return result
  }

  // MARK: Items

  private mutating func addItem(_ item: ArraySlice<UInt8>) throws(GrowthPolicyError) {
    let text = String(decoding: item, as: UTF8.self)
    guard !text.isEmpty else { throw .emptyItem }
    if text == "none" {
      guard !saysNone, result.isNone else { throw .noneWithOthers }
      saysNone = true
      return
    }
    if let amount = value(of: "reserve=", in: text) {
      return try addReserve(GrowthPolicy.amount(amount))
    }
    var fields = try fields(of: item)[...]
    let first = fields.popFirst() ?? ""
    guard first != "none" else { throw .noneWithOthers }
    guard first.utf8.contains(UInt8(ascii: "/")) else { throw Self.refusal(ofWord: first) }
    var volume = GrowthPolicy.Volume(try GrowthPolicy.Target(unescaped(first)))
    for field in fields { try set(field, of: &volume) }
    try add(volume)
  }

  private func set(
    _ field: String, of volume: inout GrowthPolicy.Volume
  ) throws(GrowthPolicyError) {
    if let size = value(of: "max=", in: field) {
      guard volume.cap == nil else { throw .givenTwice("max=") }
      volume.cap = try GrowthPolicy.size(size)
    } else if field.utf8.last == UInt8(ascii: "%") {
      guard volume.share == nil else { throw .givenTwice(field) }
      volume.share = try GrowthPolicy.share(field)
    } else {
      if let nearest = nearestKey(to: key(of: field), among: ["max="]) {
        throw .unknownWord(field, nearest: nearest)
      }
      throw .notSetting(field)
    }
  }

  /// Why a word without a slash is no item.
  private static func refusal(ofWord word: String) -> GrowthPolicyError {
    if word.utf8.last == UInt8(ascii: "%") || value(of: "max=", in: word) != nil {
      return .noVolume(word)
    }
    return .unknownWord(word, nearest: nearestKey(to: key(of: word), among: ["none", "reserve="]))
  }
}

private let backslash = UInt8(ascii: "\\")

private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

/// Without white space at either end, but with one that a backslash keeps.
private func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  var start = text.startIndex
  while start < text.endIndex, isSpace(text[start]) { start += 1 }
  var end = start
  var index = start
  while index < text.endIndex {
    let isEscape = text[index] == backslash
    index += isEscape ? 2 : 1
    if isEscape || !isSpace(text[index - 1]) { end = min(index, text.endIndex) }
  }
  return text[start..<end]
}

/// What stands between colons or white space, escapes kept.
private func fields(of item: ArraySlice<UInt8>) throws(GrowthPolicyError) -> [String] {
  var fields: [String] = []
  var field: [UInt8] = []
  // A colon has come, and nothing after it.
  var isOpen = true
  func close() {
    if field.isEmpty { return }
    fields.append(String(decoding: field, as: UTF8.self))
    field = []
    isOpen = false
  }
  var index = item.startIndex
  while index < item.endIndex {
    let byte = item[index]
    index += 1
    if byte == backslash {
      guard index < item.endIndex else {
        throw .danglingEscape(String(decoding: item, as: UTF8.self))
      }
      field += [byte, item[index]]
      index += 1
    } else if isSpace(byte) {
      close()
    } else if byte == UInt8(ascii: ":") {
      close()
      guard !isOpen else { throw .emptyPart(String(decoding: item, as: UTF8.self)) }
      isOpen = true
    } else {
      field.append(byte)
    }
  }
  close()
  guard !isOpen else { throw .emptyPart(String(decoding: item, as: UTF8.self)) }
  return fields
}

private func unescaped(_ field: String) -> String {
  var bytes: [UInt8] = []
  var isEscaped = false
  for byte in field.utf8 {
    if byte == backslash, !isEscaped {
      isEscaped = true
    } else {
      bytes.append(byte)
      isEscaped = false
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// What follows `key` at the beginning of the text.
private func value(of key: String, in text: String) -> String? {
  guard text.hasPrefix(key) else { return nil }
  return String(decoding: [UInt8](text.utf8)[key.utf8.count...], as: UTF8.self)
}

/// `reserve=` of `reserve=1G`, or the whole text.
private func key(of text: String) -> String {
  let bytes = [UInt8](text.utf8)
  guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else { return text }
  return String(decoding: bytes[...equals], as: UTF8.self)
}
