import Bytes
import Testing

@Suite struct SaturationTests {
  @Test(arguments: [
    (0, 0, 0, 0, 0), (200, 55, 255, 145, 255), (200, 56, 255, 144, 255), (5, 7, 12, 0, 35),
    (255, 255, 255, 0, 255), (16, 16, 32, 0, 255), (15, 17, 32, 0, 255), (0, 255, 255, 0, 0),
  ] as [(UInt8, UInt8, UInt8, UInt8, UInt8)])
  func `what does not fit is the nearest number that does`(
    one: UInt8, other: UInt8, sum: UInt8, difference: UInt8, product: UInt8
  ) {
    #expect(one +| other == sum)
    #expect(one -| other == difference)
    #expect(one *| other == product)
    var running = one
    running +|= other
    #expect(running == sum)
  }

  @Test func `they bind as the operators that trap do`() {
    #expect(1 as UInt64 +| 2 *| 3 -| 7 == 0)
    #expect(UInt64.max *| 2 -| 1 == UInt64.max - 1)
  }
}
