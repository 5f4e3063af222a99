import Bytes
import Testing

@testable import DiskFormats

private let area = PhysicalVolumeImage.area

private let faults: [(String, @Sendable (inout [UInt8]) -> Void, LVM2Damage, sealed: Bool)] = [
  ("a bit in the label", { $0[700] ^= 1 }, .labelChecksum(offset: 512), false),
  (
    "a label of another sector", { $0[littleEndian: 520] = 2 as UInt64 },
    .labelSector(2, offset: 512), false
  ),
  (
    "a header within the label's own", { $0[littleEndian: 532] = 31 as UInt32 },
    .labelBounds(offset: 512), true
  ),
  (
    "a header beyond the label", { $0[littleEndian: 532] = UInt32.max },
    .labelBounds(offset: 512), true
  ),
  (
    "a list of areas without end",
    { for index in 584..<1024 { $0[index] = 1 } }, .labelBounds(offset: 512), true
  ),
  ("a uuid of zeros", { $0[544] = 0 }, .labelUUID(offset: 512), true),
  ("a bit in the header", { $0[area + 100] ^= 1 }, .headerChecksum(offset: 4096), false),
  ("another magic", { $0[area + 4] = 0 }, .headerMagic(offset: 4096), true),
  (
    "another version", { $0[littleEndian: area + 20] = 2 as UInt32 },
    .headerVersion(2, offset: 4096), true
  ),
  (
    "a header of another place", { $0[littleEndian: area + 24] = 8192 as UInt64 },
    .headerStart(8192, offset: 4096), true
  ),
  (
    "an area beyond all devices",
    {
      $0[littleEndian: area + 32] = UInt64.max
      $0[littleEndian: area + 40] = UInt64.max - 1
    }, .textBounds(start: .max - 1, count: textCount, offset: 4096), true
  ),
  (
    "an area of nothing but its header", { $0[littleEndian: area + 32] = 512 as UInt64 },
    .textBounds(start: 512, count: textCount, offset: 4096), true
  ),
  (
    "a text within the header", { $0[littleEndian: area + 40] = 511 as UInt64 },
    .textBounds(start: 511, count: textCount, offset: 4096), true
  ),
  (
    "a text behind the area", { $0[littleEndian: area + 40] = 16384 as UInt64 },
    .textBounds(start: 16384, count: textCount, offset: 4096), true
  ),
  (
    "a text longer than the area", { $0[littleEndian: area + 48] = 15873 as UInt64 },
    .textBounds(start: 512, count: 15873, offset: 4096), true
  ),
  (
    "a text longer than is believed", { $0[littleEndian: area + 48] = UInt64.max },
    .textTooLarge(bytes: .max, limit: 16 << 20), true
  ),
  (
    "an area beyond the device",
    {
      $0[littleEndian: area + 32] = 1 << 40 as UInt64
      $0[littleEndian: area + 40] = 1 << 39 as UInt64
    }, .deviceEnds(offset: 4096 + 1 << 39, count: textCount), true
  ),
  (
    "16 MiB beyond the device",
    {
      $0[littleEndian: area + 32] = 1 << 40 as UInt64
      $0[littleEndian: area + 48] = 16 << 20 as UInt64
    }, .deviceEnds(offset: 4608, count: 16 << 20), true
  ),
  ("a bit in the text", { $0[area + 600] ^= 1 }, .textChecksum(offset: 4096), true),
]

private let textCount = UInt64(groupText.utf8.count + 1)

@Test(arguments: faults.indices)
func `a fault in label or header is named`(index: Int) {
  let (fault, change, damage, sealed) = faults[index]
  var image = PhysicalVolumeImage(groupText)
  change(&image.bytes)
  if sealed { image.seal() }
  // A label with a wrong sector still needs its checksum.
  if case .labelSector = damage { image.seal() }
  #expect(throws: LVM2Error<Never>.damaged(damage), "\(fault)") { try readGroup(image.bytes) }
}

private let contents = "contents = \"Text Format Volume Group\"\nversion = 1\n"
private let id = "id = \"bmgrpy-4Ruw-ObV2-Aw6y-iy6f-QLUU-k8yqbo\""
private let head = "\(id)\nseqno = 1\nstatus = []\nextent_size = 8\n"

