import Testing

@testable import Growth

struct Handing: CustomTestStringConvertible, Sendable {
  var free: UInt64
  /// Share and room of each claim.
  var claims: [(UInt64, UInt64?)]
  var given: [UInt64]

  var testDescription: String { "\(free) to \(claims)" }
}

@Test(arguments: [
  Handing(free: 100, claims: [(70, nil), (30, nil)], given: [70, 30]),
  // What rounding leaves goes to the first.
  Handing(free: 99, claims: [(70, nil), (30, nil)], given: [70, 29]),
  Handing(free: 1, claims: [(50, nil), (50, nil)], given: [1, 0]),
  // What one has no room for goes to the others.
  Handing(free: 100, claims: [(70, 10), (30, nil)], given: [10, 90]),
  Handing(free: 100, claims: [(70, 10), (30, 20)], given: [10, 20]),
  Handing(free: 100, claims: [(60, 59), (30, 30), (10, nil)], given: [59, 30, 11]),
  Handing(free: 100, claims: [(100, 0)], given: [0]),
  Handing(free: 100, claims: [(100, nil)], given: [100]),
  Handing(free: 0, claims: [(100, nil)], given: [0]),
  Handing(free: 100, claims: [], given: []),
  // More than any group has.
  Handing(free: .max, claims: [(100, 5), (100, nil)], given: [5, UInt64(UInt32.max) - 5]),
])
func `free extents are handed out by share, within the room of each`(handing: Handing) {
  let claims = handing.claims.map { Shares.Claim(share: $0.0, room: $0.1) }
  #expect(Shares.handOut(handing.free, to: claims) == handing.given)
}

@Test func `no more is handed out than there is, and none beyond its room`() {
  var generator = SystemRandomNumberGenerator()
  for _ in 0..<5000 {
    let free = UInt64.random(in: 0...200, using: &generator)
    let claims = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
      Shares.Claim(
        share: .random(in: 1...100, using: &generator),
        room: Bool.random(using: &generator) ? .random(in: 0...90, using: &generator) : nil)
    }
    let given = Shares.handOut(free, to: claims)
    let sum = given.reduce(0, +)
    let isFull = zip(claims, given).allSatisfy { claim, extents in claim.room == extents }
    #expect(sum == free || isFull && sum < free, "\(free) to \(claims): \(given)")
    #expect(zip(claims, given).allSatisfy { claim, extents in extents <= claim.room ?? .max })
  }
}
