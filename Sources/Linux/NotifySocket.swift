// Unsafe: a name is copied only if it is shorter than its field; the text is as long as is told.
import CLinux

/// The socket of whoever started this program, who wants to hear how it is (`NOTIFY_SOCKET`).
/// Source: sd_notify(3).
public final class NotifySocket {
  private let descriptor: Int32
  private var address = sockaddr_un()
  private let length: socklen_t

  /// `nil`: nobody wants to hear. A path, or a name behind `@` for an abstract one; others
  /// (`vsock:`) are none of ours.
  public init?() {
    guard let name = System.environment("NOTIFY_SOCKET") else { return nil }
    let bytes = [UInt8](name.utf8)
    let isAbstract = bytes.first == UInt8(ascii: "@")
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard isAbstract || bytes.first == UInt8(ascii: "/"), bytes.count > 1, bytes.count < room else {
      return nil
    }
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { path in
      unsafe path.copyBytes(from: bytes)
      if isAbstract { unsafe path[0] = 0 }
    }
    length = socklen_t(MemoryLayout<sockaddr_un>.size - room + bytes.count)
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return nil }
  }

  deinit { close(descriptor) }

  /// `KEY=value`, a line each. Never waits; that it was not heard is the listener's matter.
  public func send(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      unsafe withUnsafePointer(to: &address) { address in
        unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          _ = unsafe sendto(
            descriptor, bytes.baseAddress, bytes.count,
            Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), address, length)
        }
      }
    }
  }
}
