/// The parts of a volume group, each from its section of the metadata text. What is not named here
/// (tags, dates, hosts, what belongs to other types of segments) is passed over.
///
///     contents = "Text Format Volume Group"
///     version = 1
///     <group> {
///       id seqno status flags extent_size system_id lock_type
///       physical_volumes { pv0 { id status flags pe_start pe_count } ... }
///       logical_volumes { <volume> { id status flags
///         segment1 { start_extent extent_count type stripes = ["pv0", 0, ...] } ... } ... }
///     }
///
/// Sizes are in sectors of 512 bytes, or in extents.
/// Source: lib/format_text/export.c, lib/format_text/import_vsn1.c of LVM2.
extension VolumeGroup {
  init(text bytes: [UInt8]) throws(MetadataTextError) {
    var text = MetadataText(bytes)
    var (group, isMetadata) = (nil as VolumeGroup?, false)
    while let (key, entry) = try text.next(inside: false) {
      switch (key, entry) {
      case ("contents", .value): isMetadata = try text.string() == "Text Format Volume Group"
      case ("version", .value):
        let version = try text.number()
        guard version == 1 else { throw .unknownVersion(version) }
      case (_, .section) where group == nil: group = try VolumeGroup(name: key, &text)
      default: try text.skip(entry)
      }
    }
    guard isMetadata, let group else { throw .notMetadata }
    self = group
  }

  private init(name: String, _ text: inout MetadataText) throws(MetadataTextError) {
    var (uuid, sequence, extentSize) = (nil as String?, nil as UInt64?, nil as UInt64?)
    var status: [String]?
    var (systemID, lockType) = (nil as String?, nil as String?)
    var (physical, logical) = ([] as [PhysicalVolume], [] as [LogicalVolume])
    while let (key, entry) = try text.next(inside: true) {
      switch (key, entry) {
      case ("id", .value): uuid = try text.uuid()
      case ("seqno", .value): sequence = try text.number()
      case ("extent_size", .value): extentSize = try text.sectors()
      case ("status", .value): status = try text.strings()
      case ("system_id", .value): systemID = try text.string()
      case ("lock_type", .value): lockType = try text.string()
      case ("physical_volumes", .section):
        while let (name, entry) = try text.next(inside: true) {
          guard entry == .section else { throw .syntax(line: text.line) }
          physical.append(try PhysicalVolume(name: name, &text))
        }
      case ("logical_volumes", .section):
        while let (name, entry) = try text.next(inside: true) {
          guard entry == .section else { throw .syntax(line: text.line) }
          logical.append(try LogicalVolume(name: name, &text))
        }
      default: try text.skip(entry)
      }
    }
    guard let uuid else { throw .missing(key: "id", section: name) }
    guard let sequence else { throw .missing(key: "seqno", section: name) }
    guard let extentSize, extentSize > 0 else { throw .missing(key: "extent_size", section: name) }
    guard let status else { throw .missing(key: "status", section: name) }
    self.init(
      name: name, uuid: uuid, sequenceNumber: sequence, extentSize: extentSize, status: status,
      systemID: systemID == "" ? nil : systemID, lockType: lockType == "none" ? nil : lockType,
      physicalVolumes: physical, logicalVolumes: logical)
  }
}

extension PhysicalVolume {
  fileprivate init(name: String, _ text: inout MetadataText) throws(MetadataTextError) {
    var (uuid, start, count) = (nil as String?, nil as UInt64?, nil as UInt64?)
    var (status, flags) = ([] as [String], [] as [String])
    while let (key, entry) = try text.next(inside: true) {
      switch (key, entry) {
      case ("id", .value): uuid = try text.uuid()
      case ("status", .value): status = try text.strings()
      case ("flags", .value): flags = try text.strings()
      case ("pe_start", .value): start = try text.sectors()
      case ("pe_count", .value): count = try text.extents()
      default: try text.skip(entry)
      }
    }
    guard let uuid else { throw .missing(key: "id", section: name) }
    guard let start else { throw .missing(key: "pe_start", section: name) }
    guard let count else { throw .missing(key: "pe_count", section: name) }
    self.init(
      name: name, uuid: uuid, status: status, flags: flags, extentsStart: start,
      extentCount: count)
  }
}

extension LogicalVolume {
  fileprivate init(name: String, _ text: inout MetadataText) throws(MetadataTextError) {
    var uuid: String?
    var (status, flags) = ([] as [String], [] as [String])
    var segments: [Segment] = []
    while let (key, entry) = try text.next(inside: true) {
      switch (key, entry) {
      case ("id", .value): uuid = try text.uuid()
      case ("status", .value): status = try text.strings()
      case ("flags", .value): flags = try text.strings()
      case (_, .section) where key.hasPrefix("segment"):
        segments.append(try Segment(of: name, &text))
      default: try text.skip(entry)
      }
    }
    guard let uuid else { throw .missing(key: "id", section: name) }
    self.init(name: name, uuid: uuid, status: status, flags: flags, segments: segments)
  }
}

extension LogicalVolume.Segment {
  fileprivate init(of volume: String, _ text: inout MetadataText) throws(MetadataTextError) {
    var (start, count, type) = (nil as UInt64?, nil as UInt64?, nil as String?)
    var stripes: [LogicalVolume.Stripe] = []
    while let (key, entry) = try text.next(inside: true) {
      switch (key, entry) {
      case ("start_extent", .value): start = try text.extents()
      case ("extent_count", .value): count = try text.extents()
      case ("type", .value): type = try text.string()
      case ("stripes", .value), ("mirrors", .value):
        try text.openArray()
        while try text.nextElement(first: stripes.isEmpty) {
          let place = try text.string()
          guard try text.nextElement(first: false) else { throw .syntax(line: text.line) }
          stripes.append(
            LogicalVolume.Stripe(physicalVolume: place, startExtent: try text.extents()))
        }
      default: try text.skip(entry)
      }
    }
    guard let start else { throw .missing(key: "start_extent", section: volume) }
    guard let count else { throw .missing(key: "extent_count", section: volume) }
    guard let type else { throw .missing(key: "type", section: volume) }
    self.init(startExtent: start, extentCount: count, type: type, stripes: stripes)
  }
}

extension MetadataText {
  /// 32 characters, from groups with dashes between them (6-4-4-4-4-4-6).
  fileprivate mutating func uuid() throws(MetadataTextError) -> String {
    var plain: [UInt8] = []
    for byte in try string().utf8 where byte != UInt8(ascii: "-") { plain.append(byte) }
    guard plain.count == 32 else { throw .notUUID(line: line) }
    return String(decoding: plain, as: UTF8.self)
  }

  /// Bytes, from a number of sectors of 512.
  fileprivate mutating func sectors() throws(MetadataTextError) -> UInt64 {
    let (bytes, overflow) = try number().multipliedReportingOverflow(by: 512)
    guard !overflow, bytes <= UInt64(Int64.max) else { throw .outOfRange(key: key, line: line) }
    return bytes
  }

  /// LVM counts extents in 32 bits.
  fileprivate mutating func extents() throws(MetadataTextError) -> UInt64 {
    let count = try number()
    guard count <= UInt64(UInt32.max) else { throw .outOfRange(key: key, line: line) }
    return count
  }
}
