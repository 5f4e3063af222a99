import Agent
import Configuration
import Foundation
import Linux
import Testing

/// A guest's files, below a folder that goes with it.
private final class PolicyGuest {
  let root = NSTemporaryDirectory() + "guestagent-\(UUID().uuidString)"

  init(_ files: [String: String]) throws {
    for (path, text) in files {
      let url = URL(fileURLWithPath: root + path)
      try FileManager.default.createDirectory(
        at: path.hasSuffix("/") ? url : url.deletingLastPathComponent(),
        withIntermediateDirectories: true)
      if !path.hasSuffix("/") { try text.write(to: url, atomically: false, encoding: .utf8) }
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  /// What the search answers: `<origin>: <policy>`, or the refusal with the errors found.
  func answer(_ commandLine: String, metadata: String? = nil) -> String {
    var options = Options()
    options.commandLine = commandLine
    options.files = FileTree(root: root)
    options.metadataPath = metadata.map { root + $0 }
    var diagnostics = Diagnostics()
    do {
      let found = try GrowthPolicySearch(options).policy(&diagnostics)
      guard let policy = found.policy, let origin = found.origin else { return "nothing" }
      return "\(origin.replacingOccurrences(of: root, with: "")): \(policy)"
    } catch {
      switch error {
      case .none(let path): return "no metadata in \(path ?? "")".replacing(root, with: "")
      case .unusable(let path, let why): return "\(path): \(why)".replacing(root, with: "")
      case .invalid: return diagnostics.errors.map { $0.description }.joined(separator: "\n")
          .replacing(root, with: "")
      }
    }
  }
}

@Suite struct GrowthPolicySearchTests {
  static let folder = "/var/lib/cloud/seed/nocloud"
  static let words = "quiet guestagent.grow=/words"
  static let disk = "guestagent: {grow: /disk}"
  static let seed = "guestagent: {grow: /seed}"
  static let file = "grow: /file"
  static let all = [
    "/disk/meta-data": disk, folder + "/meta-data": seed, "/etc/guestagent.yaml": file,
  ]

  @Test(arguments: [
    (words, "/disk", "cmdline: /words"),
    ("quiet", "/disk", "nocloud:/disk: /disk"),
    ("quiet", nil, "nocloud:\(folder): /seed"),
    (words, nil, "cmdline: /words"),
    (words, "/nowhere", "cmdline: /words"),
    ("ip=x guestagent.grow=none", nil, "cmdline: none"),
    ("guestagent.grow=x", "/disk", "kernel command line: \"guestagent.grow=x\": unknown word \"x\"; expected none, a volume or reserve=<size>"),
    ("quiet", "/nowhere", "/nowhere: cannot open /nowhere: No such file or directory"),
    ("quiet", "/etc", "no metadata in /etc"),
  ] as [(String, String?, String)])
  func `the first source that speaks of growth is answered`(
    commandLine: String, metadata: String?, answer: String
  ) throws {
    #expect(try PolicyGuest(Self.all).answer(commandLine, metadata: metadata) == answer)
  }

  @Test(arguments: [
    ([:], "nothing"),
    (["/etc/guestagent.yaml": file], "file:/etc/guestagent.yaml: /file"),
    ([folder + "/meta-data": "a: 1", "/etc/guestagent.yaml": file], "file:/etc/guestagent.yaml: /file"),
    ([folder + "/meta-data": seed, folder + "/network-config": "version: [1"], "nocloud:\(folder): /seed"),
    ([folder + "/meta-data": "local-hostname: -a", "/etc/guestagent.yaml": file], "file:/etc/guestagent.yaml: /file"),
    ([folder + "/meta-data": "guestagent: {grow: 7}", "/etc/guestagent.yaml": file], "nocloud:\(folder)/meta-data:1:20: grow: unknown word \"7\"; expected none, a volume or reserve=<size>"),
    ([folder + "/meta-data": "%"], "nocloud:\(folder)/meta-data:1:2: not YAML: could not find expected directive name while scanning a directive"),
    (["/etc/guestagent.yaml/": ""], "/etc/guestagent.yaml: cannot read /etc/guestagent.yaml: Is a directory"),
  ] as [([String: String], String)])
  func `growth waits for no disk and for nothing else in a source`(
    files: [String: String], answer: String
  ) throws {
    #expect(try PolicyGuest(files).answer("quiet") == answer)
  }
}
