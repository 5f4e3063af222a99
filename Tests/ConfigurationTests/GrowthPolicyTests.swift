import Configuration
import Testing

typealias Volume = GrowthPolicy.Volume

private let root = GrowthPolicy.Target.mountPoint("/")
private let srv = GrowthPolicy.Target.mountPoint("/srv")
private let rootVolume = GrowthPolicy.Target.logicalVolume(group: "vg0", name: "root")
private let shared = GrowthPolicy(
  volumes: [Volume(root, share: 70), Volume(srv, share: 30)], reserve: .bytes(1 << 30))

/// The error of the text, or what was read in its place.
private func refusal(_ words: [String]) -> String {
  do { return "read as \(try GrowthPolicy(words: words))" } catch { return error.description }
}

@Suite struct GrowthPolicyTests {
  /// Text, meaning, and the text that the meaning is written as.
  static let texts: [(String, GrowthPolicy, String)] = [
    ("none", .none, "none"),
    (" none ", .none, "none"),
    ("/", GrowthPolicy(volumes: [Volume(root)]), "/"),
    ("vg0/root", GrowthPolicy(volumes: [Volume(rootVolume)]), "vg0/root"),
    ("/dev/vg0/root", GrowthPolicy(volumes: [Volume(rootVolume)]), "vg0/root"),
    ("/:70%,/srv:30%,reserve=1G", shared, "/:70%,/srv:30%,reserve=1G"),
    ("/ 70%, /srv\t030% ,reserve=1024mib", shared, "/:70%,/srv:30%,reserve=1G"),
    ("reserve=1073741824,/ : 70%,/srv/ :30%", shared, "/:70%,/srv:30%,reserve=1G"),
    ("/:max=20G", GrowthPolicy(volumes: [Volume(root, cap: 20 << 30)]), "/:max=20G"),
    (
      "/:max=20GB:100%,reserve=10%",
      GrowthPolicy(volumes: [Volume(root, share: 100, cap: 20 << 30)], reserve: .percent(10)),
      "/:100%:max=20G,reserve=10%"
    ),
    ("/,/srv", GrowthPolicy(volumes: [Volume(root), Volume(srv)]), "/,/srv"),
    ("/,reserve=0", GrowthPolicy(volumes: [Volume(root)], reserve: .bytes(0)), "/,reserve=0"),
    (
      "/a\\:b\\,c\\ d\\\\e:50%,/%=:50%",
      GrowthPolicy(volumes: [
        Volume(.mountPoint("/a:b,c d\\e"), share: 50), Volume(.mountPoint("/%="), share: 50),
      ]),
      "/a\\:b\\,c\\ d\\\\e:50%,/%=:50%"
    ),
    (
      "/dev/disk/by-path/pci-0000\\:00\\:04.0",
      GrowthPolicy(volumes: [Volume(.device("/dev/disk/by-path/pci-0000:00:04.0"))]),
      "/dev/disk/by-path/pci-0000\\:00\\:04.0"
    ),
    ("/end\\ ", GrowthPolicy(volumes: [Volume(.mountPoint("/end "))]), "/end\\ "),
  ]

  @Test(arguments: texts)
  func `a policy is read, and written so that it reads the same`(
    text: String, policy: GrowthPolicy, written: String
  ) throws {
    #expect(try GrowthPolicy(text: text) == policy)
    #expect(policy.description == written)
    #expect(try GrowthPolicy(text: written) == policy)
  }

  @Test(arguments: [
    ["/:70%", "/srv:30%", "reserve=1G"], ["/ 70%", "/srv 30%", "reserve=1G"],
    ["/ 70%,/srv 30%", "reserve=1G"],
  ])
  func `the words of a command line are items`(words: [String]) throws {
    #expect(try GrowthPolicy(words: words) == shared)
  }

