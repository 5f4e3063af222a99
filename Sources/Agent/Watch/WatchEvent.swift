import Configuration
import Linux

/// What is heard of `watch` while it runs.
public enum WatchEvent {
  /// What was done, and what was found in the metadata if they were read.
  case applied(Report, Diagnostics)
  /// The metadata; what was read before stays.
  case refused(MetadataError, Diagnostics)
  case complaint(String)
  /// So many lines were kept back.
  case untold(Int)
}

/// Why `watch` cannot begin.
public enum WatchError: Error {
  /// Another one runs, in this process as far as it has told.
  case runsAlready(process: String?)
  case system(SystemError)
}

extension WatchError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .runsAlready(let process):
      "another one runs in this guest already" + (process.map { ": process \($0)" } ?? "")
    case .system(let error): error.description
    }
  }
}