@Test(arguments: [
  ("", .notMetadata),
  ("# nothing", .notMetadata),
  ("vg {\n\(head)}\n", .notMetadata),
  (contents, .notMetadata),
  ("contents = \"Other\"\nvg {\n\(head)}\n", .notMetadata),
  ("version = 2", .unknownVersion(2)),
  ("vg", .unclosed),
  ("vg {", .unclosed),
  ("vg { a = [ 1, 2", .unclosed),
  ("vg { a = \"b", .unclosed),
  ("vg { a = \"b\\", .unclosed),
  ("vg { a =", .unclosed),
  ("vg { id", .unclosed),
  ("vg { id =", .unclosed),
  ("vg { seqno =", .unclosed),
  ("vg { status = [", .unclosed),
  ("vg { status = [\"a\"", .unclosed),
  ("vg { status =", .unclosed),
  ("}", .syntax(line: 1)),
  ("\n\n= 1", .syntax(line: 3)),
  ("vg { a = } }", .syntax(line: 1)),
  ("vg { a = , }", .syntax(line: 1)),
  ("vg { status = [\"a\" \"b\"] }", .syntax(line: 1)),
  ("vg { status = 1 }", .syntax(line: 1)),
  ("vg { status = [1] }", .notString(key: "status", line: 1)),
  ("vg {\nid = 1 }", .notString(key: "id", line: 2)),
  ("vg {\nid = \"abc\" }", .notUUID(line: 2)),
  ("vg { seqno = \"1\" }", .notNumber(key: "seqno", line: 1)),
  ("vg { seqno = -1 }", .notNumber(key: "seqno", line: 1)),
  ("vg { seqno = 1x }", .notNumber(key: "seqno", line: 1)),
  ("vg { seqno = 18446744073709551616 }", .outOfRange(key: "seqno", line: 1)),
  ("vg { extent_size = 36028797018963968 }", .outOfRange(key: "extent_size", line: 1)),
  ("vg { seqno = 1 status = [] extent_size = 8 }", .missing(key: "id", section: "vg")),
  ("vg { \(id) status = [] extent_size = 8 }", .missing(key: "seqno", section: "vg")),
  ("vg { \(id) seqno = 1 extent_size = 8 }", .missing(key: "status", section: "vg")),
  ("vg { \(id) seqno = 1 status = [] }", .missing(key: "extent_size", section: "vg")),
  (
    "vg { \(id) seqno = 1 status = [] extent_size = 0 }",
    .missing(key: "extent_size", section: "vg")
  ),
  ("vg { physical_volumes { pv0 = 1 } }", .syntax(line: 1)),
  ("vg { logical_volumes { root = 1 } }", .syntax(line: 1)),
  ("vg { physical_volumes { pv0 { } } }", .missing(key: "id", section: "pv0")),
  ("vg { physical_volumes { pv0 { \(id) } } }", .missing(key: "pe_start", section: "pv0")),
  (
    "vg { physical_volumes { pv0 { \(id) pe_start = 1 } } }",
    .missing(key: "pe_count", section: "pv0")
  ),
  (
    "vg { physical_volumes { pv0 { pe_count = 4294967296 } } }",
    .outOfRange(key: "pe_count", line: 1)
  ),
  ("vg { logical_volumes { root { } } }", .missing(key: "id", section: "root")),
  (
    "vg { logical_volumes { root { segment1 { } } } }",
    .missing(key: "start_extent", section: "root")
  ),
  (
    "vg { logical_volumes { root { segment1 { stripes = [\"pv0\"] } } } }", .syntax(line: 1)
  ),
  (
    "vg { logical_volumes { root { segment1 { stripes = [\"pv0\", -1] } } } }",
    .notNumber(key: "stripes", line: 1)
  ),
] as [(String, MetadataTextError)])
func `a fault in the text is named with its line`(text: String, error: MetadataTextError) {
  #expect(throws: LVM2Error<Never>.damaged(.text(error))) {
    try readGroup(PhysicalVolumeImage(text).bytes)
  }
}

@Test func `what is not asked for is passed over, however it is nested`() throws {
  let strange = #"x = [1, [2.5, "]}\""], -3] u = 0x10 w = [] tags { y { z = "{" } }"#
  let text = "vg {\n\(strange)\n\(head)logical_volumes { r { \(id) \(strange) } } }\n"
  let group = try readGroup(PhysicalVolumeImage("u=1 " + text + strange + "\n" + contents).bytes)
  #expect(group?.name == "vg")
  #expect(group?.extentSize == 4096)
  #expect(group?.logicalVolumes.map { $0.name } == ["r"])
}

@Test func `of two copies the later one counts, and a damaged one only if it is the last`() throws {
  let newer = groupText.split(separator: "seqno = 5").joined(separator: "seqno = 6")
  func image(_ first: String, _ second: String) -> [UInt8] {
    var image = PhysicalVolumeImage(first)
    var copy = PhysicalVolumeImage(second)
    copy.bytes[littleEndian: area + 24] = 20480 as UInt64
    copy.seal()
    image.bytes[littleEndian: 512 + 120] = 20480 as UInt64
    image.bytes[littleEndian: 512 + 128] = 16384 as UInt64
    image.seal()
    return image.bytes + copy.bytes[4096...]
  }
  #expect(try readGroup(image(groupText, newer))?.sequenceNumber == 6)
  #expect(try readGroup(image(newer, groupText))?.sequenceNumber == 6)
  var damaged = image(groupText, newer)
  damaged[20480 + 600] ^= 1
  #expect(try readGroup(damaged) == groupValue)
  damaged[4096 + 600] ^= 1
  #expect(throws: LVM2Error<Never>.damaged(.textChecksum(offset: 4096))) {
    try readGroup(damaged)
  }
}