  @Test(arguments: [
    ("/", .mountPoint("/")), ("//", .mountPoint("/")), ("/srv//data/", .mountPoint("/srv/data")),
    ("/dev", .mountPoint("/dev")), ("/devices/x", .mountPoint("/devices/x")),
    ("/...", .mountPoint("/...")),
    ("/dev/vda5", .device("/dev/vda5")), ("/dev//vda5", .device("/dev/vda5")),
    ("/dev/mapper/data", .device("/dev/mapper/data")), ("/dev/md/0", .device("/dev/md/0")),
    ("/dev/disk/by-label/a", .device("/dev/disk/by-label/a")),
    ("/dev/block/252:1", .device("/dev/block/252:1")),
    ("/dev/cciss/c0d0p2", .device("/dev/cciss/c0d0p2")),
    ("/dev/a b/c", .device("/dev/a b/c")), ("/dev/a/b/c", .device("/dev/a/b/c")),
    ("vg0/root", .logicalVolume(group: "vg0", name: "root")),
    ("/dev/vg-0/r.o+o_t/", .logicalVolume(group: "vg-0", name: "r.o+o_t")),
    ("mapper/x", .logicalVolume(group: "mapper", name: "x")),
  ] as [(String, GrowthPolicy.Target)])
  func `a target is a mount point, a logical volume or a device`(
    text: String, target: GrowthPolicy.Target
  ) throws {
    #expect(try GrowthPolicy.Target(text) == target)
  }

  @Test(arguments: [
    "", "vg0", "vg0/", "/./", "/srv/../x", "/dev/..", "a/b/c", "vg0//root", "-vg/root", "vg/..",
    "vg0/ro ot", "vg0/r:t", "/\u{0}", "/a\nb", "/\u{7F}", "/" + String(repeating: "a", count: 4095),
    "vg0/" + String(repeating: "a", count: 128),
  ])
  func `what is none of them is refused`(text: String) {
    #expect(throws: GrowthPolicyError.notTarget(text)) { try GrowthPolicy.Target(text) }
  }

  @Test(arguments: [
    ("0", 0, "0"), ("513", 513, "513"), ("20B", 20, "20"), ("1k", 1 << 10, "1K"),
    ("1KB", 1 << 10, "1K"), ("1024KiB", 1 << 20, "1M"), ("1536M", 1536 << 20, "1536M"),
    ("20G", 20 << 30, "20G"), ("20gb", 20 << 30, "20G"), ("3T", 3 << 40, "3T"),
    ("16383P", 16383 << 50, "16383P"), ("2048P", 2048 << 50, "2048P"),
    ("18446744073709551615", UInt64.max, "18446744073709551615"), ("007", 7, "7"),
  ] as [(String, UInt64, String)])
  func `sizes are powers of 1024`(text: String, bytes: UInt64, written: String) throws {
    #expect(try GrowthPolicy.size(text) == bytes)
    #expect(GrowthPolicy.Amount.bytes(bytes).description == written)
  }

  @Test(arguments: [
    "", "G", "1.5G", "-1", "+1", " 1", "1 G", "1iB", "1Gi", "1GiBs", "1E", "1Bi", "0x1", "1GBB",
    "٣G",
  ])
  func `what is no size is refused`(text: String) {
    #expect(throws: GrowthPolicyError.notSize(text)) { try GrowthPolicy.size(text) }
  }

  @Test(arguments: [
    "18446744073709551616", "16384P", "18014398509481984K", String(repeating: "9", count: 1_000),
  ])
  func `a size beyond 64 bits is refused`(text: String) {
    #expect(throws: GrowthPolicyError.sizeTooLarge(text)) { try GrowthPolicy.size(text) }
  }

  @Test(arguments: ["0%", "000%", "101%", "999%", "1000%", "0100%", "%", "70", "7.5%", "-1%", "7%%"])
  func `what is no share is refused`(text: String) {
    #expect(throws: GrowthPolicyError.notShare(text)) { try GrowthPolicy.share(text) }
  }

