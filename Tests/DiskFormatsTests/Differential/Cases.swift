import Foundation
import Testing

/// How many cases a comparison with another reader tries: few as a matter of course, thousands if
/// GUESTAGENT_CASES says so. Each has a seed of its own, from GUESTAGENT_SEED upward: one alone is
/// tried again by its seed and GUESTAGENT_CASES=1.
struct Cases {
  let seeds: Range<UInt64>

  init(_ usual: Int) {
    let environment = ProcessInfo.processInfo.environment
    let first = environment["GUESTAGENT_SEED"].flatMap { UInt64($0) } ?? 6
    let count = environment["GUESTAGENT_CASES"].flatMap { UInt64($0) } ?? UInt64(usual)
    seeds = first..<first + count
  }
}

/// What came of the cases of one comparison, counted by name and printed at the end.
struct Figures {
  let title: String
  private var counts: [String: Int] = [:]

  init(_ title: String) {
    self.title = title
  }

  subscript(_ name: String) -> Int { counts[name] ?? 0 }

  mutating func count(_ name: String, _ more: Int = 1) {
    counts[name, default: 0] += more
  }

  /// Prints them. Of many cases these counts have to make up three quarters: a comparison that
  /// never comes to pass is none.
  func report(_ cases: Cases, most: String...) {
    let share = most.reduce(0) { $0 + self[$1] } * 4
    #expect(cases.seeds.count < 50 || share >= cases.seeds.count * 3, "\(title)")
    let names = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    print("\(title), seeds \(cases.seeds): \(names.joined(separator: ", "))")
  }
}

extension Seeded {
  /// True so many times in a hundred.
  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

  mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices.randomElement(using: &self)!
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}
