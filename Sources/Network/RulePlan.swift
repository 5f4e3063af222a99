import Addresses
import Configuration

/// The steps that bring the rules of the routing policy to what the links' configurations want.
/// The kernel keeps them beside the links, and ours carry our mark.
public struct RulePlan {
  public private(set) var steps: [NetworkStep] = []

  /// No link is meant.
  private static let noLink = LinkIdentity(index: 0, name: "rules")

  /// `removes`: ours that are no longer wanted go.
  public init(_ wanted: [RuleConfiguration], _ found: [FoundRule], removes: Bool = true) {
    var unexplained = found
    for rule in wanted {
      if let place = unexplained.firstIndex(where: { rule.isMet(by: $0.rule) }) {
        unexplained.remove(at: place)
      } else if !steps.contains(where: { $0.adds(rule) }),
        !found.contains(where: { rule.isMet(by: $0.rule) })
      {
        steps.append(NetworkStep(Self.noLink, .addRule(rule)))
      }
    }
    guard removes else { return }
    for rule in unexplained where rule.mark == Ownership.mark {
      steps.append(NetworkStep(Self.noLink, .removeRule(rule.rule)))
    }
  }
}

extension NetworkStep {
  fileprivate func adds(_ rule: RuleConfiguration) -> Bool {
    if case .addRule(rule) = action { true } else { false }
  }
}

extension RuleConfiguration {
  /// Whether one that is there does the same; where no priority is wanted the kernel chose one.
  public func isMet(by found: RuleConfiguration) -> Bool {
    var other = found
    if priority == nil { other.priority = nil }
    return normalized == other.normalized
  }

  /// All packets and no mark are what no word of them is, as long as the family can be told.
  private var normalized: RuleConfiguration {
    var rule = self
    if to != nil, from?.length == 0 { rule.from = nil }
    if rule.from != nil, to?.length == 0 { rule.to = nil }
    if rule.from == nil, let to, to.length == 0 { (rule.from, rule.to) = (to, nil) }
    if mark == 0 { rule.mark = nil }
    if typeOfService == 0 { rule.typeOfService = nil }
    return rule
  }
}
