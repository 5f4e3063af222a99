import Addresses
import Bytes
import Check
import Configuration

/// Checks files that a guest would read together, for the person who wrote them: what their
/// readers find, and where these find no error, what will not work in the guest. What is in none of
/// them may come from elsewhere. `folder`: the folder or image that holds them and nothing else.
public func check(_ files: [MetadataFile], in folder: String? = nil) -> [MetadataFinding] {
  var check = MetadataCheck(files)
  for file in files { check.read(file) }
  if let folder { check.lookForMissing(folder) }
  check.finish()
  return check.findings
}

/// An error or a warning.
public struct MetadataFinding: Equatable, Sendable {
  public let isError: Bool
  public let diagnostic: Diagnostic

  public init(isError: Bool, _ diagnostic: Diagnostic) {
    self.isError = isError
    self.diagnostic = diagnostic
  }
}

private struct MetadataCheck {
  private let files: [MetadataFile]
  private var diagnostics = Diagnostics()
  private var configuration = Configuration()
  private var requests: [NeighborRequest] = []
  private var metaData = MetaData()
  private var userData: (config: CloudConfig, file: String)?
  private var places: SourcePlaces?

  init(_ files: [MetadataFile]) {
    self.files = files
  }

  private func has(_ kind: MetadataKind) -> Bool { files.contains { $0.kind == kind } }

  mutating func read(_ file: MetadataFile) {
    switch file.kind {
    case .networkConfig, .networkData: readNetwork(file)
    case .metaData, .openStackMetaData: readMetaData(file)
    case .commandLine: readCommandLine(file)
    case .localFile: readLocalFile(file)
    case .userData: readUserData(file)
    }
  }

  private func reader(_ file: MetadataFile) -> YAMLReader {
    switch file.kind {
    case .networkData, .openStackMetaData: YAMLReader(file: file.name, json: file.bytes)
    default: YAMLReader(file: file.name, file.bytes)
    }
  }

  private mutating func readNetwork(_ file: MetadataFile) {
    var reader = reader(file)
    reader.places = []
    let network = file.kind == .networkData ? reader.networkData() : reader.networkConfig()
    take(reader.diagnostics, network, SourcePlaces(reader))
  }

  private mutating func take(
    _ found: Diagnostics, _ network: NetworkSource?, _ places: SourcePlaces
  ) {
    diagnostics.append(found)
    guard let network, found.errors.isEmpty else { return }
    configuration.links = network.links
    configuration.nameservers = network.nameservers
    self.places = places
  }

  private mutating func readMetaData(_ file: MetadataFile) {
    let document = reader(file)
    var reader = document
    metaData =
      file.kind == .openStackMetaData
      ? reader.configDriveMetaData(hasNetworkData: has(.networkData) || files.count == 1)
      : reader.metaData()
    requests += metaData.neighbors
    diagnostics.append(reader.diagnostics)
    if metaData.mode == .disabled, let place = metaData.modePlace {
      diagnostics.warn(place, "dsmode: disabled: the guest takes nothing of this")
    }
    guard file.kind == .metaData, reader.diagnostics.errors.isEmpty else { return }
    readGrowth(document) { _ = $0.growthOfOwnKey("meta-data") }
  }

  private mutating func readUserData(_ file: MetadataFile) {
    switch UserDataKind(file.bytes) {
    case .other: break
    case .hidden(let what):
      diagnostics.warn(
        Place(file.name), "\(what), which is not read by guestagent",
        hint: "a host name for it can stand in meta-data")
    case .cloudConfig:
      let document = reader(file)
      var reader = document
      let config = reader.cloudConfig()
      requests += config.neighbors
      userData = (config, file.name)
      diagnostics.append(reader.diagnostics)
      guard reader.diagnostics.errors.isEmpty else { return }
      readGrowth(document) { _ = $0.growthOfOwnKey("user-data") }
      readGrowth(document) { _ = $0.growpart() }
    }
  }

  /// `document`: parsed, and nothing of it read yet.
  private mutating func readGrowth(_ document: YAMLReader, _ read: (inout YAMLReader) -> Void) {
    var reader = document
    read(&reader)
    diagnostics.append(reader.diagnostics)
  }

