import Netlink
import Network

extension Target {
  /// Messages of the multicast groups, as `watch` hears them.
  static let event: Target = {
    // Made before anything is counted.
    nonisolated(unsafe) let before = NetworkInterest(
      Guests.wanted("{version: 2, ethernets: {eth0: {addresses: [192.0.2.10/24]}}}"), Guests.full,
      ours: [2])
    return Target(
      name: "netlink-event", longest: 1024, memory: Allowance(floor: 8192, perByte: 32),
      work: Allowance(floor: 2000, perByte: 100)
    ) { bytes in
      var interest = before
      var count = 0
      NetworkEvent.forEach(in: bytes[...], port: 7) { event, isOurOwn in
        count += 1
        _ = interest.concerns(event, isOurOwn: isOurOwn)
      }
      expect(count <= bytes.count / 16, "there are more events than headers")
    }
  }()
}
