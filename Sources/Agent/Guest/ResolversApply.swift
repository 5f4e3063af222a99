import Linux

/// Tells the guest its resolvers: in /etc/resolv.conf where that is a file or absent, in a drop-in
/// of systemd-resolved where that owns it.
struct ResolversApply {
  let options: Options

  static var path: String { "/etc/resolv.conf" }
  static var dropIn: String { "/run/systemd/resolved.conf.d/guestagent.conf" }
  /// What was there before us (a file of no bytes: nothing), and what we put there; after a change
  /// of it what we put there before, a zero byte, and what we put there since. Both are written
  /// before the file itself, so that a run that is cut off leaves nothing that is not known as
  /// ours.
  static var before: String { "/run/guestagent/resolv.conf.before" }
  static var ours: String { "/run/guestagent/resolv.conf" }

  private var files: FileTree { options.files }

  private enum Owner {
    case nobody
    /// A symbolic link that leads nowhere, to this target.
    case deadLink(String)
    case resolved
    /// Another program, by a symbolic link to this target.
    case other(String)
  }

  func run(_ resolvers: Resolvers, _ report: inout Report) {
    // Without resolvers in the metadata, theirs stay; ours of an earlier run go.
    guard !resolvers.isEmpty else { return takeBack(&report) }
    Activity.note("telling the resolvers")
    var object = ObjectReport("resolvers")
    do {
      switch try owner() {
      case .nobody:
        try write(resolvers.resolvConf, &object)
      case .deadLink(let target):
        report.note(
          "resolvers", "\(Self.path) led to \(target), which is not there; it is replaced")
        try write(resolvers.resolvConf, &object)
      case .resolved:
        try writeDropIn(resolvers.resolvedConf, &object)
      case .other(let target):
        report.note(
          "resolvers", "\(Self.path) is a symbolic link to \(target) and is left to its owner")
      }
    } catch {
      object.failure = error.description
    }
    report.objects.append(object)
  }

  private func owner() throws(SystemError) -> Owner {
    guard case .symlink(let target) = try files.kind(of: Self.path) else { return .nobody }
    // Absolute or relative; the file itself comes with the service.
    if target.hasSuffix("/systemd/resolve/stub-resolv.conf")
      || target.hasSuffix("/systemd/resolve/resolv.conf")
      || target.hasSuffix("/lib/systemd/resolv.conf")
    {
      return .resolved
    }
    return files.mayExist(Self.path) ? .other(target) : .deadLink(target)
  }

  // MARK: /etc/resolv.conf

  private func write(_ text: String, _ object: inout ObjectReport) throws(SystemError) {
    let bytes = [UInt8](text.utf8)
    let present = try files.read(Self.path)
    guard present != bytes else { return }
    object.perform("printf '\(escaped(text))' > \(Self.path)", options) { () throws(SystemError) in
      if let present, try isOurs(present) {
        try files.replace(Self.ours, with: present + [0] + bytes, synced: false)
      } else {
        try files.replace(Self.before, with: present ?? [], synced: false)
        try files.replace(Self.ours, with: bytes, synced: false)
      }
      try files.replace(Self.path, with: bytes)
    }
  }

  private func isOurs(_ bytes: [UInt8]) throws(SystemError) -> Bool {
    guard let ours = try files.read(Self.ours) else { return false }
    return ours.split(separator: 0).contains { $0.elementsEqual(bytes) }
  }

  private func escaped(_ text: String) -> String {
    text.split(separator: "\n").map { "\($0)\\n" }.joined()
  }

  // MARK: systemd-resolved

  private func writeDropIn(_ text: String, _ object: inout ObjectReport) throws(SystemError) {
    let bytes = [UInt8](text.utf8)
    guard try files.read(Self.dropIn) != bytes else { return }
    object.perform("printf '\(escaped(text))' > \(Self.dropIn)", options) {
      () throws(SystemError) in
      try files.replace(Self.dropIn, with: bytes, synced: false)
      try reloadResolved()
    }
  }

  /// A running systemd-resolved reads its drop-ins when it starts; at boot it starts after us.
  private func reloadResolved() throws(SystemError) {
    guard files.isRunningGuest, files.exists("/run/systemd/resolve/resolv.conf") else { return }
    try ServiceManagerSocket.restartResolved()
  }

  // MARK: Down

  /// Puts back what was there before, unless somebody has changed it since.
  func takeBack(_ report: inout Report) {
    var object = ObjectReport("resolvers")
    do { try takeBack(&object) } catch { object.failure = error.description }
    if object.failure != nil || !object.steps.isEmpty { report.objects.append(object) }
  }

  private func takeBack(_ object: inout ObjectReport) throws(SystemError) {
    if files.mayExist(Self.dropIn) {
      object.perform("rm \(Self.dropIn)", options) { () throws(SystemError) in
        try files.remove(Self.dropIn)
        try reloadResolved()
      }
    }
    guard let before = try files.read(Self.before) else { return }
    if try files.kind(of: Self.path) == .file, let present = try files.read(Self.path),
      try isOurs(present)
    {
      let command = before.isEmpty ? "rm \(Self.path)" : "cp \(Self.before) \(Self.path)"
      object.perform(command, options) { () throws(SystemError) in
        if before.isEmpty {
          try files.remove(Self.path)
        } else {
          try files.replace(Self.path, with: before)
        }
      }
    }
    // What could not be put back is still to be.
    if options.dryRun || object.outcome == .failed { return }
    try files.remove(Self.ours)
    try files.remove(Self.before)
  }
}
