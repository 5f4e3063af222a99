import Linux

/// What the work is done with: the words of the command line, already checked.
public struct Options {
  /// Folder, image or device; `nil`: searched for.
  public var metadataPath: String?
  /// `nil`: the running kernel's command line, unless `metadataPath` names the metadata.
  public var commandLine: String?
  /// The only link to work on; `nil`: all.
  public var interface: String?
  public var dryRun = false
  /// Seconds to wait for a metadata disk and for NICs.
  public var waitSeconds = 10
  /// Whether to wait until duplicate address detection has ended, and to fail if it failed.
  public var waitsForDuplicateDetection = false
  /// Whether it is all done again at the next event of the kernel's or udev's: what is still under
  /// way is left until then, and nothing is waited for.
  public var comesBack = false
  /// Whether a NIC that is not there, or not ready, is spoken of.
  public var tellsAbsent = true
  /// Whether `watch` grows disks, and reads metadata again that have changed.
  public var grows = true
  public var rereads = true
  /// Whether links that another program of the guest configures are left to it.
  public var leavesManagedLinks = false
  public var files = FileTree(root: "")

  public init() {}
}
