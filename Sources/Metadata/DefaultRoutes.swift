import Addresses
import Configuration

extension Configuration {
  /// Two links with a default route of the same table and metric: the kernel holds one of them.
  func warnOfEqualDefaultRoutes(_ place: Place, _ diagnostics: inout Diagnostics) {
    warnOfEqualDefaultRoutes(&diagnostics) { _, _ in place }
  }

  /// `place`: of a link's n-th route.
  func warnOfEqualDefaultRoutes(
    _ diagnostics: inout Diagnostics, place: (LinkConfiguration, Int) -> Place
  ) {
    var owners: [RouteKey: Int] = [:]
    for (number, link) in links.enumerated() {
      for (index, route) in link.routes.enumerated()
      where route.to.length == 0 && route.type == .unicast {
        let key = RouteKey(route)
        guard let other = owners[key] else {
          owners[key] = number
          continue
        }
        if other == number { continue }
        let metric = route.metric.map { " of metric \($0)" } ?? ""
        diagnostics.warn(
          place(link, index),
          "\(quoted(links[other].name)) and \(quoted(link.name)) both have a default route "
            + "\(route.to)\(metric): the kernel holds one, "
            + "and \(quoted(links[other].name)) gets it",
          hint: "give the other a metric of its own")
      }
    }
  }
}
