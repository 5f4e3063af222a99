/// Extents handed out of what a volume group has free.
enum Shares {
  struct Claim {
    /// In proportion to those of the others.
    var share: UInt64
    /// Extents that it may still take; `nil`: any number.
    var room: UInt64?
  }

  /// What each claim gets of `free`, in proportion to its share. What one has no room for goes to
  /// the others; extents lost by rounding go to the first that has room.
  static func handOut(_ free: UInt64, to claims: [Claim]) -> [UInt64] {
    var given = [UInt64](repeating: 0, count: claims.count)
    var left = min(free, UInt64(UInt32.max))
    var open = claims.indices.filter { claims[$0].room != 0 && claims[$0].share > 0 }
    while left > 0, !open.isEmpty {
      let shares = open.reduce(0) { $0 + claims[$1].share }
      let portions = open.map { (claim: $0, extents: left * claims[$0].share / shares) }
      let filled = portions.filter { portion in
        claims[portion.claim].room.map { portion.extents >= $0 } ?? false
      }
      guard !filled.isEmpty else {
        for portion in portions {
          given[portion.claim] = portion.extents
          left -= portion.extents
        }
        // Fewer extents are left than there are claims.
        for claim in open where left > 0 {
          let more = min(left, claims[claim].room.map { $0 - given[claim] } ?? left)
          given[claim] += more
          left -= more
        }
        return given
      }
      for portion in filled {
        let room = claims[portion.claim].room ?? 0
        given[portion.claim] = room
        left -= room
        open.removeAll { $0 == portion.claim }
      }
    }
    return given
  }
}
