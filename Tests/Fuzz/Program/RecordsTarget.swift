import Network

extension Target {
  /// The records below /run, which only root writes, but which a crash may leave as anything: they
  /// are written as they were read, and what is taken back by them can be sent.
  static let records: Target = {
    let wanted = Guests.wanted(
      "{version: 2, ethernets: {eth0: {addresses: [192.0.2.10/24], macaddress: 52:54:00:0:0:1}}}")
    let found = Guests.full
    return Target(
      name: "records", longest: 1024, memory: Allowance(floor: 64 << 10, perByte: 128),
      work: Allowance(floor: 20_000, perByte: 1000)
    ) { bytes in
      let records = LinkRecords(text: String(decoding: bytes, as: UTF8.self))
      expect(LinkRecords(text: records.text) == records, "records are not written as they are")
      PlanCheck.takeDown(found.links, of: found, Guests.kernel, records: records.records)
      PlanCheck.plan(wanted, in: found, Guests.kernel, records: records.records)
    }
  }()
}