  private mutating func readLocalFile(_ file: MetadataFile) {
    var reader = reader(file)
    if reader.diagnostics.errors.isEmpty {
      _ = reader.growthOfLocalFile()
      if let root = reader.document.root, reader.document.kind(root) == .mapping {
        _ = reader.sourceOrder(reader.document.entries(root))
      }
    }
    diagnostics.append(reader.diagnostics)
  }

  private mutating func readCommandLine(_ file: MetadataFile) {
    var found = Diagnostics()
    let count = file.bytes.last == UInt8(ascii: "\n") ? file.bytes.count - 1 : file.bytes.count
    guard count <= CommandLinePlaces.limit else {
      return diagnostics.error(
        Place(file.name), "\(count) bytes are more than any kernel keeps of its command line")
    }
    // COMMAND_LINE_SIZE of arch/x86 and arch/arm64, a zero byte included.
    if count >= 2048 {
      diagnostics.warn(
        Place(file.name), "kernels of x86 and ARM64 keep 2047 of these \(count) bytes")
    }
    let text = String(decoding: file.bytes, as: UTF8.self)
    let line = KernelCommandLine(text, diagnostics: &found)
    _ = GrowthStatement(commandLine: text, diagnostics: &found)
    let places = CommandLinePlaces(file)
    requests = line.neighbors.map { request in
      var request = request
      request.place = places.place(of: "guestagent.neighbor")
      return request
    }
    var ofDatasource = Diagnostics()
    _ = NoCloudLine(commandLine: line.datasource, &ofDatasource)
    diagnostics.append(places.placed(ofDatasource, other: places.place(of: "ds")))
    let network = NetworkSource(links: line.links, nameservers: line.nameservers)
    let whole = Place(file.name)
    take(places.placed(found, other: whole), network, SourcePlaces(whole))
    if case .bytes(let bytes) = line.networkConfig {
      let name = "\(file.name): network-config"
      readNetwork(MetadataFile(name: name, kind: .networkConfig, bytes: bytes))
    }
  }

  /// What a seed must hold for other programs to take it.
  mutating func lookForMissing(_ folder: String) {
    if has(.networkData) || has(.openStackMetaData) { return }
    let seed = Seed(
      name: folder, metaData: has(.metaData) ? [] : nil, userData: has(.userData) ? [] : nil)
    guard let missing = seed.missing else { return }
    diagnostics.warn(
      Place(folder), "\(missing): cloud-init would not take this seed",
      hint: "add it, empty if need be")
  }

  /// Of user-data and meta-data together comes the name that the kernel gets.
  private mutating func checkHostName() {
    guard let (config, file) = userData,
      let name = HostNames(config, metaData: metaData.hostname)?.hostname,
      name.utf8.count > HostNames.limit
    else { return }
    diagnostics.warn(
      Place(file),
      "a host name has \(HostNames.limit) bytes at most: \(quoted(name)) is cut at its first dot")
  }

  /// Looks at all that was read together.
  mutating func finish() {
    checkHostName()
    var last: [IPPrefix: Int] = [:]
    for (index, request) in requests.enumerated() {
      let to = request.neighbor.to
      if last.updateValue(index, forKey: IPPrefix(host: to)) != nil {
        diagnostics.warn(request.place, "neighbor \(to) is given twice: the last one counts")
      }
    }
    guard let places else { return }
    let errors = diagnostics.errors.count
    configuration.place(requests, &diagnostics)
    guard diagnostics.errors.count == errors else { return }
    let requests = requests
    configuration.warnOfEqualDefaultRoutes(&diagnostics) { places.place(.route, $0, $1) }
    var check = NetworkCheck(configuration, at: places.whole) { part, link, index in
      if part == .neighbor, let request = last[IPPrefix(host: link.neighbors[index].to)] {
        return requests[request].place
      }
      return places.place(SourcePlace.Part(rawValue: part.rawValue) ?? .link, link, index)
    }
    diagnostics.append(check.run())
  }

  /// By file and place.
  var findings: [MetadataFinding] {
    let names = files.map { $0.name }
    let all =
      diagnostics.errors.map { MetadataFinding(isError: true, $0) }
      + diagnostics.warnings.map { MetadataFinding(isError: false, $0) }
    // The last one keeps the reader's order at one place.
    let ranks = all.enumerated().map { index, finding in
      let place = finding.diagnostic.place
      return (names.firstIndex(of: place.source) ?? -1, place.line ?? 0, place.column ?? 0, index)
    }
    return ranks.ordered { $0 < $1 }.map { all[$0.3] }
  }
}
