// swift-tools-version: 6.1
import PackageDescription

// Two builds of one source tree. The daily build is ordinary Swift with the shared C libraries.
// The portable build (GUESTAGENT_BUILD=portable, set by Packaging/build) is Embedded Swift, linked
// static-pie; it differs in compiler flags and in the two rooms that hear of device events and
// that ask LVM.
let portable = Context.environment["GUESTAGENT_BUILD"] == "portable"

/// Embedded Swift without the passes that copy code for the sake of speed: the kernel's work and
/// libyaml's are what takes the time, and the binary is a seventh smaller. All checks of a function
/// that fail end in one trap of it.
let swift: [SwiftSetting] =
  portable
  ? [
    .enableExperimentalFeature("Embedded"),
    .unsafeFlags(
      ["-Osize", "-wmo", "-Xfrontend", "-function-sections", "-Xfrontend", "-mergeable-traps"]
        + [
          "inline", "early-inline", "late-inline", "function-signature-opts", "closure-specialize",
          "array-property-opt", "loop-unroll", "loop-rotate", "capture-prop",
          "jumpthread-simplify-cfg", "retain-sinking", "release-hoisting", "late-release-hoisting",
        ].flatMap { ["-Xllvm", "-sil-disable-pass=\($0)"] }),
  ] : []

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
  ] : []

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

/// What only the daily build has: LVM's library, and the portable half of the room for its tests.
let onlyDaily: [Target] = [
  .systemLibrary(name: "CLVM2"),
  room("LVMProgram", path: "Sources/LVM/Program", ["LVMCommands", "Linux"]),
  tests("LVM", ["Bytes", "DiskFormats", "LVMCommands", "LVMProgram"]),
]

let package = Package(
  name: "guestagent",
  products: [.executable(name: "guestagent", targets: ["guestagent"])],
  targets: (portable ? [.target(name: "CMusl")] : onlyDaily) + [
    .target(name: "CLinux"),
    .systemLibrary(name: "CMnl", pkgConfig: portable ? nil : "libmnl"),
    .systemLibrary(name: "CYAML", pkgConfig: portable ? nil : "yaml-0.1"),
    .systemLibrary(name: "CZlib", pkgConfig: portable ? nil : "zlib"),
    .systemLibrary(name: "CUdev", pkgConfig: portable ? nil : "libudev"),

    room("Bytes"),
    room("Addresses", ["CLinux"]),
    room("DiskFormats", ["Bytes"]),
    room("Configuration", ["Addresses"]),
    room("Check", ["Addresses", "Configuration"]),
    room(
      "Metadata",
      ["Addresses", "Bytes", "Check", "Configuration", "DiskFormats", "CYAML", "CZlib"]),
    room("Network", ["Addresses", "Bytes", "Configuration"]),
    room("Netlink", ["Addresses", "Bytes", "Configuration", "Network", "CMnl"]),
    room("Growth", ["Bytes", "Configuration", "DiskFormats"]),
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
        "LVMCommands", "Linux", "Metadata", "Netlink", "Network",
      ]),

    .executableTarget(
      name: "guestagent",
      dependencies: [
        "Addresses", "Agent", "Check", "Configuration", "DiskFormats", "Growth", "Linux",
        "Metadata", "Network",
      ]
        + (portable ? ["CMusl"] : []),
      swiftSettings: swift, linkerSettings: linker),

    tests("Addresses"),
    tests("Bytes"),
    tests("Agent", ["Bytes", "Configuration", "DiskFormats", "Growth", "Linux"]),
    tests("Configuration"),
    tests("DiskFormats", ["Bytes"]),
    tests("Growth", ["Bytes", "Configuration", "DiskFormats"]),
    tests("Metadata", ["Addresses", "Check", "Bytes", "Configuration"]),
    tests(
      "Netlink", ["Addresses", "Configuration", "Network"], resources: [.copy("captures")]),
    tests("Network", ["Addresses", "Configuration"]),
  ]
)