  static let refused: [([String], String)] = [
    ([""], "expected none or volumes, found nothing"),
    ([" \t"], "expected none or volumes, found nothing"),
    ([], "expected none or volumes, found nothing"),
    (["/", ""], "expected none or volumes, found nothing"),
    (["/,,/srv"], "expected a volume or reserve=<size> at each side of a comma"),
    (["/,"], "expected a volume or reserve=<size> at each side of a comma"),
    ([","], "expected a volume or reserve=<size> at each side of a comma"),
    (["/::70%"], "\"/::70%\" has nothing at one side of a colon"),
    (["/:"], "\"/:\" has nothing at one side of a colon"),
    ([":70%"], "\":70%\" has nothing at one side of a colon"),
    (["/a\\"], "the backslash at the end of \"/a\\\" escapes nothing"),
    (["/:101%"], "expected a share from 1% to 100%, found \"101%\""),
    (["/:0%"], "expected a share from 1% to 100%, found \"0%\""),
    (["/,reserve=0%"], "expected a share from 1% to 100%, found \"0%\""),
    (["/:max=20X"], "expected a size such as 20G, found \"20X\""),
    (["/:max="], "expected a size such as 20G, found \"\""),
    (["/,reserve="], "expected a size such as 20G, found \"\""),
    (["/:max=16384P"], "the size \"16384P\" is more than 64 bits hold"),
    (["/:70"], "expected a share, max=<size> or a comma after a volume, found \"70\""),
    (["/ /srv"], "expected a share, max=<size> or a comma after a volume, found \"/srv\""),
    (["/:maxx=20G"], "unknown word \"maxx=20G\"; did you mean \"max=\"?"),
    (["/:70%:30%"], "\"30%\" is given twice"),
    (["/:max=1G max=1G"], "\"max=\" is given twice"),
    (["/", "70%"], "\"70%\" belongs to no volume: expected one before it"),
    (["max=20G"], "\"max=20G\" belongs to no volume: expected one before it"),
    (["non"], "unknown word \"non\"; did you mean \"none\"?"),
    (["/,reserv=1G"], "unknown word \"reserv=1G\"; did you mean \"reserve=\"?"),
    (["/,reserve:1G"], "unknown word \"reserve\"; did you mean \"reserve=\"?"),
    (["root"], "unknown word \"root\"; expected none, a volume or reserve=<size>"),
    (["a/b/c:70%"], "expected a mount point, <group>/<volume> or a device, found \"a/b/c\""),
    (["/:70%", "//:30%"], "\"/\" is given twice"),
    (["vg0/root,/dev/vg0/root"], "\"vg0/root\" is given twice"),
    (["/,reserve=1G,reserve=1G"], "\"reserve=\" is given twice"),
    (["/:70%,/srv"], "\"/srv\" has no share, though another volume has: expected one for each or for none"),
    (["/:max=1G,/srv:30%"], "\"/\" has no share, though another volume has: expected one for each or for none"),
    (["none,/"], "expected nothing beside none"),
    (["/", "none"], "expected nothing beside none"),
    (["none", "none"], "expected nothing beside none"),
    (["none,reserve=1G"], "expected nothing beside none"),
    (["reserve=1G,none"], "expected nothing beside none"),
    (["none:70%"], "expected nothing beside none"),
    (["reserve=1G"], "a reserve alone names no volume: expected one that grows beside it"),
    (["/\u{1B}[2J:x"], "expected a mount point, <group>/<volume> or a device, found \"/\\u{1b}[2J\""),
  ]

  @Test(arguments: refused)
  func `what is wrong is said in one line`(words: [String], message: String) {
    #expect(refusal(words) == message)
  }

  @Test func `a hundred volumes are read, and one more is refused`() throws {
    let words = (1...101).map { "/srv/\($0)" }
    #expect(try GrowthPolicy(words: Array(words.prefix(100))).volumes.count == 100)
    #expect(throws: GrowthPolicyError.tooManyVolumes) { try GrowthPolicy(words: words) }
  }

  static let endless: [(String, String, String, String)] = [
    ("", "/", "a", "expected a mount point, <group>/<volume> or a device, found \"////"),
    ("", ",", "", "expected a volume or reserve=<size> at each side of a comma"),
    ("", "/a,", "", "\"/a\" is given twice"),
    ("", "\\", " x", "unknown word \"\\\\\\\\"),
    ("/", " ", "x", "expected a share, max=<size> or a comma after a volume, found \"x\""),
    ("/", " 1%", "", "\"1%\" is given twice"),
    ("/:max=", "9", "", "the size \"9999"),
  ]

  @Test(arguments: endless)
  func `a megabyte of anything ends in one short line`(
    start: String, part: String, end: String, answer: String
  ) {
    let text = start + String(repeating: part, count: (1 << 20) / part.utf8.count) + end
    let clock = ContinuousClock()
    var message = ""
    let took = clock.measure { message = refusal([text]) }
    #expect(message.hasPrefix(answer))
    #expect(message.utf8.count < 160)
    // Quadratic time would take hours; a slow machine takes a second or two.
    #expect(took < .seconds(30))
  }
}
