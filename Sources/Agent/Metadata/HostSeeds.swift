import Configuration
import Linux
import Metadata

/// What the host hands over without a disk, as the kernel and systemd show it in files.
struct HostSeeds {
  let files: FileTree

  /// Source: systemd(1), "System credentials"; systemd.exec(5), LoadCredential= and
  /// ImportCredential=: a service's own folder is there only while it runs, and all that its sandbox
  /// lets it see.
  func credentials(_ diagnostics: inout Diagnostics) -> [Seed] {
    var found: [Seed] = []
    for owner in [
      "guestagent.service", "guestagent-watch.service", "guestagent-grow.service", "@system",
    ] {
      let folder = "/run/credentials/" + owner
      add(.credentials, "credentials:" + folder, folder, "guestagent.", "", &found, &diagnostics)
    }
    return found
  }

  /// Source: Linux, Documentation/ABI/testing/sysfs-firmware-qemu_fw_cfg; QEMU, "-fw_cfg"; the
  /// second one is systemd's.
  func firmware(_ diagnostics: inout Diagnostics) -> [Seed] {
    let names = "/sys/firmware/qemu_fw_cfg/by_name/"
    let own = "opt/guestagent"
    let systemd = "opt/io.systemd.credentials"
    var found: [Seed] = []
    add(.firmware, "fw_cfg", names + own, "", "/raw", &found, &diagnostics)
    add(
      .firmware, "fw_cfg:" + systemd, names + systemd, "guestagent.", "/raw", &found,
      &diagnostics)
    return found
  }

  /// Source: Linux, Documentation/ABI/testing/sysfs-firmware-dmi-tables.
  func smbios(_ diagnostics: inout Diagnostics) -> [Seed] {
    guard let table = read("/sys/firmware/dmi/tables/DMI", &diagnostics),
      let seed = Seed(smbios: table, diagnostics: &diagnostics)
    else { return [] }
    return [seed]
  }

  /// The machine's serial number, in which NoCloud may have a line. Source: Linux,
  /// Documentation/ABI/testing/sysfs-class-dmi.
  func serial(_ diagnostics: inout Diagnostics) -> String? {
    read("/sys/class/dmi/id/product_serial", &diagnostics).map { bytes in
      String(decoding: bytes, as: UTF8.self)
    }
  }

  /// Machines have these files of other things too, for root alone: who is not root is not told.
  private func isForRoot(_ error: SystemError) -> Bool {
    error.reason == .notPermitted && !System.isRoot
  }

  private func read(_ path: String, _ diagnostics: inout Diagnostics) -> [UInt8]? {
    do { return try files.read(path) } catch {
      if isForRoot(error) { return nil }
      diagnostics.warn(Place(path), error.description)
      return nil
    }
  }

  /// Files of a folder, between `prefix` and `suffix`. A folder that is not there costs one system
  /// call, and most are not.
  private func add(
    _ source: SourceName, _ name: String, _ folder: String, _ prefix: String, _ suffix: String,
    _ found: inout [Seed], _ diagnostics: inout Diagnostics
  ) {
    guard files.mayExist(folder) else { return }
    do {
      let seed = try Seed(source, name: name) { (file: String) throws(SystemError) in
        try files.read(folder + "/" + prefix + file + suffix, limit: Seed.fileLimit)
      }
      if let seed { found.append(seed) }
    } catch {
      // The folder of credentials is closed, whatever is in it.
      if source == .credentials, isForRoot(error) { return }
      diagnostics.warn(unread: Place(name), error.description)
    }
  }
}
