// Unsafe: every system call gets a buffer with the room, or the rest of one, that it is told.
import Bytes
import CLinux

/// An open file or block device, closed with its last use.
public struct File: ~Copyable {
  let descriptor: Int32
  let path: String

  /// For reading (`open`, close-on-exec); a device is opened without waiting for a medium.
  public init(reading path: String) throws(SystemError) {
    descriptor = clinux_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0)
    self.path = path
    guard descriptor >= 0 else { throw SystemError(.open(path)) }
  }

  /// Created anew for writing; refuses to follow a symbolic link or to take an existing file.
  init(creating path: String, mode: mode_t) throws(SystemError) {
    descriptor = clinux_open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    self.path = path
    guard descriptor >= 0 else { throw SystemError(.open(path)) }
  }

  init(overwriting path: String) throws(SystemError) {
    descriptor = clinux_open(path, O_WRONLY | O_CLOEXEC, 0)
    self.path = path
    guard descriptor >= 0 else { throw SystemError(.open(path)) }
  }

  /// Without a path, for as long as somebody has it open (`memfd_create`, close-on-exec).
  /// `name` is for messages only.
  init(inMemory name: String) throws(SystemError) {
    descriptor = clinux_memory_file("guestagent")
    path = name
    guard descriptor >= 0 else { throw SystemError(.open(name)) }
  }

  /// For reading and writing what is there (`open`, close-on-exec).
  init(updating path: String) throws(SystemError) {
    descriptor = clinux_open(path, O_RDWR | O_CLOEXEC | O_NOCTTY, 0)
    self.path = path
    guard descriptor >= 0 else { throw SystemError(.open(path)) }
  }

  /// Takes over what a call of open(2) has returned.
  init(_ path: String, _ descriptor: Int32) throws(SystemError) {
    self.descriptor = descriptor
    self.path = path
    guard descriptor >= 0 else { throw SystemError(.open(path)) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Up to `count` bytes at `offset`; fewer only at the end (`pread`).
  public borrowing func read(at offset: UInt64, count: Int) throws(SystemError) -> [UInt8] {
    var failed = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let start = filled
        let result = uninterrupted {
          unsafe pread(
            descriptor, buffer.baseAddress! + start, count - start,
            off_t(clamping: offset +| UInt64(start)))
        }
        if result < 0 { failed = true }
        if result <= 0 { break }
        filled += result
      }
    }
    if failed { throw SystemError(.read(path)) }
    return bytes
  }

  /// All that can be read from here on, but no more than `limit` + 1 bytes, so that the caller can
  /// tell a larger file.
  borrowing func readAll(limit: Int) throws(SystemError) -> [UInt8] {
    var all: [UInt8] = []
    var failed = false
    var hasEnded = false
    // Most files are the kernel's and a line long: with a buffer on the stack they cost no memory
    // whose pages must first be had from the kernel and then given back.
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1024) { buffer in
      while !hasEnded, all.count <= limit, all.count < 4096 {
        let room = min(buffer.count, limit + 1 - all.count)
        let result = uninterrupted { unsafe CLinux.read(descriptor, buffer.baseAddress!, room) }
        failed = result < 0
        hasEnded = result <= 0
        if !hasEnded { unsafe all += buffer[..<result] }
      }
    }
    var chunk = 16 << 10
    while !hasEnded, all.count <= limit {
      let room = min(chunk, limit + 1 - all.count)
      let part = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
        let result = uninterrupted { unsafe CLinux.read(descriptor, buffer.baseAddress!, room) }
        failed = result < 0
        filled = max(0, result)
      }
      hasEnded = part.isEmpty
      all += part
      // A short count ends a regular file and most of /proc; only a full one asks for more.
      chunk = min(chunk * 4, 1 << 20)
    }
    if failed { throw SystemError(.read(path)) }
    return all
  }

  borrowing func writeAll(_ bytes: [UInt8]) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      let start = written
      let result = unsafe bytes.withUnsafeBytes { buffer in
        uninterrupted {
          unsafe CLinux.write(descriptor, buffer.baseAddress! + start, buffer.count - start)
        }
      }
      guard result > 0 else { throw SystemError(.write(path)) }
      written += result
    }
  }

  /// All bytes at `offset` (`pwrite`).
  borrowing func write(_ bytes: [UInt8], at offset: UInt64) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      let start = written
      let result = unsafe bytes.withUnsafeBytes { buffer in
        uninterrupted {
          unsafe pwrite(
            descriptor, buffer.baseAddress! + start, buffer.count - start,
            off_t(clamping: offset +| UInt64(start)))
        }
      }
      guard result > 0 else { throw SystemError(.write(path)) }
      written += result
    }
  }

  /// The bytes are on the medium when this returns (`fdatasync`).
  borrowing func synchronizeData() throws(SystemError) {
    guard fdatasync(descriptor) == 0 else { throw SystemError(.write(path)) }
  }

  borrowing func synchronize() throws(SystemError) {
    guard fsync(descriptor) == 0 else { throw SystemError(.write(path)) }
  }
}

/// A file or block device as a source of bytes for the readers of disk formats.
public final class FileSource: ByteSource {
  private let file: File

  public init(path: String) throws(SystemError) {
    file = try File(reading: path)
  }

  public func read(at offset: UInt64, count: Int) throws(SystemError) -> [UInt8] {
    try file.read(at: offset, count: count)
  }
}
