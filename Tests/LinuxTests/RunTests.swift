import Glibc
import Testing

@testable import Linux

@Suite struct RunTests {
  /// What a shell tells of itself, line by line.
  private func told(_ script: String) throws -> [Substring] {
    let (status, output) = try System.run(
      "/bin/sh", ["-c", script], capturing: 1 << 16, environment: ["ONE=1", "TWO=2"],
      input: [UInt8]("given".utf8))
    #expect(status == 0)
    return String(decoding: output, as: UTF8.self).split(separator: "\n")
  }

  @Test func `a program has the environment that it is given, and no more`() throws {
    setenv("LVM_SYSTEM_DIR", "/nowhere", 1)
    // The shell's own is left out.
    #expect(try told("env | grep -v -e ^PWD= -e ^_= -e ^SHLVL= | sort") == ["ONE=1", "TWO=2"])
  }

  @Test func `it stands in the root directory and reads what it is given`() throws {
    #expect(try told("pwd; cat") == ["/", "given"])
  }

  @Test func `no signal is blocked or ignored in it`() throws {
    let ignored = signal(SIGUSR1, SIG_IGN)
    defer { signal(SIGUSR1, ignored) }
    let sets = try told("grep -e SigBlk -e SigIgn /proc/self/status").map { line in
      UInt64(line.suffix(16), radix: 16)
    }
    // 32 and 33 are glibc's own, which keeps them for its threads.
    #expect(sets.count == 2)
    #expect(sets.allSatisfy { $0.map { $0 & ~(3 << 31) } == 0 })
  }
}
