/// Gathers events that come together into one piece of work. Times are nanoseconds of one clock.
struct Burst {
  /// So long no event has to come.
  let quiet: Int64
  /// So long after the first one the work is done even if they keep coming.
  let bound: Int64
  private var first: Int64?
  private var last: Int64 = 0

  /// Milliseconds.
  init(quiet: Int64, bound: Int64) {
    self.quiet = quiet * 1_000_000
    self.bound = bound * 1_000_000
  }

  mutating func take(at now: Int64) {
    first = first ?? now
    last = now
  }

  /// When the work is to be done; `nil`: there is none.
  var due: Int64? { first.map { min(last + quiet, $0 + bound) } }

  /// Whether it is now, and then not again.
  mutating func isOver(at now: Int64) -> Bool {
    guard let due, due <= now else { return false }
    first = nil
    return true
  }
}
