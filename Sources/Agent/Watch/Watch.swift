import Configuration
import Devices
import Linux
import Netlink
import Network

/// Keeps the guest as the metadata say: applies them, then sleeps until the kernel, udev or a
/// signal tells of something that may have undone that; then it looks at everything and mends it.
///
/// Nothing is waited for but in one place, the loop. An event only says that there is something to
/// look at, so that none that is lost, or comes late or twice, does any harm.
public final class Watch {
  var options: Options
  private let hear: (WatchEvent) -> Void

  private let lock: LockFile
  /// `nil`: there can be none; then it keeps nobody away.
  let networkLock: LockFile?
  private let signals: Signals
  let network: NetlinkSocket
  private let devices: DeviceEvents

  var configuration: Configuration?
  var metadata: MetadataMemory
  var networkWait = NetworkWait.none
  var interest: (NetworkInterest, port: UInt32)?
  var memory = ReportMemory()
  private var manager: ServiceManager
  private var allowance: LogAllowance
  /// `nil`: nothing grows.
  private var growth: GrowthChild?
  var networkBurst = Burst(quiet: 5, bound: 25)
  private var metadataBurst = Burst(quiet: 50, bound: 500)
  private var growthBurst = Burst(quiet: 20, bound: 200)
  /// Whether links of the metadata are left to other programs of the guest.
  var leavesLinks = false
  private var isReady = false
  private var isOver = false

  /// Not by `==`, which would bring in the comparison of whole configurations.
  var isConfigured: Bool {
    if case .some = configuration { true } else { false }
  }

  /// Whether NICs that are not there are still waited for, without a word, or were spoken of.
  enum NetworkWait: Equatable {
    case none
    case until(Int64)
    case told
  }

  /// Listens from here on. `hear` is told what happens, as it happens.
  public init(
    _ options: Options, _ growth: GrowthChild?, _ hear: @escaping (WatchEvent) -> Void
  ) throws(WatchError) {
    let now = Clock.now
    self.options = options
    self.options.comesBack = true
    self.hear = hear
    manager = ServiceManager(at: now)
    allowance = LogAllowance(at: now)
    self.growth = growth
    metadata = MetadataMemory(waitsUntil: now + Int64(options.waitSeconds) * 1_000_000_000)
    networkLock = try? DownMark(files: options.files).lockFile
    let isAlone: Bool
    do throws(SystemError) {
      lock = try LockFile("/run/guestagent/watch.lock", in: options.files)
      isAlone = try lock.take(until: Deadline(secondsFromNow: 0), every: 1)
      signals = try Signals()
      network = try .networkEvents()
      devices = try DeviceEvents()
    } catch {
      throw .system(error)
    }
    guard isAlone else { throw .runsAlready(process: lock.holder) }
    devices.makeRoom()
  }

  /// Until a signal ends it.
  public func run() throws(SystemError) {
    if options.rereads { DiskPolling.begin(options.files) }
    if readMetadata() { apply() }
    askForGrowth()
    considerReady()
    var share = ProcessorShare(at: Clock.now, used: Clock.used)
    var waits = WaitSet([
      signals.descriptor, network.descriptor, devices.descriptor, growth?.descriptor ?? -1,
    ])
    while !isOver {
      let now = Clock.now
      let rest = share.rest(at: now, used: Clock.used)
      if rest == nil { doWhatIsDue(at: now) }
      manager.live(at: now)
      if let count = allowance.tell(at: now) { hear(.untold(count)) }
      // Who rests does not read either: what does not fit the socket's room meanwhile is one event.
      waits.hear(1, rest == nil)
      waits.hear(2, rest == nil)
      if growth == nil { waits.hear(3, false) }
      Activity.note("waiting for events")
      try waits.wait(until: earlier(rest ?? nextTime, manager.nextSign))
      Activity.note("hearing of events")
      if waits.isReady(0) { takeSignals() }
      if waits.isReady(1) { try hearOfNetwork() }
      if waits.isReady(2) { try hearOfDevices() }
      if waits.isReady(3) { takeEndOfGrowth() }
    }
  }

  // MARK: Time

  /// When something is due; `nil`: nothing.
  private var nextTime: Int64? {
    var next = earlier(networkBurst.due, metadataBurst.due)
    next = earlier(next, growthBurst.due)
    next = earlier(next, allowance.tellsAt)
    next = earlier(next, metadata.waitsUntil)
    if case .until(let time) = networkWait { next = earlier(next, time) }
    return next
  }

