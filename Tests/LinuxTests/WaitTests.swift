import Testing

@testable import Linux

@Suite struct WaitTests {
  @Test func `who never stops talking is heard until the deadline`() throws {
    let talker = try File(reading: "/dev/zero")
    #expect(try wait(for: talker.descriptor, until: Deadline(secondsFromNow: 60)))
    #expect(try !wait(for: talker.descriptor, until: Deadline(secondsFromNow: 0)))
  }
}
