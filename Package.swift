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
    dependencies: [],
    targets: [
        // Layer 0
        .target(name: "Bytes"),
        // Layer 1
        .target(name: "Exchange", dependencies: ["Bytes"]),
        // Tests
        .testTarget(name: "BytesTests", dependencies: ["Bytes"]),
    ]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = house
}
