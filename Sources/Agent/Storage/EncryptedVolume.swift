import Linux

/// LUKS volumes, by the guest's cryptsetup.
public enum EncryptedVolume {
  static let paths = ["/usr/sbin/cryptsetup", "/sbin/cryptsetup", "/usr/bin/cryptsetup"]

  /// Makes the open volume as large as what it lies on (`cryptsetup resize NAME`). It is asked
  /// nothing: where the kernel has the key and keeps it to itself, only a person can do it.
  public static func resize(
    _ name: String, files: FileTree
  ) throws(EncryptedVolumeError) {
    guard let program = paths.first(where: { files.exists($0) }) else { throw .noProgram }
    let status: Int32
    let output: [UInt8]
    do throws(SystemError) {
      (status, output) = try System.run(
        files.resolve(program), ["--batch-mode", "resize", name], capturing: 1 << 16,
        environment: ["LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"])
    } catch { throw .notRun(error) }
    if status == 0 { return }
    let lines = output.split(separator: UInt8(ascii: "\n")).map {
      String(decoding: $0, as: UTF8.self)
    }
    // Source: cryptsetup(8), "RETURN CODES". What it says of a passphrase that is not there.
    let hasNoKey =
      status == 2
      || lines.contains { $0 == "Nothing to read on input." || $0.hasSuffix("passphrase.") }
    if hasNoKey { throw .needsPassphrase(name: name) }
    throw .failed(status: status, messages: lines)
  }
}

/// Why a LUKS volume was not made larger.
public enum EncryptedVolumeError: Error, Equatable {
  case noProgram
  case notRun(SystemError)
  case needsPassphrase(name: String)
  case failed(status: Int32, messages: [String])
}

extension EncryptedVolumeError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noProgram: "cryptsetup is not installed"
    case .notRun(let error): error.description
    case .needsPassphrase(let name):
      "needs its passphrase: cryptsetup resize \(name) by hand, then guestagent grow again"
    case .failed(let status, let messages):
      "cryptsetup ended with \(status)" + (messages.last.map { ": \($0)" } ?? "")
    }
  }
}
