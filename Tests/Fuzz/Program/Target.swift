/// One parser, or a chain of them, that is handed any bytes: it must come back, and have taken no
/// more memory and work than the input allows. Whatever else must be true of what it makes of the
/// input it checks itself, and calls `broken` where it is not.
struct Target: Sendable {
  let name: String
  /// The longest input that is tried, in bytes: as short as every part of a format fits in.
  let longest: Int
  /// Bytes allocated at one time.
  let memory: Allowance
  /// Edges of the instrumented code: of the rooms, libyaml and zlib.
  let work: Allowance
  let run: @Sendable ([UInt8]) -> Void
}

/// What an input may cost: a floor, and a multiple of its length. A cost that is squared in the
/// length breaks it, whatever the numbers, as long as the longest input is large beside the floor.
struct Allowance {
  let floor: Int
  let perByte: Int

  func limit(_ input: [UInt8]) -> Int { floor + perByte * input.count }
}
