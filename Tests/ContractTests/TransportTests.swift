import Exchange
import Foundation
import Testing
import Transports
import WaybillTesting

/// The contract of `Transport`, over folders of this machine.
@Suite struct TransportTests {
    @Test func `a drop folder keeps the contract of transports`() async throws {
        let root = NSTemporaryDirectory() + "waybill-transport-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: root + "/scratch", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        let contract = TransportContract(
            DropFolder(path: root + "/place"), folder: root + "/place", scratch: root + "/scratch")
        let found = try await contract.violations()
        #expect(found == [])
    }
}
