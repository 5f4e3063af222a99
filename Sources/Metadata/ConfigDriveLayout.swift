import Configuration

/// Where the files of a config drive lie: all in one folder below `openstack`, of the newest
/// version that is known, or else `latest`.
///
///     openstack/<version>/meta_data.json       must be there
///     openstack/<version>/network_data.json
///     openstack/<version>/user_data
///
/// vendor_data.json is no matter of guestagent; `ec2/` has the same in another form. A version
/// whose meta_data.json is missing is passed over.
/// Source: OpenStack Compute, "Metadata service"; cloud-init, OS_VERSIONS of helpers/openstack.py.
extension Seed {
  /// `folder`: the one of the versions. `nil`: there is no meta_data.json.
  public init?<Failure: Error>(
    configDrive name: String, folder: String = "openstack/",
    reading read: (String) throws(Failure) -> [UInt8]?
  ) throws(Failure) {
    for version in configDriveVersions {
      let place = folder + version
      guard let metaData = try read(place + "/meta_data.json") else { continue }
      self.init(
        .configDrive, name: "config-drive:" + name, metaData: metaData,
        networkConfig: try read(place + "/network_data.json"),
        userData: try read(place + "/user_data"))
      return
    }
    return nil
  }
}

/// The newest first.
private let configDriveVersions = wordList(
  """
  2018-08-27 2017-02-22 2016-10-06 2016-06-30 2015-10-15 2013-10-17 2013-04-04 2012-08-10 latest
  """)
