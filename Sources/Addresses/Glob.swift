import CLinux

/// A shell wildcard pattern (`en*`, `eth?`, `virtio_[bn]*`), matched by fnmatch(3) without flags.
public struct Glob: Hashable, Sendable {
  public let pattern: String

  public init(_ pattern: String) {
    self.pattern = pattern
  }

  /// Whether it may fit several names.
  public var isPattern: Bool {
    pattern.utf8.contains {
      $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[")
    }
  }

  public func matches(_ text: String) -> Bool {
    clinux_fits(pattern, text) != 0
  }
}

extension Glob: CustomStringConvertible {
  public var description: String { pattern }
}