  private func earlier(_ one: Int64?, _ other: Int64?) -> Int64? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
  }

  private func doWhatIsDue(at now: Int64) {
    var isMetadataDue = metadataBurst.isOver(at: now)
    if let time = metadata.waitsUntil, time <= now {
      metadata.waitsUntil = nil
      isMetadataDue = isMetadataDue || !isConfigured
    }
    if isMetadataDue {
      let isFirst = !isConfigured
      if readMetadata() { isFirst ? apply() : applyAgain() }
    }
    var isNetworkDue = networkBurst.isOver(at: now)
    if case .until(let time) = networkWait, time <= now {
      networkWait = .told
      isNetworkDue = true
    }
    if isNetworkDue { mend() }
    if growthBurst.isOver(at: now) { askForGrowth() }
    considerReady()
  }

  // MARK: Events

  private func takeSignals() {
    while let signal = signals.next() {
      switch signal {
      case .end:
        isOver = true
        manager.stopping()
      case .reload: reload()
      }
    }
  }

  private func reload() {
    manager.reloading()
    try? DownMark(files: options.files).remove()
    metadata.forget()
    readMetadata()
    apply()
    askForGrowth()
    isReady = false
    considerReady()
  }

  /// So that signals and signs of life are not kept waiting.
  private static var eventsAtOnce: Int { 512 }

  private func hearOfNetwork() throws(SystemError) {
    let port = interest?.port ?? 0
    var isOurs = false
    do {
      for _ in 0..<Self.eventsAtOnce {
        let isThere = try network.receiveWaiting { datagram in
          NetworkEvent.forEach(in: datagram, port: port) { event, isOurOwn in
            // Until there has been a look, since `down` forbids it, anything may concern us.
            if interest?.0.concerns(event, isOurOwn: isOurOwn) != false { isOurs = true }
          }
        }
        if !isThere { break }
      }
    } catch {
      guard error.isOverrun else { throw error }
      isOurs = true
    }
    if isOurs { networkBurst.take(at: Clock.now) }
  }

  private func hearOfDevices() throws(SystemError) {
    var needs = DeviceNeeds()
    do {
      for _ in 0..<Self.eventsAtOnce {
        guard let event = try devices.nextWaiting() else { break }
        needs.add(DeviceNeeds(event))
        if event.action == .add, options.rereads { DiskPolling.begin(event.name, options.files) }
      }
    } catch {
      guard error.isOverrun else { throw error }
      needs = DeviceNeeds(network: true, metadata: true, growth: true)
    }
    let now = Clock.now
    if needs.network { networkBurst.take(at: now) }
    // Where there are none yet, any disk is welcome.
    if needs.metadata, options.rereads || !isConfigured { metadataBurst.take(at: now) }
    if needs.growth { growthBurst.take(at: now) }
  }

  // MARK: Growth

  private func askForGrowth() {
    do { try growth?.ask() } catch { hear(.complaint("growth: \(error)")) }
  }

  private func takeEndOfGrowth() {
    do {
      let status = try growth?.ended() ?? 0
      if growth?.isGone == true {
        growth = nil
        hear(.complaint("growth: nothing grows any more until watch is started again"))
      }
      guard status != 0 else { return }
      hear(
        .complaint(
          status < 0 ? "growth: ended by a signal" : "growth: ended with exit status \(status)"))
    } catch {
      hear(.complaint("growth: \(error)"))
    }
  }

  // MARK: Words

  /// Says it, unless too much was said lately.
  func say(_ event: WatchEvent, lines: Int) {
    if lines > 0, allowance.allows(lines, at: Clock.now) { hear(event) }
  }

  private func considerReady() {
    manager.tell(status)
    if isReady { return }
    if !isConfigured, metadata.waitsUntil != nil { return }
    if case .until = networkWait { return }
    isReady = true
    manager.ready()
  }

  private var status: String {
    if DownMark(files: options.files).isThere {
      return "the network is left alone since guestagent down"
    }
    if !isConfigured { return "waits for metadata" }
    if let failure = memory.failure { return "not as the metadata say: \(failure)" }
    if case .until = networkWait { return "waits for network interfaces" }
    if leavesLinks { return "the network is as the metadata say, but for links left to others" }
    return "the network is as the metadata say"
  }
}
