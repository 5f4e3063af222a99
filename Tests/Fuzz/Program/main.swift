import Counting
import Glibc

/// usage: fuzz TARGET [OPTION OF LIBFUZZER...] [FILE OR FOLDER...]
///        fuzz --list
///
/// The target is the first word; the rest is libFuzzer's. At the end of a run one line says what
/// the dearest inputs took.
switch CommandLine.arguments.dropFirst().first {
case "--list":
  for target in targets { print(target.name, target.longest) }
case let name?:
  guard let target = (targets + selfTests).first(where: { $0.name == name }) else {
    print("fuzz: no target \"\(name)\"; --list names them")
    exit(2)
  }
  Run.target = target
  atexit { Run.report() }
  var arguments = [CommandLine.arguments[0], "-max_len=\(target.longest)"]
  arguments += CommandLine.arguments.dropFirst(2)
  var count = Int32(arguments.count)
  var words = arguments.map { strdup($0) } + [nil]
  words.withUnsafeMutableBufferPointer { words in
    var base = words.baseAddress
    exit(LLVMFuzzerRunDriver(&count, &base) { bytes, count in Run.input(bytes, count) })
  }
case nil:
  print("usage: fuzz TARGET [OPTION OF LIBFUZZER...] [FILE OR FOLDER...]")
  exit(2)
}

/// The run of the one target of this process, on its one thread.
enum Run {
  nonisolated(unsafe) static var target = selfTests[0]
  nonisolated(unsafe) private static var memory = Dearest()
  nonisolated(unsafe) private static var work = Dearest()

  static func input(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = [UInt8](UnsafeBufferPointer(start: bytes, count: count))
    let memoryLimit = target.memory.limit(input)
    let workLimit = target.work.limit(input)
    counting_begin(Int64(memoryLimit), UInt64(workLimit))
    target.run(input)
    let taken = counting_end()
    memory.take(Int(taken.memory), of: memoryLimit, input.count)
    work.take(Int(taken.work), of: workLimit, input.count)
    return 0
  }

  static func report() {
    print("fuzz: memory \(memory.words); work \(work.words)")
  }

  /// The input that came closest to its limit.
  private struct Dearest {
    var taken = 0
    var limit = 1
    var length = 0

    mutating func take(_ taken: Int, of limit: Int, _ length: Int) {
      guard taken * self.limit > self.taken * limit else { return }
      self = Dearest(taken: taken, limit: limit, length: length)
    }

    var words: String { "\(taken) of \(limit) for \(length) bytes" }
  }
}
