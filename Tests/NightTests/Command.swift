import Foundation
import WaybillTesting

/// The real program, built beside the tests and run as anybody would run it.
enum Command {
    /// The program that `swift build --build-tests` put beside the tests.
    static func waybill() throws -> String {
        let beside = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("waybill").path
        guard FileManager.default.isExecutableFile(atPath: beside) else {
            throw Program.Missing(description: "no waybill program at \(beside): build it first")
        }
        return beside
    }
}
