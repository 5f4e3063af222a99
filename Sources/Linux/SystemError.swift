import CLinux

/// A system call that failed: what was tried on what, and the kernel's answer.
public struct SystemError: Error, Equatable {
  public let operation: Operation
  public let errno: Int32

  /// Takes errno as the last call left it.
  public init(_ operation: Operation) {
    self.operation = operation
    self.errno = clinux_errno()
  }

  public init(_ operation: Operation, errno: Int32) {
    self.operation = operation
    self.errno = errno
  }

  public enum Operation: Equatable, Sendable {
    case open(String)
    case read(String)
    case write(String)
    case readSize(String)
    case lock(String)
    /// A partition of the disk at the path, in the kernel.
    case resizePartition(UInt32, String)
    case replace(String)
    case remove(String)
    case createDirectory(String)
    case list(String)
    case netlinkSocket
    case netlinkSend
    case netlinkReceive
    case listen
    case wait
    case setHostname(String)
    case run(String)
    /// A unit of systemd's.
    case restart(String)
    case measure(String)
    case grow(String)
    case mount(String)
    case fork
    case signals
    case probe
  }

  /// What the errno means to whoever has to go on, where it means something.
  public enum Reason: Equatable, Sendable {
    case readOnly, notPermitted
    /// Something else is at work on it: later.
    case busy
    /// The process that was to do it has ended before it could say anything.
    case interrupted
  }

  /// Whether there is nothing of that path.
  public var isOfAbsence: Bool { errno == ENOENT || errno == ENOTDIR }

  /// Whether there is no medium in a device, or no device behind its node.
  public var isOfEmptiness: Bool { errno == ENOMEDIUM || errno == ENXIO }

  /// Whether events were lost because there was no room for them.
  public var isOverrun: Bool { errno == ENOBUFS }

  public var reason: Reason? {
    switch errno {
    case EROFS: .readOnly
    case EPERM, EACCES: .notPermitted
    case EBUSY, EAGAIN, EINPROGRESS: .busy
    case EINTR: .interrupted
    default: nil
    }
  }
}

extension SystemError: CustomStringConvertible {
  public var description: String {
    let attempt =
      switch operation {
      case .open(let path): "cannot open \(path)"
      case .read(let path): "cannot read \(path)"
      case .write(let path): "cannot write \(path)"
      case .readSize(let path): "cannot read the size of \(path)"
      case .lock(let path): "cannot lock \(path)"
      case .resizePartition(let number, let path):
        "cannot tell the kernel the size of partition \(number) of \(path)"
      case .replace(let path): "cannot replace \(path)"
      case .remove(let path): "cannot remove \(path)"
      case .createDirectory(let path): "cannot create the directory \(path)"
      case .list(let path): "cannot list \(path)"
      case .netlinkSocket: "cannot open a netlink socket"
      case .netlinkSend: "cannot send to the kernel by netlink"
      case .netlinkReceive: "cannot receive from the kernel by netlink"
      case .listen: "cannot listen to device events"
      case .wait: "cannot wait for events"
      case .setHostname(let name): "cannot set the host name \"\(name)\""
      case .run(let program): "cannot run \(program)"
      case .restart(let unit): "cannot have systemd restart \(unit)"
      case .measure(let path): "cannot learn the size of \(path)"
      case .grow(let path): "cannot grow \(path)"
      case .mount(let device): "cannot mount \(device)"
      case .fork: "cannot start a process"
      case .signals: "cannot receive signals"
      case .probe: "cannot ask"
      }
    return "\(attempt): \(Self.text(of: errno))"
  }
}

/// Calls again while a signal interrupts (`EINTR`).
func uninterrupted(_ call: () -> Int) -> Int {
  while true {
    let result = call()
    if result >= 0 || clinux_errno() != EINTR { return result }
  }
}
