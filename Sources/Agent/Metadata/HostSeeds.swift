import Configuration
import Linux
import Metadata

/// What the host hands over without a disk, as the kernel and systemd show it in files.
struct HostSeeds {
  let files: FileTree

  /// Source: systemd(1), "System credentials"; systemd.exec(5), LoadCredential= and
  /// ImportCredential=: the service's own folder is there only while it runs.
  func credentials(_ diagnostics: inout Diagnostics) -> [Seed] {
    ["/run/credentials/guestagent.service", "/run/credentials/@system"].compactMap { folder in
      seed(.credentials, "credentials:" + folder, in: folder, &diagnostics) { file in
        folder + "/guestagent." + file
      }
    }
  }

  /// Source: Linux, Documentation/ABI/testing/sysfs-firmware-qemu_fw_cfg; QEMU, "-fw_cfg"; the
  /// second one is systemd's.
  func firmware(_ diagnostics: inout Diagnostics) -> [Seed] {
    let names = "/sys/firmware/qemu_fw_cfg/by_name/opt/"
    let own = names + "guestagent"
    let systemd = names + "io.systemd.credentials"
    return [
      seed(.firmware, "fw_cfg", in: own, &diagnostics) { file in "\(own)/\(file)/raw" },
      seed(.firmware, "fw_cfg:opt/io.systemd.credentials", in: systemd, &diagnostics) { file in
        "\(systemd)/guestagent.\(file)/raw"
      },
    ].compactMap { $0 }
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

  private func read(_ path: String, _ diagnostics: inout Diagnostics) -> [UInt8]? {
    do { return try files.read(path) } catch {
      diagnostics.warn(Place(path), error.description)
      return nil
    }
  }

  /// A folder that is not there costs one system call, and most are not.
  private func seed(
    _ source: SourceName, _ name: String, in folder: String, _ diagnostics: inout Diagnostics,
    _ path: (String) -> String
  ) -> Seed? {
    guard files.exists(folder) else { return nil }
    do {
      return try Seed(source, name: name) { (file: String) throws(SystemError) in
        try files.read(path(file), limit: Seed.fileLimit)
      }
    } catch {
      diagnostics.warn(Place(name), error.description)
      return nil
    }
  }
}
