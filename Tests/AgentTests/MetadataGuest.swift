import Agent
import Configuration
import Foundation
import Linux
import Metadata

@testable import Agent

/// A guest's files, below a folder that goes with it; where there are devices, their contents too.
final class MetadataGuest {
  let root = NSTemporaryDirectory() + "guestagent-\(UUID().uuidString)"

  /// A path that ends in a slash makes a folder.
  init(_ files: [String: String] = [:]) throws {
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    for (path, text) in files { try write(path, [UInt8](text.utf8)) }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func write(_ path: String, _ bytes: [UInt8]) throws {
    let url = URL(fileURLWithPath: root + path)
    try FileManager.default.createDirectory(
      at: path.hasSuffix("/") ? url : url.deletingLastPathComponent(),
      withIntermediateDirectories: true)
    if !path.hasSuffix("/") { try Data(bytes).write(to: url) }
  }

  /// Without the folder in which the guest lies.
  func relative(_ text: String) -> String { text.replacingOccurrences(of: root, with: "") }

  private func options(_ commandLine: String, metadata: String?) -> Options {
    var options = Options()
    options.commandLine = commandLine
    options.files = FileTree(root: root)
    options.metadataPath = metadata.map { root + $0 }
    options.waitSeconds = 0
    return options
  }

  /// What the search finds: the origins, a line each, then warnings; or the refusal.
  func told(_ commandLine: String = "quiet", metadata: String? = nil) -> String {
    var diagnostics = Diagnostics()
    var lines: [String]
    do {
      let configuration = try MetadataSearch(options(commandLine, metadata: metadata))
        .configuration(&diagnostics, growthAlone: true)
      lines = configuration.origins.map { $0.description }
    } catch {
      switch error {
      case .none: lines = ["no metadata"]
      case .unusable(let path, let why): lines = ["\(path): \(why)"]
      case .invalid: lines = diagnostics.errors.map { $0.description }
      }
    }
    lines += diagnostics.warnings.map { "warning: \($0)" }
    return relative(lines.joined(separator: "\n"))
  }

  /// What growth alone finds: `<origin>: <policy>`, or the refusal with the errors found.
  func growth(_ commandLine: String = "quiet", metadata: String? = nil) -> String {
    var diagnostics = Diagnostics()
    do {
      let found = try GrowthPolicySearch(options(commandLine, metadata: metadata))
        .policy(&diagnostics)
      guard let policy = found.policy, let origin = found.origin else { return "nothing" }
      return relative("\(origin): \(policy)")
    } catch {
      switch error {
      case .none(let path): return relative("no metadata in \(path ?? "")")
      case .unusable(let path, let why): return relative("\(path): \(why)")
      case .invalid: return relative(diagnostics.errors.map { $0.description }
          .joined(separator: "\n"))
      }
    }
  }

  /// The block devices of this guest's kernel, with what is read from them: a line each.
  func disks(_ wanted: [SourceName] = [.noCloud, .configDrive]) -> [String] {
    let found = BlockDevices(kernel: FileTree(root: root)).seeds(of: wanted)
    return found.seeds.map { $0.told }
      + found.diagnostics.warnings.map { relative("warning: \($0)") }
  }
}

extension Seed {
  /// The name and the files, shortened to their text.
  var told: String {
    let files = [metaData, networkConfig, userData].map { bytes in
      bytes.map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .newlines) } ?? "-"
    }
    return ([name] + files).joined(separator: " ")
  }
}
