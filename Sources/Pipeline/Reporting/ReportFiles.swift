import Bytes
import Foundation
import Glibc

/// Writing a report so that it is there whole or not at all.
enum ReportFiles {
    static func write(_ files: [(name: String, data: Data)], into folder: String) throws {
        let parent = (folder as NSString).deletingLastPathComponent
        let temporary = parent + "/." + (folder as NSString).lastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try? FileManager.default.removeItem(atPath: temporary)
        try FileManager.default.createDirectory(
            atPath: temporary, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o750])
        for file in files {
            let path = temporary + "/" + file.name
            try file.data.write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        }
        sync()
        // A report of the same batch is the same report: an interrupted run writes it again.
        try? FileManager.default.removeItem(atPath: folder)
        guard unsafe rename(temporary, folder) == 0 else { throw SystemError.last("rename") }
    }
}
