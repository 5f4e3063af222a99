import Configuration
import Growth
import Linux

/// The storage as it is, and what growth would give; nothing is changed, no disk is rescanned.
public struct StorageStatus {
  public let tree: StorageTree

  public init(_ policy: GrowthPolicy?, _ options: Options) throws(SystemError) {
    tree = StorageTree(try StorageLook(files: options.files).look(), policy)
  }
}
