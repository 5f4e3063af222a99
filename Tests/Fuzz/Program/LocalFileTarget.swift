import Configuration
import Metadata

extension Target {
  /// /etc/guestagent.yaml, the growth policy and the order of the sources; and a file of cloud-init's
  /// own, of which one key is looked for: the text is read three times.
  static let localFile = Target(
    name: "local-file", longest: 1024, memory: .document,
    work: Allowance(floor: 150_000, perByte: 1500)
  ) { bytes in
    var diagnostics = Diagnostics()
    let statement = GrowthStatement(localFile: bytes, diagnostics: &diagnostics)
    let order = sourceOrder(localFile: bytes, diagnostics: &diagnostics)
    PlanCheck.write(diagnostics)
    for (place, source) in order.enumerated() {
      expect(!order[..<place].contains(source), "a source is asked twice")
    }
    if let policy = statement?.policy { PolicyCheck.isWritten(policy) }
    _ = cloudInitDisablesNetwork(file: "/etc/cloud/cloud.cfg", bytes)
  }
}
