// swift-tools-version: 6.2
import PackageDescription

/// The settings of every target: Swift 6, warnings are errors, unsafe code is marked.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// One room of the house: a target of that name below `Sources`.
func room(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: house)
}

/// The tests of a room.
func tests(_ name: String, _ dependencies: Target.Dependency..., exclude: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: dependencies, exclude: exclude, swiftSettings: house)
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "waybill",
    products: [
        .executable(name: "waybill", targets: ["waybill"]),
        .executable(name: "waybill-sftp", targets: ["waybill-sftp"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
    ],
    targets: [
        // Layer 0
        .target(name: "CLinux"),
        .systemLibrary(
            name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(
            name: "CLibSSH2", pkgConfig: "libssh2", providers: [.apt(["libssh2-1-dev"])]),
        room("Bytes"),
        // Layer 1
        room("Exchange", "Bytes"),
        // Layer 2
        room("Markup", "CLibXML2"),
        room("Settings", "Exchange", .product(name: "Yams", package: "Yams")),
        room("SFTPWire", "Bytes", "CLinux"),
        // Layer 3
        room("CSV", "Bytes", "Exchange"),
        room("HL7v2", "Bytes", "Exchange", "Markup", "Settings"),
        room("X12", "Bytes", "Exchange"),
        room("XML", "Bytes", "Exchange", "Markup"),
        room("Mapping", "Bytes", "Exchange"),
        room("Transports", "Bytes", "CLinux", "Exchange", "SFTPWire", crypto),
        room(
            "Ledger", "Bytes", "Exchange", .product(name: "GRDB", package: "GRDB.swift"),
            .product(name: "GRDBSQLite", package: "GRDB.swift")),
        room(
            "Reports", "Bytes", "Exchange", .product(name: "Mustache", package: "swift-mustache")),
        // Layer 4
        room(
            "Pipeline", "Bytes", "CLinux", "Exchange", "Ledger", "Mapping", "Reports", "Settings",
            crypto),
        // Layer 6
        .executableTarget(
            name: "waybill",
            dependencies: [
                "Bytes", "CLinux", "CSV", "Exchange", "HL7v2", "Ledger", "Pipeline", "Reports",
                "Transports", "X12", "XML", crypto,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: house),
        // The only one that links libssh2: a child process without a ledger
        .executableTarget(
            name: "waybill-sftp", dependencies: ["Bytes", "CLibSSH2", "CLinux", "SFTPWire"],
            swiftSettings: house),
        // Seeded synthetic files, for tests and benchmarks
        .target(name: "Synthetic", path: "Benchmarks/Sources/Synthetic", swiftSettings: house),
        .executableTarget(
            name: "waybill-bench",
            dependencies: [
                "Bytes", "CLibXML2", "CLinux", "CSV", "Exchange", "HL7v2", "Ledger", "Pipeline",
                "Settings",
                "Synthetic", "Transports", "X12", "XML", crypto,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ], path: "Benchmarks/Sources/Bench", swiftSettings: house),
        // What every format and transport must pass
        room("WaybillTesting", "Bytes", "Exchange"),
        // Tests
        tests("Bytes", "Bytes"),
        tests(
            "Contract", "Bytes", "CSV", "Exchange", "HL7v2", "Transports", "WaybillTesting", "X12",
            "XML"),
        tests("CSV", "CSV", "Bytes", "Exchange", "Synthetic", "WaybillTesting"),
        tests(
            "Documents", "Exchange", "Pipeline", "waybill",
            .product(name: "ArgumentParser", package: "swift-argument-parser")),
        tests(
            "HL7v2", "HL7v2", "Bytes", "Exchange", "WaybillTesting",
            exclude: ["Corpus", "Golden", "Guide"]),
        tests(
            "Ledger", "Bytes", "Exchange", "Ledger",
            .product(name: "GRDB", package: "GRDB.swift"),
            .product(name: "GRDBSQLite", package: "GRDB.swift")),
        tests("Mapping", "Bytes", "Exchange", "Mapping"),
        tests("Markup", "Markup"),
        tests("Night", "Exchange", "Ledger", "WaybillTesting", "waybill", crypto),
        tests("Reports", "Reports", "Bytes", "Exchange"),
        tests("Settings", "Settings", "Exchange"),
        tests(
            "SFTP", "Exchange", "SFTPWire", "Settings", "Transports", "WaybillTesting",
            "waybill-sftp"),
        tests(
            "Synthetic", "Bytes", "CSV", "Exchange", "HL7v2", "Synthetic", "WaybillTesting", "X12",
            "XML"),
        tests("Waybill", "waybill", exclude: ["Snapshots"]),
        tests("X12", "Bytes", "Exchange", "X12", "Synthetic", "WaybillTesting"),
        tests("XML", "XML", "Markup", "Bytes", "Exchange", "WaybillTesting"),
    ]
)

// `make fuzz`: libFuzzer brings the main that it lacks, so that no other build may see it.
if Context.environment["WAYBILL_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "waybill-fuzz", dependencies: ["Bytes", "Exchange", "HL7v2", "WaybillTesting"],
            path: "Fuzz/Sources", swiftSettings: house))
}
