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

let package = Package(
    name: "waybill",
    products: [],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", from: "2.1.1"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    ],
    targets: [
        // Layer 0
        .target(name: "CLinux"),
        .target(name: "Bytes"),
        // Layer 1
        .target(name: "Exchange", dependencies: ["Bytes"]),
        // Layer 2
        .target(
            name: "Settings", dependencies: ["Exchange", .product(name: "Yams", package: "Yams")]),
        // Layer 3
        .target(name: "Mapping", dependencies: ["Bytes", "Exchange"]),
        .target(
            name: "Ledger",
            dependencies: [
                "Bytes", "Exchange", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        .target(
            name: "Reports",
            dependencies: [
                "Bytes", "Exchange", .product(name: "Mustache", package: "swift-mustache"),
            ]),
        .target(
            name: "Transports",
            dependencies: [
                "Bytes", "CLinux", "Exchange", .product(name: "Crypto", package: "swift-crypto"),
            ]),
        // Layer 4
        .target(
            name: "Pipeline",
            dependencies: [
                "Bytes", "CLinux", "Exchange", "Ledger", "Mapping", "Reports", "Settings",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        // Tests
        .testTarget(name: "BytesTests", dependencies: ["Bytes"]),
    ]
)

for target in package.targets where target.type != .system && target.name != "CLinux" {
    target.swiftSettings = house
}