@Test func `a read that fails is told as such`() throws {
  let bytes = PhysicalVolumeImage(text: Array(groupText.utf8) + [0], at: 8000).bytes
  #expect(throws: LVM2Error<ReadRefused>.unreadable(ReadRefused(offset: 0))) {
    try PhysicalVolumeLabel(reading: RecordingSource(bytes, refusedFrom: 0))
  }
  let source = RecordingSource(bytes, refusedFrom: 1)
  let label = try #require(try PhysicalVolumeLabel(reading: source))
  #expect(throws: LVM2Error<ReadRefused>.unreadable(ReadRefused(offset: 12096))) {
    try VolumeGroup(reading: source, label)
  }
}

@Test func `a device that ends within its metadata has no group`() {
  let bytes = PhysicalVolumeImage(groupText).bytes
  let needed = area + 512 + Int(textCount)
  var groups = 0
  // Every byte of label and header; of the text, which a checksum covers, now and then.
  for count in 0..<needed where count < 1030 || count > area && count < 4620 || count % 61 == 0 {
    if case .some(.some) = try? readGroup(Array(bytes[..<count])) as VolumeGroup?? { groups += 1 }
  }
  #expect(groups == 0)
  #expect((try? readGroup(Array(bytes[..<needed]))) == groupValue)
}

@Test func `a text that ends before its version is refused, and then lacks nothing`() throws {
  let text = Array(groupText.utf8)
  let contents = Array("Group\"\n".utf8)
  let whole = try #require(
    text.indices.last { text[$0...].starts(with: contents) }) + contents.count - 1
  for count in 0..<text.count {
    let group = try? VolumeGroup(text: Array(text[..<count]))
    if count < whole { #expect(group == nil, "\(count)") }
    if count >= whole { #expect(group == nil || group == groupValue, "\(count)") }
  }
  #expect(try VolumeGroup(text: Array(text[..<whole])) == groupValue)
}

@Test func `no change of bytes makes the reader fall`() {
  var random = Seeded(state: 6)
  let text = Array(groupText.utf8)
  let signs = Array("{}[]=,#\"\\ \n0a".utf8) + [0]
  var read = 0
  for _ in 0..<4000 {
    var changed = text
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let index = Int.random(in: 0..<changed.count, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: changed[index] = signs.randomElement(using: &random)!
      case 1: changed[index] = UInt8.random(in: 0...255, using: &random)
      default: changed.removeSubrange(index..<min(changed.count, index + 9))
      }
    }
    if let group = try? VolumeGroup(text: changed) {
      read += 1
      _ = group.allocatableExtents
    }
  }
  #expect(read > 0 && read < 4000)
}

@Test func `no change of label and header makes the reader fall`() {
  var random = Seeded(state: 7)
  let image = PhysicalVolumeImage(groupText)
  for _ in 0..<2000 {
    var changed = image
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let place = Bool.random(using: &random) ? 512 : area
      let index = place + Int.random(in: 0..<140, using: &random)
      changed.bytes[index] = UInt8.random(in: 0...255, using: &random)
    }
    changed.seal()
    _ = try? readGroup(changed.bytes)
  }
}

/// Each of 1 MB and of the same sign, or of sections that are as small as can be.
@Test(.timeLimit(.minutes(1)), arguments: [
  "{", "[", "a{", "a=[", "\"", "\\", "#", "a", "1", "a=1 ", "vg{physical_volumes{p{",
])
func `a text of one sign, however long, is refused in little time`(sign: String) {
  let text = String(repeating: sign, count: 1_000_000 / sign.utf8.count)
  #expect(throws: MetadataTextError.self) { try VolumeGroup(text: Array(text.utf8)) }
}

@Test(.timeLimit(.minutes(1)))
func `very many volumes are counted in little time`() throws {
  let volumes = (0..<4000).map { "pv\($0){\(id) pe_start=1 pe_count=9}" }.joined()
  let segments = (0..<8000).map {
    "segment\($0){start_extent=0 extent_count=1 type=\"striped\" stripes=[\"pv\($0 % 4000)\",0]}"
  }.joined()
  let group = try VolumeGroup(
    text: Array(
      "\(contents)vg{\(head)physical_volumes{\(volumes)}logical_volumes{r{\(id) \(segments)}}}"
        .utf8))
  #expect(group.freeExtents == 4000 * 7)
}
