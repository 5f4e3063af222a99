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
  private let files: FileTree

  static var recordPath: String { "/run/guestagent/links" }

  init(_ files: FileTree) throws(SystemError) {
    self.files = files
    socket = try .rtnetlink()
    kernel = KernelFeatures(release: System.identity().release)
    // A record that cannot be read is one that is not there.
    let text = (try? files.read(Self.recordPath)) ?? nil
    records = text.map { LinkRecords(text: String(decoding: $0, as: UTF8.self)) } ?? LinkRecords()
    recordsAsSaved = records
  }

  /// Looks at the kernel. Drivers and sysctls are asked for only where the configuration, or what
  /// is to be taken back, needs them.
  mutating func look(for links: [LinkConfiguration]) throws(SystemError) {
    found = try NetworkLook(socket: socket).found()
    let needsDrivers = links.contains { $0.match?.drivers.isEmpty == false }
    let needsSysctls =
      links.contains { $0.acceptRA != nil } || records.records.contains { $0.acceptRA != nil }
    guard needsDrivers || needsSysctls else { return }
    for position in found.links.indices {
      let name = found.links[position].name
      if needsDrivers { found.links[position].driver = System.driver(ofLink: name) }
      if needsSysctls {
        found.links[position].acceptRA = Sysctl.acceptRA(ofLink: name)
        found.links[position].forwardsIPv6 = Sysctl.forwardsIPv6(link: name)
      }
    }
  }

  /// Takes a renaming as done, without another look.
  mutating func take(_ step: NetworkStep) {
    guard case .rename(let name) = step.action,
      let position = found.links.firstIndex(where: { $0.index == step.link.index })
    else { return }
    found.links[position].name = name
  }

  /// Looks once.
  mutating func assign(_ links: [LinkConfiguration]) throws(SystemError) -> LinkAssignment {
    try look(for: links)
    return LinkAssignment(links, to: found.links, records: records.records)
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
    DeviceEvents.isReady(linkIndex: found.links[position].index, in: files)
  }

  /// Keeps the records below /run, before what they tell of is done; nothing if they are kept
  /// already.
  mutating func saveRecords() throws(SystemError) {
    guard records != recordsAsSaved else { return }
    recordsAsSaved = records
    if records.records.isEmpty { return try files.remove(Self.recordPath) }
    try files.replace(
      Self.recordPath, with: [UInt8](records.text.utf8), mode: 0o600, synced: false)
  }
}
