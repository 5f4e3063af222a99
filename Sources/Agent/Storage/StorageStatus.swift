import Configuration
import Growth
import Linux

/// The storage as it is, and what growth would give; nothing is changed, no disk is rescanned.
public struct StorageStatus {
  public let tree: StorageTree

  public init(_ policy: GrowthPolicy?, _ options: Options) throws(SystemError) {
    let look = StorageLook(files: options.files)
    tree = StorageTree(try look.look(extraDevices: policy?.paths ?? []), policy)
  }
}
