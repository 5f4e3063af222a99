import Bytes
import Configuration

/// What the last `network-config=` says:
///
///     network-config=disabled
///     network-config=<base64 of a network-config, or of one compressed by gzip>
///
/// Source: cloud-init, "Network configuration sources"; `read_kernel_cmdline_config`.
public enum NetworkConfigWord: Equatable, Sendable {
  /// No source configures the network.
  case disabled
  /// A network-config, decoded.
  case bytes([UInt8])

  /// `nil`: nothing, or nothing that can be decoded, which is passed over with a warning so that
  /// the next source is asked.
  init?(_ value: String, _ notes: inout WordNotes) {
    switch Word(value) {
    case "": return nil
    case "disabled": self = .disabled
    default:
      guard let bytes = Self.decoded(value, &notes) else { return nil }
      self = .bytes(bytes)
    }
  }

  private static func decoded(_ text: String, _ notes: inout WordNotes) -> [UInt8]? {
    let bytes: [UInt8]
    do {
      bytes = try [UInt8](base64: text.utf8)
    } catch {
      notes.warn("\(error); it is not used")
      return nil
    }
    if !isGzip(bytes) { return bytes }
    do {
      return try gunzipped(bytes)
    } catch {
      notes.warn("\(error); it is not used")
      return nil
    }
  }
}
