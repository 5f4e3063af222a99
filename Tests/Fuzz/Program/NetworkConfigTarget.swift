import Metadata

extension Target {
  /// network-config of either version, as the one file of a NoCloud seed, planned in made-up guests.
  static let networkConfig = Target(
    name: "network-config", longest: 2048, memory: .document, work: .plan
  ) { bytes in
    PlanCheck.read([Seed(name: "nocloud", networkConfig: bytes)])
  }
}
