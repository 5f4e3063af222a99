import Configuration

/// Routes that go from one link to another. The kernel holds one route to a destination in a
/// table with a metric, whichever its link, so that the old one has to go before the new one
/// comes; other routes that are no longer wanted go last.
public struct RouteMoves {
  /// Those that come; the value says nothing.
  private var added: [RouteKey: Int] = [:]

  /// All steps that are to be carried out, link by link.
  public init(_ steps: [[NetworkStep]]) {
    guard steps.count > 1 else { return }
    var removes = false
    for step in steps.joined() {
      if case .removeRoute = step.action { removes = true }
    }
    guard removes else { return }
    for step in steps.joined() {
      if case .addRoute(let route) = step.action { added[route.key] = 0 }
    }
  }

  /// The removals that have to come first, taken out of the steps of a link.
  public func takeRemovals(outOf steps: inout [NetworkStep]) -> [NetworkStep] {
    if added.isEmpty { return [] }
    var first: [NetworkStep] = []
    var others: [NetworkStep] = []
    for step in steps {
      if isInTheWay(step) { first.append(step) } else { others.append(step) }
    }
    if !first.isEmpty { steps = others }
    return first
  }

  private func isInTheWay(_ step: NetworkStep) -> Bool {
    guard case .removeRoute(let route) = step.action else { return false }
    return added[route.key] != nil
  }
}

extension LinkPlan {
  /// The plan's own part in `moves`.
  public mutating func takeRemovals(_ moves: RouteMoves) -> [NetworkStep] {
    moves.takeRemovals(outOf: &steps)
  }
}
