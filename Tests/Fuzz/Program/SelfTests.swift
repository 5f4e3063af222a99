import Bytes

/// Targets that break each property as soon as an input begins with the letter "x": a run that
/// does not find them finds nothing at all.
let selfTests: [Target] = [
  Target(name: "selftest-crash", longest: 64, memory: allowance, work: allowance) { bytes in
    if begins(bytes) { _ = bytes[bytes.count] }
  },
  Target(name: "selftest-memory", longest: 64, memory: allowance, work: allowance) { bytes in
    if begins(bytes) { consume([UInt8](repeating: bytes[0], count: 1 << 20)) }
  },
  Target(name: "selftest-work", longest: 64, memory: allowance, work: allowance) { bytes in
    // A thousand times the input, in a room.
    if begins(bytes) { for _ in 0..<1000 { consume([UInt8(truncatingIfNeeded: crc32(bytes[...]))]) } }
  },
  Target(name: "selftest-property", longest: 64, memory: allowance, work: allowance) { bytes in
    if begins(bytes) { broken("the input begins with x") }
  },
]

private let allowance = Allowance(floor: 10000, perByte: 10)

@inline(never)
private func begins(_ bytes: [UInt8]) -> Bool { bytes.first == UInt8(ascii: "x") }

@inline(never) @_optimize(none)
private func consume(_ bytes: [UInt8]) {}
