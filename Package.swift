// swift-tools-version: 6.2
import PackageDescription

// Three builds of one source tree. The daily build is ordinary Swift with the shared C libraries.
// The two that are shipped (GUESTAGENT_BUILD, set by Packaging/build) are Embedded Swift: the
// portable one, linked static-pie with musl, which differs in the two rooms that hear of device
// events and that ask LVM; and Debian's, with the shared libraries of the distribution.
let portable = Context.environment["GUESTAGENT_BUILD"] == "portable"
let debian = Context.environment["GUESTAGENT_BUILD"] == "debian"
let embedded = portable || debian
/// The rooms as ordinary Swift with libFuzzer's instruments, for Tests/Fuzz.
let fuzz = Context.environment["GUESTAGENT_BUILD"] == "fuzz"

/// Embedded Swift without the passes that copy code for the sake of speed: the kernel's work and
/// libyaml's are what takes the time, and the binary is a seventh smaller. All checks of a function
/// that fail end in one trap of it.
let embeddedSwift: [SwiftSetting] = [
  .enableExperimentalFeature("Embedded"),
  .unsafeFlags(
    ["-Osize", "-wmo", "-Xfrontend", "-function-sections", "-Xfrontend", "-mergeable-traps"]
      + [
        "inline", "early-inline", "late-inline", "function-signature-opts", "closure-specialize",
        "array-property-opt", "loop-unroll", "loop-rotate", "capture-prop",
        "jumpthread-simplify-cfg", "retain-sinking", "release-hoisting", "late-release-hoisting",
      ].flatMap { ["-Xllvm", "-sil-disable-pass=\($0)"] }),
]

/// libFuzzer's instruments, and the guards of edges that Tests/Fuzz/Counting counts.
let fuzzedSwift: [SwiftSetting] = [
  .unsafeFlags([
    "-sanitize=fuzzer", "-Xllvm", "-sanitizer-coverage-trace-pc-guard", "-enable-testing",
  ])
]

/// In all builds pointers and all else that the compiler cannot check is marked `unsafe`, in files
/// that begin with the reason why it is right (Tests/PackageTests/test_unsafe_files.py).
let swift: [SwiftSetting] =
  [.strictMemorySafety(), .treatWarning("StrictMemorySafety", as: .error)]
  + (embedded ? embeddedSwift : fuzz ? fuzzedSwift : [])

let linker: [LinkerSetting] =
  portable
  ? [
    // ld.gold, Debian's default of clang, knows no static-pie.
    .unsafeFlags(
      ["-use-ld=lld", "-no-toolchain-stdlib-rpath"]
        + ["-static-pie", "-nostdlib"].flatMap { ["-Xclang-linker", $0] }
        + [
          "--wrap=__libc_start_main", "--wrap=posix_memalign", "--gc-sections", "--icf=all",
          "--build-id=none", "-z", "relro", "-z", "now", "-z", "noexecstack",
          "--pack-dyn-relocs=relr", "-O2",
          // All rooms are compiled together at the link (Packaging/build): what several of them
          // have alike is kept once, also as parts of functions.
          "-mllvm=-enable-machine-outliner", "-mllvm=-inline-threshold=0",
          "-mllvm=-tail-merge-threshold=2000", "-mllvm=-tail-merge-size=2",
        ]
        .flatMap { ["-Xlinker", $0] }),
    .linkedLibrary("mnl"), .linkedLibrary("yaml"), .linkedLibrary("z"),
    .linkedLibrary("c"),
  ]
  : debian
    ? [
      .unsafeFlags(
        ["-use-ld=lld", "-no-toolchain-stdlib-rpath"]
          + [
            "--wrap=posix_memalign", "--gc-sections", "--icf=all", "--as-needed",
            "--build-id=sha1", "-z", "relro", "-z", "now", "-z", "noexecstack",
          ].flatMap { ["-Xlinker", $0] }),
      .linkedLibrary("mnl"), .linkedLibrary("yaml"), .linkedLibrary("z"),
      .linkedLibrary("udev"), .linkedLibrary("lvm2cmd"), .linkedLibrary("m"),
    ] : []

/// As Debian's own flags for C ask (dpkg-buildflags, feature "hardening").
let c: [CSetting] = debian ? [.unsafeFlags(["-fstack-protector-strong"])] : []

/// A room of the house, and the rooms it may look into.
func room(
  _ name: String, path: String? = nil, _ dependencies: [Target.Dependency] = []
) -> Target {
  .target(name: name, dependencies: dependencies, path: path, swiftSettings: swift)
}

func tests(
  _ room: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: "\(room)Tests", dependencies: [.byName(name: room)] + dependencies,
    resources: resources)
}

let lvmLibrary: Target = .systemLibrary(name: "CLVM2")

