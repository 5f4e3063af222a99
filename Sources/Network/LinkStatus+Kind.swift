import Configuration

/// What the link is made of, and what it is a port of.
extension LinkStatus {
  mutating func addKind(
    _ wanted: LinkConfiguration, _ found: FoundLink, _ directory: LinkDirectory
  ) {
    if case .vlan(let parent, let id) = wanted.kind {
      let isSo = wanted.hasIdentity(of: found, directory)
      let carrier = found.parent.flatMap { directory[index: $0] }?.identity.name ?? "none"
      add(
        .link, "vlan \(id) of \(parent)",
        isSo ? .asWanted : .differs("vlan \(found.vlanID ?? 0) of \(carrier)"))
    } else if let kind = wanted.kind.kernelName {
      add(.link, kind, .asWanted)
    }
    if let name = wanted.controller {
      let there = found.controller.flatMap { directory[index: $0] }?.identity
      let isSo = there != nil && there == directory[name]?.identity
      add(.link, "port of \(name)", isSo ? .asWanted : .differs(there?.name ?? "no port"))
    }
    var settings: [LinkSetting] = []
    if wanted.kind == .bond { settings = wanted.settings(of: .bond, directory).taken }
    if wanted.kind == .bridge { settings = wanted.settings(of: .bridge, directory).taken }
    if wanted.controller != nil { settings += wanted.settings(of: .bridgePort, directory).taken }
    for setting in settings {
      let there = found.settings.first { $0.key == setting.key }
      let state: State =
        if let there {
          there == setting ? .asWanted : .differs(there.words)
        } else {
          .missing
        }
      add(.link, setting.words, state)
    }
  }
}
