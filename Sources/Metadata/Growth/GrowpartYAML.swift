import Configuration

/// What user-data say of growth to cloud-init, as a policy of ours:
///
///     growpart:
///       mode: auto | growpart | gpart | off        off, also no, false and 0: nothing grows
///       devices: [<mount point or device>, ...]    or one of them; these grow, and no other
///     resize_rootfs: true | false | noblock        false: / does not grow
///
/// `auto` alone, and `resize_rootfs: true`, are what happens where nothing is said. cloud-init can
/// grow a partition and leave its filesystem, or the reverse; guestagent grows both or neither.
/// Source: cloud-init, "Growpart", "Resizefs".
extension YAMLReader {
  /// `nil`, and no error: nothing.
  mutating func growpart() -> GrowthPolicy? {
    guard let root = document.root, !document.isNull(root) else { return nil }
    let entries = self.entries(root, "user-data") ?? []
    let rootFS = value(of: "resize_rootfs", in: entries)
    let keepsRoot = rootFS.map { isOff($0) } ?? false
    if let rootFS, !keepsRoot, document.text(rootFS) != "noblock" {
      _ = boolean(rootFS, "resize_rootfs")
    }
    var devices: [YAMLNode]?
    if let growpart = value(of: "growpart", in: entries) {
      guard let settings = self.entries(growpart, "growpart") else { return nil }
      if let mode = value(of: "mode", in: settings), isOff(mode) {
        if let rootFS, !keepsRoot {
          warn(rootFS, "resize_rootfs: not done by guestagent where growpart is off: nothing grows")
        }
        return GrowthPolicy.none
      } else if let mode = value(of: "mode", in: settings) {
        check(mode: mode)
      }
      if let given = value(of: "devices", in: settings) {
        devices = document.isScalar(given) ? [given] : items(given, "devices")
      }
    }
    if keepsRoot, let rootFS { return growpart(devices, without: rootFS) }
    return devices.flatMap { growpart($0, without: nil) }
  }

  /// `rootFS`: the node that says that / does not grow.
  private mutating func growpart(
    _ devices: [YAMLNode]?, without rootFS: YAMLNode?
  ) -> GrowthPolicy? {
    var policy = GrowthPolicy.none
    var growsRoot = devices == nil
    for device in devices ?? [] {
      do throws(GrowthPolicyError) {
        let target = try GrowthPolicy.Target(document.text(device))
        if target == .mountPoint("/") { growsRoot = true }
        if rootFS != nil, target == .mountPoint("/") { continue }
        var builder = GrowthPolicyBuilder()
        for volume in policy.volumes { try builder.add(volume) }
        try builder.add(GrowthPolicy.Volume(target))
        policy = try builder.policy()
      } catch {
        self.error(device, "growpart: \(error)")
      }
    }
    if let rootFS, growsRoot {
      warn(
        rootFS,
        """
        resize_rootfs: a partition without its filesystem is not done by guestagent: neither of \
        / grows
        """)
    }
    return diagnostics.errors.isEmpty ? policy : nil
  }

  private mutating func check(mode: YAMLNode) {
    switch Word(document.text(mode)) {
    case "auto", "growpart", "gpart": break
    default: refuse(mode, "mode", expected: "auto, growpart, gpart or off")
    }
  }

  /// Source: cloud-init, `is_false` of util.py.
  private func isOff(_ value: YAMLNode) -> Bool {
    switch Word(document.text(value)) {
    case "off", "Off", "OFF", "false", "False", "FALSE", "no", "No", "NO", "0": true
    default: false
    }
  }
}
