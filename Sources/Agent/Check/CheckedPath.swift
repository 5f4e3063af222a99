import Configuration
import DiskFormats
import Linux
import Metadata

/// What `check` was given, and what is wrong with it.
public struct CheckedPath {
  public let path: String
  /// What it was taken for: the source that a folder or image is of, or the kind of file.
  public private(set) var kind: String?
  /// What was read, for the lines that findings are in.
  public private(set) var files: [MetadataFile] = []
  public private(set) var findings: [MetadataFinding] = []

  /// Reads a folder, an image, a block device or a file; looks at nothing else.
  public init(_ path: String) {
    self.path = path
    do {
      switch try Self.tree.content(of: path) {
      case .directory: checkFolder()
      case .blockDevice: checkImage(or: nil)
      case .file: checkFile()
      case .other: refuse("is neither a file nor a folder nor a block device")
      }
    } catch {
      refuse(error.description)
    }
  }

  private static var tree: FileTree { FileTree(root: "") }

  /// A finding of no file.
  private mutating func refuse(_ message: String, hint: String? = nil) {
    let found = Diagnostic(place: Place(path), message: message, hint: hint)
    findings.append(MetadataFinding(isError: true, found))
  }

  // MARK: One file

  private mutating func checkFile() {
    if let kind = MetadataKind(path: path) {
      readFile { _ in kind }
    } else {
      checkImage(or: { bytes in MetadataKind(content: bytes) })
    }
  }

  private mutating func readFile(_ kind: ([UInt8]) -> MetadataKind?) {
    let bytes: [UInt8]
    do {
      bytes = try Self.tree.readNeeded(path, limit: Seed.fileLimit)
    } catch {
      return refuse(error.description)
    }
    guard bytes.count <= Seed.fileLimit else {
      return refuse("is no image, and has more than the \(Seed.fileLimit) bytes of metadata")
    }
    guard let kind = kind(bytes) else {
      return refuse(
        "is no metadata that is known",
        hint: "name it as it will be named: network-config, meta-data, ...")
    }
    self.kind = kind.rawValue
    files = [MetadataFile(name: path, kind: kind, bytes: bytes)]
    findings += check(files)
  }

  // MARK: Folders and images

  private mutating func checkFolder() {
    let folder = path
    var failure: SystemError?
    readAll { name in
      do throws(SystemError) {
        return try Self.tree.read("\(folder)/\(name)", limit: Seed.fileLimit)
      } catch {
        failure = error
        return nil
      }
    }
    if let failure { refuse(failure.description) }
    finish()
  }

  /// `kind`: what a file may be that is no image.
  private mutating func checkImage(or kind: (([UInt8]) -> MetadataKind?)?) {
    let image: FileSystem<FileSource>?
    do throws(SystemError) {
      let source = try FileSource(path: path)
      do throws(FileSystemError<SystemError>) { image = try FileSystem(source) } catch {
        return refuse(error.description)
      }
    } catch {
      return refuse(error.description)
    }
    guard let image else {
      guard let kind else { return refuse("holds neither ISO 9660 nor FAT") }
      return readFile(kind)
    }
    var failure: String?
    readAll { name in
      do throws(FileSystemError<SystemError>) {
        return try image.file(at: name, limit: Seed.fileLimit)
      } catch {
        failure = "\(name): \(error)"
        return nil
      }
    }
    if let failure { refuse(failure) }
    checkLabel(image.labels)
    finish()
  }

  /// The files that a guest would read: a NoCloud seed's, or else a config drive's.
  private mutating func readAll(_ read: (String) -> [UInt8]?) {
    var found: [MetadataFile] = []
    func take(_ name: String) -> [UInt8]? {
      guard let kind = MetadataKind(path: name), let bytes = read(name) else { return nil }
      found.append(MetadataFile(name: "\(path)/\(name)", kind: kind, bytes: bytes))
      return bytes
    }
    let seed = Seed(.noCloud, name: path, reading: take)
    if let seed, seed.metaData != nil || seed.networkConfig != nil {
      kind = SourceName.noCloud.rawValue
    } else {
      found = []
      // The folder may be the drive's root, or `openstack` itself.
      let drive =
        Seed(configDrive: path, reading: take)
        ?? Seed(configDrive: path, folder: "", reading: take)
      guard drive != nil else { return }
      kind = SourceName.configDrive.rawValue
    }
    files = found
  }

  /// By its label a guest finds the disk.
  private mutating func checkLabel(_ labels: [String]) {
    let isConfigDrive = kind == SourceName.configDrive.rawValue
    let wanted = isConfigDrive ? ["config-2", "CONFIG-2"] : ["cidata", "CIDATA"]
    guard kind != nil, !labels.contains(where: { wanted.contains($0) }) else { return }
    let found = labels.isEmpty ? "it has no label" : "its label is " + quoted(labels[0])
    let message = "\(found): no guest looks for it"
    let warning = Diagnostic(place: Place(path), message: message, hint: "label it \(wanted[0])")
    findings.append(MetadataFinding(isError: false, warning))
  }

  private mutating func finish() {
    guard kind != nil else {
      if findings.isEmpty {
        refuse("holds no metadata: neither network-config nor meta-data nor a config drive")
      }
      return
    }
    findings += check(files, in: path)
  }
}
