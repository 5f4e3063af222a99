import Foundation
import Linux
import Testing

@testable import Agent

/// A script stands for cryptsetup; what it was called with is beside it.
struct EncryptedVolumeTests {
  private func resize(_ script: String?) throws -> (error: EncryptedVolumeError?, called: String) {
    let root = FileManager.default.temporaryDirectory
      .appendingPathComponent("encrypted-\(UUID().uuidString)")
    let program = root.appendingPathComponent("sbin/cryptsetup")
    try FileManager.default.createDirectory(
      at: program.deletingLastPathComponent(), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    if let script {
      try write(
        "#!/bin/sh\necho \"$@\" > \(root.path)/called\n\(script)\n", to: program)
    }
    var failure: EncryptedVolumeError?
    do throws(EncryptedVolumeError) {
      try EncryptedVolume.resize("secret", files: FileTree(root: root.path))
    } catch { failure = error }
    let called = try? String(contentsOf: root.appendingPathComponent("called"), encoding: .utf8)
    return (failure, called ?? "")
  }

  /// By a process of its own: one that another test forks from this one meanwhile would hold the
  /// file open for writing, and what is open for writing cannot be run.
  private func write(_ text: String, to program: URL) throws {
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = ["-c", "cat > \"$0\" && chmod +x \"$0\"", program.path]
    let input = Pipe()
    shell.standardInput = input
    try shell.run()
    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try input.fileHandleForWriting.close()
    shell.waitUntilExit()
    try #require(shell.terminationStatus == 0)
  }

  @Test func `cryptsetup is called for the volume and asked nothing`() throws {
    let (error, called) = try resize("exit 0")
    #expect(error == nil)
    #expect(called == "--batch-mode resize secret\n")
  }

  @Test(arguments: [
    "echo 'Nothing to read on input.' >&2; exit 1",
    "echo 'No key available with this passphrase.' >&2; exit 2",
    // It waits for a passphrase on standard input, where there is none.
    "read passphrase || { echo 'Nothing to read on input.' >&2; exit 1; }",
  ])
  func `a volume whose key is not at hand is named`(script: String) throws {
    #expect(try resize(script).error == .needsPassphrase(name: "secret"))
  }

  @Test func `another failure is told in cryptsetup's words`() throws {
    #expect(
      try resize("echo 'Device secret is not active.' >&2; exit 4").error
        == .failed(status: 4, messages: ["Device secret is not active."]))
  }

  @Test func `a guest without cryptsetup is told so`() throws {
    #expect(try resize(nil).error == .noProgram)
  }
}
