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
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    ],
    targets: [
        // Layer 0
        .target(name: "CLinux"),
        .target(name: "Bytes"),
        // Layer 1
        .target(name: "Exchange", dependencies: ["Bytes"]),
        // Layer 3
        .target(
            name: "Transports",
            dependencies: [
                "Bytes", "CLinux", "Exchange", .product(name: "Crypto", package: "swift-crypto"),
            ]),
        // Layer 4
        .target(name: "Pipeline", dependencies: ["Bytes", "Exchange"]),
        // Tests
        .testTarget(name: "BytesTests", dependencies: ["Bytes"]),
    ]
)

for target in package.targets where target.type != .system && target.name != "CLinux" {
    target.swiftSettings = house
}
