// Unsafe: texts of C end with a zero byte and are copied; buffers have the room that is told.
import Bytes
import CLinux

/// The running kernel: its release, its host name, its drivers.
public enum System {
  /// `uname`: the kernel's release (`6.1.0-13-amd64`) and the host name.
  public static func identity() -> (release: String, hostname: String) {
    var names = utsname()
    guard unsafe uname(&names) == 0 else { return ("", "") }
    return (text(of: &names.release), text(of: &names.nodename))
  }

  private static func text<Field>(of field: inout Field) -> String {
    unsafe withUnsafeBytes(of: &field) {
      unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// `sethostname`, or where it is not permitted the file behind hostname's sysctl: of the one the
  /// kernel asks for CAP_SYS_ADMIN, of the other for root. Source: kernel/utsname_sysctl.c.
  public static func setHostname(_ name: String) throws(SystemError) {
    if unsafe sethostname(name, name.utf8.count) == 0 { return }
    let refusal = SystemError(.setHostname(name))
    guard refusal.reason == .notPermitted else { throw refusal }
    let bytes = [UInt8](name.utf8)
    do { try FileTree(root: "").overwrite("/proc/sys/kernel/hostname", with: bytes) } catch {
      throw refusal
    }
  }

  /// Whether the host name can be set by that file, so that no capability is needed for it
  /// (`access`): not in a user namespace, and not where /proc/sys is read-only.
  public static var canWriteHostname: Bool { unsafe access("/proc/sys/kernel/hostname", W_OK) == 0 }

  /// Whether the process acts as root (`geteuid`).
  public static var isRoot: Bool { geteuid() == 0 }

  /// The driver of a link (`ETHTOOL_GDRVINFO`); `nil` if it tells none.
  public static func driver(ofLink name: String) -> String? {
    let probe = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard probe >= 0 else { return nil }
    defer { close(probe) }
    var driver = [UInt8](repeating: 0, count: 32)
    let result = unsafe driver.withUnsafeMutableBytes {
      unsafe clinux_driver_name(probe, name, $0.baseAddress!.assumingMemoryBound(to: CChar.self))
    }
    guard result == 0 else { return nil }
    let text = String(decoding: driver.prefix { $0 != 0 }, as: UTF8.self)
    return text.isEmpty ? nil : text
  }

  /// The words that the program was called with, its own name first.
  public static var arguments: [String] {
    (0..<clinux_argument_count()).map { unsafe String(cString: clinux_argument($0)) }
  }

  /// A variable of the environment (`getenv`); `nil` also for one of no letters.
  public static func environment(_ name: String) -> String? {
    guard let text = unsafe getenv(name), unsafe text[0] != 0 else { return nil }
    return unsafe String(cString: text)
  }

  /// The number of this process (`getpid`).
  public static var processNumber: Int32 { getpid() }

  /// Ends the process; nothing that is still buffered is lost, since nothing is.
  public static func exit(_ status: Int32) -> Never { _exit(status) }

  /// The exit status where there is no memory to go on.
  public static func failWith(_ status: Int32) { clinux_fail_with(status) }

  /// Whether a descriptor is a terminal (`isatty`).
  public static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Puts right what whoever started this program may have left otherwise: a closed standard
  /// stream, whose number the next file to be opened would get, a disk even, and with it what is
  /// said; files of his that are open, and would be in what is started from here (`close_range`); a
  /// mask for the modes of files; his environment; the end of children ignored, so that nobody
  /// tells of it (`waitpid`). From here on a fault of the program's own leaves a line (`Activity`).
  public static func begin() {
    clinux_prepare_last_words()
    // SIG_DFL.
    signal(SIGCHLD, nil)
    umask(0o022)
    keepEnvironment()
    var descriptor: Int32
    // A directory takes no words, and there is one in any guest.
    repeat { descriptor = clinux_open("/", O_RDONLY, 0) } while (0...2).contains(descriptor)
    // Kernels before 5.9 close one at a time; few programs may open more.
    if clinux_close_from(3) != 0 { for number in 3..<Int32(1024) { close(number) } }
  }

  /// Leaves in the environment what this program reads, all of it a service manager's (sd_notify(3),
  /// sd_watchdog_enabled(3)): no library, and no program that is started, hears of another variable
  /// (LVM_SYSTEM_DIR, TMPDIR, PATH, LC_ALL).
  private static func keepEnvironment() {
    guard let all = unsafe clinux_environment() else { return }
    var (next, kept) = (0, 0)
    while let entry = unsafe all[next] {
      if unsafe begins(entry, "NOTIFY_SOCKET=") || begins(entry, "WATCHDOG_USEC=")
        || begins(entry, "WATCHDOG_PID=")
      {
        unsafe all[kept] = entry
        kept += 1
      }
      next += 1
    }
    unsafe all[kept] = nil
  }

  private static func begins(_ entry: UnsafePointer<CChar>, _ name: StaticString) -> Bool {
    unsafe strncmp(entry, UnsafeRawPointer(name.utf8Start), name.utf8CodeUnitCount) == 0
  }

  /// Writes all bytes to standard output (1) or standard error (2); a closed one is nobody's loss.
  /// Who has `patience` waits no more than so many milliseconds for a reader; the rest is lost.
  /// Why it is lost, where it is somebody's: a full disk.
  @discardableResult
  public static func write(
    _ text: String, to descriptor: Int32, patience: Int32? = nil
  ) -> SystemError? {
    // What a pipe takes at once if it takes anything. Source: pipe(7), PIPE_BUF.
    let most = patience == nil ? Int.max : 4096
    var text = text
    var failure: SystemError?
    text.withUTF8 { bytes in
      var written = 0
      while written < bytes.count {
        let start = written
        if let patience {
          guard clinux_poll(descriptor, Int16(POLLOUT), patience) > 0 else { return }
        }
        let result = uninterrupted {
          unsafe CLinux.write(
            descriptor, bytes.baseAddress! + start, min(most, bytes.count - start))
        }
        if result <= 0 {
          let error = SystemError(.write("standard output"))
          if error.errno != EPIPE, error.errno != EBADF { failure = error }
          return
        }
        written += result
      }
    }
    return failure
  }
}

extension SystemError {
  /// The kernel's answer in words, without locale.
  public static func text(of errno: Int32) -> String {
    guard let text = unsafe strerror(errno) else { return "error \(errno)" }
    return unsafe String(cString: text)
  }
}
