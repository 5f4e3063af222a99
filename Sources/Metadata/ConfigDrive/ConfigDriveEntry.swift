extension YAMLReader {
  mutating func networkData() -> NetworkSource? { nil }

  mutating func configDriveMetaData() -> MetaData { MetaData() }
}
