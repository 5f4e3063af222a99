import CLinux

/// The first failure among many small reads, each of which may as well find nothing: whoever then
/// acts on what was found asks here whether it was all.
public final class ReadFailures {
  public private(set) var first: SystemError?

  public init() {}

  /// Not that something is not there, or no more, nor what is for root alone.
  func note(_ error: SystemError) {
    if first != nil || error.isOfAbsence || error.isOfEmptiness || error.errno == ENODEV { return }
    if error.reason == .notPermitted, !System.isRoot { return }
    first = error
  }
}