/// What only the daily build has: the portable half of LVM's room, for its tests, and system calls
/// to be refused.
let onlyDaily: [Target] = [
  lvmLibrary,
  .target(name: "CCalls", dependencies: ["CLinux"], path: "Tests/CCalls"),
  tests("Linux", ["CCalls", "CLinux"]),
  room("LVMProgram", path: "Sources/LVM/Program", ["LVMCommands", "Linux"]),
  tests("LVM", ["Bytes", "DiskFormats", "LVMCommands", "LVMProgram"]),
  // Other readers of the same disks.
  .systemLibrary(name: "CArchive", path: "Tests/CArchive"),
  .systemLibrary(name: "CFdisk", path: "Tests/CFdisk"),
  tests("DiskFormats", ["Bytes", "CArchive", "CFdisk"]),
]

/// All fuzz targets in one program, whose driver is libFuzzer's; linked by Tests/Fuzz/build.
let fuzzing: [Target] = [
  .target(name: "Counting", path: "Tests/Fuzz/Counting"),
  .executableTarget(
    name: "fuzz",
    dependencies: [
      "Addresses", "Bytes", "Check", "Configuration", "Counting", "Devices", "DiskFormats",
      "Growth", "LVMCommands", "LVMProgram", "Linux", "Managers", "Metadata", "Netlink", "Network",
      "Probes", "CZlib",
    ],
    path: "Tests/Fuzz/Program", linkerSettings: [.unsafeFlags(["-use-ld=lld"])]),
]

let package = Package(
  name: "guestagent",
  products: [.executable(name: "guestagent", targets: ["guestagent"])]
    + (fuzz ? [.executable(name: "fuzz", targets: ["fuzz"])] : []),
  targets: (portable ? [.target(name: "CMusl")] : debian ? [lvmLibrary] : onlyDaily)
    + (fuzz ? fuzzing : [])
    + (embedded ? [.target(name: "CEmbedded", cSettings: c)] : []) + [
    .target(name: "CLinux", cSettings: c),
    .systemLibrary(name: "CMnl", pkgConfig: portable ? nil : "libmnl"),
    .systemLibrary(name: "CYAML", pkgConfig: portable ? nil : "yaml-0.1"),
    .systemLibrary(name: "CZlib", pkgConfig: portable ? nil : "zlib"),
    .systemLibrary(name: "CUdev", pkgConfig: portable ? nil : "libudev"),

    room("Bytes"),
    room("Addresses", ["Bytes", "CLinux"]),
    room("DiskFormats", ["Bytes"]),
    room("Configuration", ["Addresses", "Bytes"]),
    room("Check", ["Addresses", "Bytes", "Configuration"]),
    room(
      "Metadata",
      ["Addresses", "Bytes", "Check", "Configuration", "DiskFormats", "CYAML", "CZlib"]),
    room("Network", ["Addresses", "Bytes", "Configuration"]),
    room("Netlink", ["Addresses", "Bytes", "Configuration", "Network", "CMnl"]),
    room("Growth", ["Bytes", "Configuration", "DiskFormats"]),
    room("Managers", ["Addresses"]),
    room("Probes", ["Addresses", "Bytes", "CLinux"]),
    room("Linux", ["Addresses", "Bytes", "CLinux", "CMnl"]),
    // The two halves that differ: the kernel's own device events, or libudev's.
    portable
      ? room("Devices", path: "Sources/Devices/Kernel", ["Linux", "CMnl"])
      : room("Devices", path: "Sources/Devices/Udev", ["Linux", "CUdev"]),
    room("LVMCommands", path: "Sources/LVM/Commands", ["Linux"]),
    portable
      ? room("LVM", path: "Sources/LVM/Program", ["LVMCommands", "Linux"])
      : room("LVM", path: "Sources/LVM/Library", ["LVMCommands", "CLVM2"]),
    room(
      "Agent",
      [
        "Addresses", "Bytes", "Configuration", "Devices", "DiskFormats", "Growth", "LVM",
        "LVMCommands", "Linux", "Managers", "Metadata", "Netlink", "Network",
        "Probes",
      ]),

    .executableTarget(
      name: "guestagent",
      dependencies: [
        "Addresses", "Agent", "Bytes", "Check", "Configuration", "DiskFormats", "Growth",
        "Linux", "Metadata", "Network",
      ]
        + (embedded ? ["CEmbedded"] : []) + (portable ? ["CMusl"] : []),
      swiftSettings: swift, linkerSettings: linker),

    tests("Addresses"),
    tests("Bytes"),
    tests(
      "Agent",
      ["Addresses", "Bytes", "Configuration", "DiskFormats", "Growth", "Linux", "Network"]),
    tests("Configuration"),
    tests("Growth", ["Bytes", "Configuration", "DiskFormats"]),
    tests("Managers", ["Addresses"]),
    tests("Probes", ["Addresses"]),
    tests("Metadata", ["Addresses", "Check", "Bytes", "Configuration"]),
    tests(
      "Netlink", ["Addresses", "Configuration", "Network"], resources: [.copy("captures")]),
    tests("Network", ["Addresses", "Configuration"]),
  ]
)
