import Exchange
import Foundation

/// The repository's own files, found from this file upward.
enum Repository {
    static let root: String = {
        var folder = URL(filePath: #filePath)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            if FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path)
            {
                return folder.path
            }
        }
        return "/"
    }()

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: root + "/" + path)))
    }

    static let schemas = Shelf()

    /// The shipped schemas.
    struct Shelf: SchemaSource {
        private var folder: String { Repository.root + "/schemas/" }

        func file(_ path: String) -> [UInt8]? {
            FileManager.default.contents(atPath: folder + path).map(Array.init)
        }

        func absolutePath(_ path: String) -> String? {
            FileManager.default.fileExists(atPath: folder + path) ? folder + path : nil
        }

        func list(_ path: String) -> [String] {
            (try? FileManager.default.contentsOfDirectory(atPath: folder + path)) ?? []
        }
    }
}
