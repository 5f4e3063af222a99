/// Keeps the work within a share of one processor, whatever comes: a fifth in the long run. What
/// was not used is saved up to a limit, so that work that comes alone is not delayed.
/// Times are nanoseconds.
struct ProcessorShare {
  private static var saved: Int64 { 20_000_000 }
  private static var part: Int64 { 5 }

  private var credit = Self.saved
  private var countedAt: Int64
  private var used: Int64

  /// `used`: of the processor, from here on.
  init(at now: Int64, used: Int64) {
    countedAt = now
    self.used = used
  }

  /// Until when there is to be rest; `nil`: nothing is owed.
  mutating func rest(at now: Int64, used: Int64) -> Int64? {
    credit = min(Self.saved, credit + (now - countedAt) / Self.part) - (used - self.used)
    countedAt = now
    self.used = used
    return credit < 0 ? now - credit * Self.part : nil
  }
}
