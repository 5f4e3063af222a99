// swift-tools-version: 6.1
import PackageDescription

// Two builds of one source tree. The daily build is ordinary Swift with the shared C libraries.
// The portable build (GUESTAGENT_BUILD=portable, set by Packaging/build) is Embedded Swift, linked
// static-pie; it differs in compiler flags and in the two rooms that hear of device events and
// that ask LVM.
let portable = Context.environment["GUESTAGENT_BUILD"] == "portable"

let swift: [SwiftSetting] =
  portable
  ? [
    .enableExperimentalFeature("Embedded"),
    .unsafeFlags(["-Osize", "-wmo", "-Xfrontend", "-function-sections"]),
  ] : []

let linker: [LinkerSetting] =
  portable
  ? [
    // ld.gold, Debian's default of clang, knows no static-pie.
    .unsafeFlags(
      ["-use-ld=lld", "-no-toolchain-stdlib-rpath"]
        + ["-static-pie", "-nostdlib"].flatMap { ["-Xclang-linker", $0] }
        + [
          "--wrap=__libc_start_main", "--wrap=posix_memalign", "--gc-sections", "--icf=safe",
          "--build-id=none", "-z", "relro", "-z", "now", "-z", "noexecstack",
        ]
        .flatMap { ["-Xlinker", $0] }),
    .linkedLibrary("swiftUnicodeDataTables"), .linkedLibrary("mnl"), .linkedLibrary("yaml"),
    .linkedLibrary("c"),
  ] : []

/// A room of the house, and the rooms it may look into.
func room(_ name: String, path: String? = nil, _ dependencies: [Target.Dependency] = []) -> Target {
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
    .systemLibrary(name: "CUdev", pkgConfig: portable ? nil : "libudev"),

    room("Bytes"),
    room("Addresses", ["CLinux"]),
    room("DiskFormats", ["Bytes"]),
    room("Configuration", ["Addresses"]),
    room("Metadata", ["Addresses", "Bytes", "Configuration", "DiskFormats", "CYAML"]),
    room("Network", ["Addresses", "Configuration"]),
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
        "Addresses", "Configuration", "Devices", "DiskFormats", "Growth", "LVM", "LVMCommands",
        "Linux", "Metadata", "Netlink", "Network",
      ]),

    .executableTarget(
      name: "guestagent",
      dependencies: [
        "Addresses", "Agent", "Configuration", "DiskFormats", "Growth", "Linux", "Network",
      ]
        + (portable ? ["CMusl"] : []),
      swiftSettings: swift, linkerSettings: linker),

    tests("Addresses"),
    tests("Agent", ["Bytes", "Configuration", "DiskFormats", "Growth", "Linux"]),
    tests("Configuration"),
    tests("DiskFormats", ["Bytes"]),
    tests("Growth", ["Bytes", "Configuration", "DiskFormats"]),
    tests("Metadata", ["Addresses", "Configuration"]),
    tests(
      "Netlink", ["Addresses", "Configuration", "Network"], resources: [.copy("captures")]),
    tests("Network", ["Addresses", "Configuration"]),
  ]
)
