import Bytes

/// The question for the name servers of the root, `. IN NS`, which any resolver can answer.
///
///     offset  size  field
///          0     2  identifier
///          2     2  flags: 0x8000 a response, 0x0100 recursion desired, 0x000F the response code
///          4     8  how many questions, answers, authorities, additional records: 1, 0, 0, 0
///         12     1  the name: no label
///         13     4  type 2, class 1
///
/// Source: RFC 1035, section 4.1.
public struct DNSQuery: Equatable, Sendable {
  public let identifier: UInt16

  public init(identifier: UInt16) {
    self.identifier = identifier
  }

  public var bytes: [UInt8] {
    [UInt8(identifier >> 8), UInt8(identifier & 0xFF), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1]
  }

  /// The response code of an answer to it (0: no error); `nil`: it is none.
  public func responseCode(of packet: [UInt8]) -> UInt8? {
    guard packet.count >= 12, packet[bigEndian: 0] == identifier, packet[2] & 0x80 != 0
    else { return nil }
    return packet[3] & 0xF
  }
}
