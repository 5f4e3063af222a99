/// How many lines may be said: a flapping link must not fill a disk. Times are nanoseconds.
struct LogAllowance {
  private static var saved: Int64 { 500 }
  /// One line in so long a time, beyond those saved.
  private static var interval: Int64 { 200_000_000 }

  private var lines = Self.saved
  private var countedAt: Int64
  /// Those that were not said.
  private(set) var untold = 0

  init(at now: Int64) {
    countedAt = now
  }

  /// Whether so many lines may be said now.
  mutating func allows(_ count: Int, at now: Int64) -> Bool {
    earn(until: now)
    // What is longer than all that can be saved is said once all of it is.
    guard lines >= min(Int64(count), Self.saved), untold == 0 else {
      untold += count
      return false
    }
    lines -= Int64(count)
    return true
  }

  /// When it can be said how many were not; `nil`: there are none.
  var tellsAt: Int64? {
    untold == 0 ? nil : countedAt + max(0, Self.tellable - lines) * Self.interval
  }

  /// Room for a few more before one falls silent again.
  private static var tellable: Int64 { 20 }

  /// How many were not said, once it is time to tell.
  mutating func tell(at now: Int64) -> Int? {
    guard untold > 0 else { return nil }
    earn(until: now)
    guard lines >= Self.tellable else { return nil }
    defer { untold = 0 }
    lines -= 1
    return untold
  }

  private mutating func earn(until now: Int64) {
    let earned = (now - countedAt) / Self.interval
    countedAt += earned * Self.interval
    lines = min(Self.saved, lines + earned)
  }
}
