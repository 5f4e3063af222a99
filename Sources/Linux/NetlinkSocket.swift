// Unsafe: libmnl and the kernel write at most as many bytes as the buffer has, and the socket of
// libmnl lives as long as this class's.
import CLinux
import CMnl

/// A netlink socket of libmnl, with one receive buffer; closed with its last use.
@safe public final class NetlinkSocket {
  private let socket: OpaquePointer
  /// Something could not be sent or received: whether it was done nobody knows.
  public private(set) var hasFailed = false

  /// Larger than any datagram of a dump (the kernel sends at most 32 KiB at once).
  private var buffer = [UInt8](repeating: 0, count: 32768)

  /// For routes, links, addresses and neighbours, with the kernel's sentences in its refusals.
  public static func rtnetlink() throws(SystemError) -> NetlinkSocket {
    let socket = try NetlinkSocket(bus: NETLINK_ROUTE, groups: 0)
    // Kernels before 4.12 know no sentences: then there are none.
    var on: Int32 = 1
    _ = unsafe mnl_socket_setsockopt(
      socket.socket, NETLINK_EXT_ACK, &on, socklen_t(MemoryLayout<Int32>.size))
    return socket
  }

  /// Hears of every change of an IPv6 address.
  public static func ipv6AddressEvents() throws(SystemError) -> NetlinkSocket {
    try NetlinkSocket(bus: NETLINK_ROUTE, groups: UInt32(RTMGRP_IPV6_IFADDR))
  }

  /// Hears of every change of links, addresses, routes, neighbours and rules.
  public static func networkEvents() throws(SystemError) -> NetlinkSocket {
    let groups =
      RTMGRP_LINK | RTMGRP_NEIGH | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE
      | RTMGRP_IPV6_ROUTE | RTMGRP_IPV4_RULE | 1 << (Int32(RTNLGRP_IPV6_RULE.rawValue) - 1)
    let socket = try NetlinkSocket(bus: NETLINK_ROUTE, groups: UInt32(groups))
    socket.makeRoom()
    return socket
  }

  /// Bound to the multicast groups of a netlink family.
  public init(bus: Int32, groups: UInt32) throws(SystemError) {
    guard let socket = unsafe mnl_socket_open2(bus, Int32(SOCK_CLOEXEC.rawValue)) else {
      throw SystemError(.netlinkSocket)
    }
    unsafe self.socket = socket
    guard unsafe mnl_socket_bind(socket, groups, MNL_SOCKET_AUTOPID) == 0 else {
      throw SystemError(.netlinkSocket)
    }
  }

  deinit {
    unsafe mnl_socket_close(socket)
  }

  public var descriptor: Int32 { unsafe mnl_socket_get_fd(socket) }

  /// What the kernel calls us in the events that we cause (`nlmsg_pid`).
  public var port: UInt32 { unsafe mnl_socket_get_portid(socket) }

  /// Room in the kernel for a thousand events or so (`SO_RCVBUFFORCE`), used only while they wait.
  /// Without it the usual room has to do.
  public func makeRoom() {
    var bytes: Int32 = 1 << 20
    unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, socklen_t(MemoryLayout<Int32>.size))
  }

  /// All bytes in one `sendto`.
  public func send(_ bytes: [UInt8]) throws(SystemError) {
    let result = unsafe bytes.withUnsafeBytes { bytes in
      uninterrupted { unsafe mnl_socket_sendto(socket, bytes.baseAddress!, bytes.count) }
    }
    guard result == bytes.count else {
      let error = SystemError(.netlinkSend)
      hasFailed = true
      throw error
    }
  }

  /// Waits for one datagram and shows it to `body`.
  public func receive<Result>(
    _ body: (ArraySlice<UInt8>) -> Result
  ) throws(SystemError) -> Result {
    let count = unsafe buffer.withUnsafeMutableBytes { buffer in
      uninterrupted { unsafe mnl_socket_recvfrom(socket, buffer.baseAddress!, buffer.count) }
    }
    guard count >= 0 else { throw SystemError(.netlinkReceive) }
    return body(buffer[..<count])
  }

  /// Shows one datagram to `body` if one is there; `false`: none. Throws ENOBUFS once after the
  /// kernel had no room for some.
  public func receiveWaiting(
    _ body: (ArraySlice<UInt8>) -> Void
  ) throws(SystemError) -> Bool {
    let count = unsafe buffer.withUnsafeMutableBytes { buffer in
      uninterrupted {
        unsafe recv(descriptor, buffer.baseAddress!, buffer.count, Int32(MSG_DONTWAIT))
      }
    }
    if count < 0, clinux_errno() == EAGAIN { return false }
    guard count >= 0 else { throw SystemError(.netlinkReceive) }
    body(buffer[..<count])
    return true
  }

  /// Waits for one datagram and shows it to `body` with those that are there already, up to
  /// `count`, by one `recvmmsg`. Longer ones than 1 KiB are cut: no acknowledgement is.
  public func receiveMany(
    _ count: Int, _ body: (ArraySlice<UInt8>) -> Void
  ) throws(SystemError) {
    let size = 1024
    let count = min(count, buffer.count / size)
    var vectors = unsafe [iovec](repeating: iovec(), count: count)
    var datagrams = unsafe [clinux_datagram](repeating: clinux_datagram(), count: count)
    let received = unsafe buffer.withUnsafeMutableBytes { buffer in
      unsafe vectors.withUnsafeMutableBufferPointer { vectors in
        for position in 0..<count {
          unsafe vectors[position].iov_base = buffer.baseAddress! + position * size
          unsafe vectors[position].iov_len = size
          unsafe datagrams[position].header.msg_iov = vectors.baseAddress! + position
          unsafe datagrams[position].header.msg_iovlen = 1
        }
        return uninterrupted {
          unsafe Int(
            clinux_receive_many(
              descriptor, &datagrams, UInt32(count), Int32(CLINUX_MSG_WAITFORONE)))
        }
      }
    }
    guard received >= 0 else {
      let error = SystemError(.netlinkReceive)
      hasFailed = true
      throw error
    }
    for position in 0..<received {
      let start = position * size
      let length = unsafe min(size, Int(datagrams[position].length))
      body(buffer[start..<(start + length)])
    }
  }
}
