import Configuration
import Metadata

extension Target {
  /// The firmware's tables: OEM strings, and a seed in systemd's credentials among them.
  static let smbios = Target(
    name: "smbios", longest: 1024, memory: .document, work: .plan
  ) { bytes in
    var last = 0
    for string in oemStrings(smbios: bytes) {
      expect(!string.isEmpty && !string.contains(0), "a string is none")
      expect(string.startIndex >= last && string.endIndex < bytes.count, "strings overlap")
      expect(bytes[string.endIndex] == 0, "a string has no end")
      last = string.endIndex
    }
    var diagnostics = Diagnostics()
    let seed = Seed(smbios: bytes, diagnostics: &diagnostics)
    PlanCheck.write(diagnostics)
    if let seed { PlanCheck.read([seed]) }
  }
}
