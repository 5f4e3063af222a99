import CMnl

/// The kernel's answer to one message: done, or refused with an errno and, since Linux 4.12, a
/// sentence (`NLMSGERR_ATTR_MSG`). Source: linux/netlink.h.
public struct Acknowledgement: Equatable, Sendable {
  public let sequence: UInt32
  public let refusal: Refusal?

  public struct Refusal: Equatable, Sendable {
    public let errno: Int32
    public let sentence: String?

    public init(errno: Int32, sentence: String?) {
      self.errno = errno
      self.sentence = sentence
    }
  }

  /// All acknowledgements of a datagram.
  public static func read(_ datagram: ArraySlice<UInt8>, _ body: (Acknowledgement) -> Void) {
    Message.forEach(in: datagram) { message in
      guard Int32(message.header.nlmsg_type) == NLMSG_ERROR,
        let error = message.fixedPart(as: nlmsgerr.self)
      else { return }
      guard error.error != 0 else {
        return body(Acknowledgement(sequence: message.header.nlmsg_seq, refusal: nil))
      }
      var sentence: String?
      if message.header.nlmsg_flags & UInt16(NLM_F_ACK_TLVS) != 0 {
        // The request's payload lies between unless the kernel was told to cap it.
        let isCapped = message.header.nlmsg_flags & UInt16(NLM_F_CAPPED) != 0
        let echoed = isCapped ? 0 : max(0, Int(error.msg.nlmsg_len) - MemoryLayout<nlmsghdr>.size)
        message.forEachAttribute(afterBytes: MemoryLayout<nlmsgerr>.size + echoed) {
          if $0.type == Int(NLMSGERR_ATTR_MSG.rawValue) { sentence = $0.text }
        }
      }
      body(
        Acknowledgement(
          sequence: message.header.nlmsg_seq,
          refusal: Refusal(errno: Int32(clamping: error.error.magnitude), sentence: sentence)))
    }
  }
}
