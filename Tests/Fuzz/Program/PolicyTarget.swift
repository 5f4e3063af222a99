import Configuration

extension Target {
  /// The growth policy of the command line: what is taken is written, and read again to the same.
  static let policy = Target(
    name: "policy", longest: 512, memory: Allowance(floor: 64 << 10, perByte: 256), work: .reading
  ) { bytes in
    do throws(GrowthPolicyError) {
      PolicyCheck.isWritten(try GrowthPolicy(text: String(decoding: bytes, as: UTF8.self)))
    } catch {
      expect(!error.description.isEmpty, "a refusal has no words")
    }
  }
}

enum PolicyCheck {
  /// Its text gives it back; shares and sizes are in their bounds.
  static func isWritten(_ policy: GrowthPolicy) {
    for volume in policy.volumes {
      expect((1...100).contains(volume.share ?? 1), "a share is out of bounds")
    }
    expect(policy.volumes.count <= GrowthPolicyBuilder.limit, "there are too many volumes")
    let text = policy.description
    guard let again = try? GrowthPolicy(text: text) else { broken("its text is refused: \(text)") }
    expect(again == policy, "its text is another policy: \(text)")
    expect(again.description == text, "its text is written in two ways: \(text)")
  }
}
