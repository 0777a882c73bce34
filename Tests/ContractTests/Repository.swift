import Foundation
import WaybillTesting

/// The project's own files.
enum Repository {
    static let schemas = ShippedSchemas()

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: ShippedSchemas.project + "/" + path)))
    }
}
