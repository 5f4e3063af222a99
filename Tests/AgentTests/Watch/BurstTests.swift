import Testing

@testable import Agent

private func milliseconds(_ count: Int64) -> Int64 { count * 1_000_000 }

@Suite struct BurstTests {
  private var burst = Burst(quiet: 5, bound: 25)

  @Test func `without an event nothing is due`() {
    #expect(burst.due == nil)
  }

  @Test mutating func `an event that comes alone is due after the quiet time`() {
    burst.take(at: milliseconds(100))
    #expect(burst.due == milliseconds(105))
  }

  @Test mutating func `an event that follows makes one piece of work of both`() {
    burst.take(at: milliseconds(100))
    burst.take(at: milliseconds(103))
    #expect(burst.isOver(at: milliseconds(105)) == false)
    #expect(burst.isOver(at: milliseconds(108)))
    #expect(burst.due == nil)
  }

  @Test mutating func `events without end delay the work no longer than the bound`() {
    for time in stride(from: Int64(100), to: 200, by: 2) { burst.take(at: milliseconds(time)) }
    #expect(burst.due == milliseconds(125))
  }

  @Test mutating func `what comes after the work is the next burst`() {
    burst.take(at: milliseconds(100))
    #expect(burst.isOver(at: milliseconds(110)))
    burst.take(at: milliseconds(111))
    #expect(burst.due == milliseconds(116))
  }
}

@Suite struct ProcessorShareTests {
  private var share = ProcessorShare(at: 0, used: 0)

  @Test mutating func `work that comes alone is not delayed`() {
    #expect(share.rest(at: milliseconds(20), used: milliseconds(20)) == nil)
  }

  @Test mutating func `work without end gets a fifth of the time`() {
    var (now, used): (Int64, Int64) = (0, 0)
    for _ in 0..<1000 {
      used += milliseconds(7)
      now += milliseconds(7)
      if let rest = share.rest(at: now, used: used) {
        #expect(rest > now)
        now = rest
      }
    }
    // And what was saved at the start.
    #expect(used <= now / 5 + milliseconds(20) + milliseconds(7))
    #expect(used >= now / 6)
  }

  @Test mutating func `rest is over when what was owed is paid`() throws {
    let rest = try #require(share.rest(at: milliseconds(30), used: milliseconds(30)))
    // 20 ms were saved at the start, 30 used, and none can be saved beyond the limit.
    #expect(rest == milliseconds(30 + 50))
    #expect(share.rest(at: rest, used: milliseconds(30)) == nil)
  }
}

@Suite struct LogAllowanceTests {
  private var allowance = LogAllowance(at: 0)

  @Test mutating func `a flapping link falls silent, and what was not said is counted`() {
    var said = 0
    for _ in 0..<1000 where allowance.allows(6, at: 0) { said += 6 }
    #expect(said == 498)
    #expect(allowance.untold == 6000 - 498)
  }

  @Test mutating func `the count is told once there is room, and after it all again`() throws {
    while allowance.allows(100, at: 0) {}
    let time = try #require(allowance.tellsAt)
    #expect(allowance.tell(at: time - 1_000_000_000) == nil)
    #expect(allowance.tell(at: time) == 100)
    #expect(allowance.tellsAt == nil)
    #expect(allowance.allows(1, at: time))
  }

  @Test mutating func `a report longer than all that is saved is said`() {
    #expect(allowance.allows(5000, at: 0))
  }

  @Test mutating func `in an hour no more is said than a line in a fifth of a second`() {
    var said = 0
    for second in 0..<Int64(3600) {
      let now = second * 1_000_000_000
      if allowance.tell(at: now) != nil { said += 1 }
      for _ in 0..<100 where allowance.allows(6, at: now) { said += 6 }
    }
    #expect(said <= 500 + 5 * 3600)
  }
}
