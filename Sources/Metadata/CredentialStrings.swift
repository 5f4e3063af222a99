import Bytes
import Configuration

extension Seed {
  /// The names of its files among systemd's credentials and QEMU's files, behind `guestagent.`.
  public static var fileNames: [String] { ["meta-data", "network-config", "user-data"] }

  /// A seed by a reader of files of these names; `nil`: there is none.
  public init?<Failure: Error>(
    _ source: SourceName, name: String,
    reading read: (String) throws(Failure) -> [UInt8]?
  ) throws(Failure) {
    self.init(source, name: name)
    metaData = try read("meta-data")
    networkConfig = try read("network-config")
    userData = try read("user-data")
    if isEmpty { return nil }
  }

  /// The seed in credentials that the firmware's OEM strings carry:
  ///
  ///     io.systemd.credential:guestagent.<file>=<text>
  ///     io.systemd.credential.binary:guestagent.<file>=<base64>
  ///
  /// where `<file>` is meta-data, network-config or user-data; the first one of each counts.
  /// Source: systemd(1), "System credentials". `nil`: there are none.
  public init?(smbios table: [UInt8], diagnostics: inout Diagnostics) {
    self.init(.smbios, name: "smbios")
    for string in oemStrings(smbios: table) where string.starts(with: "io.systemd.cred".utf8) {
      for (index, file) in Self.fileNames.enumerated() {
        let text = value(of: "io.systemd.credential:guestagent.\(file)=", in: string)
        let encoded = value(of: "io.systemd.credential.binary:guestagent.\(file)=", in: string)
        var bytes = text.map { [UInt8]($0) }
        if let encoded {
          do throws(Base64Error) { bytes = try [UInt8](base64: encoded) } catch {
            diagnostics.warn(Place("smbios"), "guestagent.\(file): \(error); it is not used")
          }
        }
        guard let bytes else { continue }
        switch index {
        case 0: metaData = metaData ?? bytes
        case 1: networkConfig = networkConfig ?? bytes
        default: userData = userData ?? bytes
        }
      }
    }
    if isEmpty { return nil }
  }
}

/// What follows `key` at the beginning.
private func value(of key: String, in string: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
  string.starts(with: key.utf8) ? string.dropFirst(key.utf8.count) : nil
}
