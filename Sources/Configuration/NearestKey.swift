/// The known key that differs from `key` by at most two insertions, deletions or replacements,
/// and by less than half of it.
public func nearestKey(to key: String, among known: [String]) -> String? {
  guard key.utf8.count <= 32 else { return nil }
  var best: (key: String, distance: Int)?
  for candidate in known {
    let distance = editDistance([UInt8](key.utf8), [UInt8](candidate.utf8))
    if distance <= 2, distance * 2 < key.utf8.count, distance < best?.distance ?? 3 {
      best = (candidate, distance)
    }
  }
  return best?.key
}

/// Levenshtein's distance, one row of the table at a time.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var row = [Int](0...b.count)
  for i in a.indices {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let replaced = diagonal + (a[i] == b[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, min(row[j], diagonal) + 1)
    }
  }
  return row[b.count]
}

/// `did you mean "<key>"?`, if a known key is near.
@inline(never)
public func nearestKeyHint(to key: String, among known: [String]) -> String? {
  nearestKey(to: key, among: known).map { "did you mean \"\($0)\"?" }
}
