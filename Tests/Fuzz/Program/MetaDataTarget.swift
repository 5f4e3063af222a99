import Metadata

extension Target {
  /// meta-data of NoCloud, beside a network-config whose link its neighbours can be of.
  static let metaData = Target(
    name: "meta-data", longest: 1024, memory: .document, work: .plan
  ) { bytes in
    let seed = Seed(name: "nocloud", metaData: bytes, networkConfig: network)
    PlanCheck.read([seed])
    let folder = seedFromFolder(of: [seed], datasource: nil, serial: nil)
    expect(folder?.utf8.first ?? UInt8(ascii: "/") == UInt8(ascii: "/"), "a folder is no path")
  }

  private static let network = [UInt8](
    "{version: 2, ethernets: {eth0: {addresses: [192.0.2.10/24, 2001:db8::10/64]}}}".utf8)
}
