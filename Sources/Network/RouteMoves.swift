/// Routes that go from one link to another. The kernel holds one route to a destination in a
/// table with a metric, whichever its link, so that the old one has to go before the new one
/// comes; other routes that are no longer wanted go last.
public struct RouteMoves {
  private var added: Set<Route.Key> = []

  /// All steps that are to be carried out, link by link.
  public init(_ steps: [[NetworkStep]]) {
    let removes = steps.contains { $0.contains { $0.removedRoute != nil } }
    guard removes, steps.count > 1 else { return }
    for step in steps.joined() {
      if case .addRoute(let route) = step.action { added.insert(route.key) }
    }
  }

  /// The removals that have to come first, taken out of the steps of a link.
  public func takeRemovals(outOf steps: inout [NetworkStep]) -> [NetworkStep] {
    if added.isEmpty { return [] }
    let first = steps.filter { $0.removedRoute.map(added.contains) ?? false }
    if !first.isEmpty { steps.removeAll { $0.removedRoute.map(added.contains) ?? false } }
    return first
  }
}

extension NetworkStep {
  fileprivate var removedRoute: Route.Key? {
    if case .removeRoute(let route) = action { route.key } else { nil }
  }
}

extension LinkPlan {
  /// The plan's own part in `moves`.
  public mutating func takeRemovals(_ moves: RouteMoves) -> [NetworkStep] {
    moves.takeRemovals(outOf: &steps)
  }
}
