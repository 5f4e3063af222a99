import Configuration
import Testing

@testable import Agent

@Suite struct ReportMemoryTests {
  private func report(_ object: String, failure: String? = nil, done: [String] = []) -> Report {
    var found = ObjectReport(object, failure: failure)
    found.steps = done.map { StepReport(step: .command($0), outcome: .done) }
    var report = Report()
    report.objects = [found]
    return report
  }

  private func words(_ report: Report) -> [String] {
    report.objects.flatMap { object in
      object.steps.map { "\(object.name): \($0.step): \($0.outcome)" }
        + (object.failure.map { ["\(object.name): \($0)"] } ?? [])
    } + report.notes.map { "\($0.object): \($0.message)" }
  }

  @Test func `what is done is told each time`() {
    var memory = ReportMemory()
    for _ in 0..<2 {
      #expect(words(memory.news(of: report("eth0", done: ["ip link"]))) == ["eth0: ip link: done"])
    }
  }

  @Test func `what is still wrong is told once, and again after it was right`() {
    var memory = ReportMemory()
    let wrong = report("eth1", failure: "no network interface of this name")
    #expect(words(memory.news(of: wrong)) == ["eth1: no network interface of this name"])
    #expect(words(memory.news(of: wrong)).isEmpty)
    #expect(memory.failure == "eth1: no network interface of this name")
    #expect(words(memory.news(of: report("eth1"))).isEmpty)
    #expect(memory.failure == nil)
    #expect(words(memory.news(of: wrong)) == ["eth1: no network interface of this name"])
  }

  @Test func `a step that fails again is not told again`() {
    var memory = ReportMemory()
    var failed = report("eth0")
    failed.objects[0].steps = [
      StepReport(step: .command("ip route add"), outcome: .failed("File exists"))
    ]
    #expect(memory.news(of: failed).lineCount == 1)
    #expect(memory.news(of: failed).objects.isEmpty)
  }

  @Test func `a note is told once`() {
    var memory = ReportMemory()
    var noted = Report()
    noted.note("eth0", "dhcp4 is left to the guest's DHCP client")
    #expect(memory.news(of: noted).notes == noted.notes)
    #expect(memory.news(of: noted).notes.isEmpty)
  }
}

@Suite struct MissingDiskTests {
  private func from(_ sources: [String]) -> Configuration {
    var configuration = Configuration()
    configuration.sources = sources
    return configuration
  }

  @Test(arguments: [
    (["nocloud:/dev/sr0"], [], "nocloud:/dev/sr0"),
    (["nocloud:/dev/sr0"], ["cmdline"], "nocloud:/dev/sr0"),
    (["nocloud:/dev/sr0"], ["nocloud:/var/lib/cloud/seed/nocloud"], "nocloud:/dev/sr0"),
    (["nocloud:/dev/sr0"], ["config-drive:/dev/sr0"], "nocloud:/dev/sr0"),
    (["nocloud:/dev/sr0"], ["nocloud:/dev/vdb"], nil),
    (["cmdline", "nocloud:/dev/sr0"], ["cmdline", "nocloud:/dev/sr0"], nil),
    (["cmdline"], [], nil),
    (["nocloud:/var/lib/cloud/seed/nocloud"], [], nil),
  ] as [([String], [String], String?)])
  func `a disk that went without a successor is missed`(
    before: [String], after: [String], missing: String?
  ) {
    #expect(from(before).diskMissing(in: from(after)) == missing)
  }
}
