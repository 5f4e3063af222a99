import Addresses
import Configuration
import Devices
import Linux
import Network

/// The network as it is found, with the records of what it was before us.
struct NetworkState {
  let socket: NetlinkSocket
  let kernel: KernelFeatures
  private(set) var found = FoundNetwork()
  var records: LinkRecords
  private var recordsAsSaved: LinkRecords
  /// Why the records are not known; they are left as they are then.
  let recordsFailure: SystemError?
  private let files: FileTree
  /// Those whose links are left alone; `nil`: nobody's are.
  private let managers: LinkManagers?

  static var recordPath: String { "/run/guestagent/links" }

  init(_ options: Options) throws(SystemError) {
    files = options.files
    managers = options.leavesManagedLinks ? LinkManagers(options) : nil
    socket = try .rtnetlink()
    kernel = KernelFeatures(release: System.identity().release)
    var text: [UInt8]?
    var failure: SystemError?
    // Without them there is no way back: asked for once more.
    for _ in 0..<2 {
      failure = nil
      do { text = try files.read(Self.recordPath) } catch { failure = error }
      if failure == nil { break }
    }
    recordsFailure = failure
    records = text.map { LinkRecords(text: String(decoding: $0, as: UTF8.self)) } ?? LinkRecords()
    recordsAsSaved = records
  }

  /// Looks at the kernel. Drivers and sysctls are asked for only where the configuration, or what
  /// is to be taken back, needs them.
  mutating func look(for links: [LinkConfiguration]) throws(SystemError) {
    let needsRules = records.hasRules || links.contains { !$0.rules.isEmpty }
    found = try NetworkLook(socket: socket).found(withRules: needsRules)
    let needsDrivers = links.contains { $0.match?.drivers.isEmpty == false }
    let sysctls = LinkSysctl.allCases.filter { sysctl in
      links.contains { $0.names(sysctl) } || records.records.contains { $0.sysctls[sysctl] != nil }
    }
    let needsSecrets = links.contains { $0.ipv6AddressGeneration == .stablePrivacy }
    let addresses = links.compactMap { $0.match?.macAddress }
    for position in found.links.indices where needsDrivers || !sysctls.isEmpty || needsSecrets {
      let name = found.links[position].name
      if needsDrivers { found.links[position].driver = System.driver(ofLink: name) }
      if needsSecrets {
        found.links[position].hasStableSecret = Sysctl.hasStableSecret(link: name)
      }
      for sysctl in sysctls {
        found.links[position].sysctls[sysctl] = try Sysctl.value(of: sysctl, ofLink: name)
      }
      if sysctls.contains(.acceptRA) {
        found.links[position].forwardsIPv6 = try Sysctl.forwardsIPv6(link: name)
      }
    }
    for address in addresses {
      let sharing = found.links.indices.filter { found.links[$0].macAddress == address }
      guard sharing.count > 1 else { continue }
      for position in sharing {
        let name = found.links[position].name
        found.links[position].isVirtualFunction = files.exists(
          "/sys/class/net/\(name)/device/physfn")
      }
    }
  }

  /// Looks at the links alone, for those that were made since; what is on the others stays as it
  /// was seen.
  mutating func lookAtLinks() throws(SystemError) {
    var links = try NetworkLook(socket: socket).foundLinks()
    for position in links.indices {
      guard let known = found.links.first(where: { $0.index == links[position].index }) else {
        continue
      }
      links[position].addresses = known.addresses
      links[position].routes = known.routes
      links[position].neighbors = known.neighbors
      links[position].driver = known.driver
      links[position].isVirtualFunction = known.isVirtualFunction
    }
    found.links = links
  }

  /// Takes a step as done, without another look.
  mutating func take(_ step: NetworkStep) { found.take(step) }

  /// Looks once.
  mutating func assign(_ links: [LinkConfiguration]) throws(SystemError) -> LinkAssignment {
    try look(for: links)
    return assignAgain(links)
  }

  /// For what was seen last.
  func assignAgain(_ links: [LinkConfiguration]) -> LinkAssignment {
    var assignment = LinkAssignment(links, to: found.links, records: records.records)
    if let managers {
      assignment.leave(links) { managers.keeper(of: links[$0], found.links, $1) }
    }
    return assignment
  }

  /// Looks at each event of a network device, until every NIC that is wanted and not optional is
  /// there and udev has finished with it, or the deadline has passed.
  mutating func await(
    _ links: [LinkConfiguration], seconds: Int
  ) throws(SystemError) -> LinkAssignment {
    let events = try DeviceEvents()
    let deadline = Deadline(secondsFromNow: seconds)
    while true {
      // What came before one began to listen brings no event.
      let assignment = try assign(links)
      guard isIncomplete(assignment, links), try events.next(of: "net", until: deadline)
      else { return assignment }
    }
  }

  /// Whether waiting can help.
  func isIncomplete(_ assignment: LinkAssignment, _ links: [LinkConfiguration]) -> Bool {
    assignment.lacksNIC(of: links) || assignment.pairs.contains { !isReady($0.found) }
  }

  /// Whether udev will not touch the link any more.
  func isReady(_ position: Int) -> Bool {
    // For what we made ourselves nobody has a name.
    found.links[position].isMadeByUs
      || DeviceEvents.isReady(linkIndex: found.links[position].index, in: files)
  }

  /// Keeps the records below /run, before what they tell of is done. Where that fails, it is tried
  /// again before the next step that needs it, and at the end.
  @inline(never)
  mutating func keepRecords() { try? saveRecords() }

  /// Keeps them at the end of the work, and tells where that fails.
  mutating func finishRecords(_ report: inout Report) {
    if let failure = recordsFailure {
      // Those that are there are of use to the next run.
      report.objects.append(ObjectReport("record", failure: failure.description))
      return
    }
    do { try saveRecords() } catch {
      report.note("record", "\(error); down will not know what the links were before")
    }
  }

  private mutating func saveRecords() throws(SystemError) {
    guard recordsFailure == nil, records != recordsAsSaved else { return }
    if records.isEmpty {
      try files.remove(Self.recordPath)
    } else {
      try files.replace(
        Self.recordPath, with: [UInt8](records.text.utf8), mode: 0o600, synced: false)
    }
    recordsAsSaved = records
  }
}

extension LinkConfiguration {
  fileprivate func names(_ sysctl: LinkSysctl) -> Bool {
    switch sysctl {
    case .acceptRA: acceptRA != nil
    case .temporaryAddresses: ipv6Privacy != nil
    case .ipv6MTU: ipv6MTU != nil
    case .promoteSecondaries: false
    }
  }
}
