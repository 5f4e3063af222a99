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
    var owners: [DefaultRoute: String] = [:]
    for link in links {
      for (index, route) in link.routes.enumerated()
      where route.to.length == 0 && route.type == .unicast {
        let key = DefaultRoute(route)
        guard let owner = owners.updateValue(link.name, forKey: key), owner != link.name
        else { continue }
        let metric = route.metric.map { " of metric \($0)" } ?? ""
        diagnostics.warn(
          place(link, index),
          "\(quoted(owner)) and \(quoted(link.name)) both have a default route "
            + "\(route.to)\(metric): the kernel holds one",
          hint: "give the other a metric of its own")
      }
    }
  }
}

private struct DefaultRoute: Hashable {
  var family: IPFamily
  var table: UInt32
  var metric: UInt32

  /// The kernel's own values where none is given: table main, and for IPv6 metric 1024.
  init(_ route: RouteConfiguration) {
    family = route.to.family
    table = route.table ?? 254
    let metric = route.metric ?? 0
    self.metric = metric == 0 && family == .ipv6 ? 1024 : metric
  }
}
