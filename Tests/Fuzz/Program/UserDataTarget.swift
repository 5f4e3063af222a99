import Metadata

extension Target {
  /// user-data of NoCloud: what kind they are, and what of a cloud-config is ours.
  static let userData = Target(
    name: "user-data", longest: 1024, memory: .document, work: .plan
  ) { bytes in
    PlanCheck.read([Seed(name: "nocloud", metaData: [], userData: bytes)])
  }
}
