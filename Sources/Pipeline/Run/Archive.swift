import Bytes
import CLinux
import Crypto
import Exchange
import Foundation
import Glibc

/// `archive/<yyyy>/<mm>/<dd>/<sha256>`: originals and everything delivered, written once, mode 0600.
struct Archive: Sendable {
    /// The archive's folder, absolute.
    let root: String

    /// Where files stand until they have their name; on the same file system.
    var incoming: String { root + "/incoming" }

    /// Makes the archive's folders, and throws away what an interrupted run left half copied.
    func prepare() throws {
        try? FileManager.default.removeItem(atPath: incoming)
        try FileManager.default.createDirectory(
            atPath: incoming, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
    }

    /// The place of content below the archive, for the day of `instant` (microseconds, UTC).
    func place(_ digest: ContentDigest, instant: Int64) -> String {
        let day = Timestamp(microseconds: instant)
        let date = day.description.prefix(10).replacingOccurrences(of: "-", with: "/")
        return "\(date)/\(digest)"
    }

    /// The absolute path of a place. What is only planned lies elsewhere, at a path of its own.
    func path(_ place: String) -> String { place.hasPrefix("/") ? place : root + "/" + place }

    /// Gives copied files their names, so that they survive a power cut: one sync of the file
    /// system before and one after serve them all.
    /// - Parameter files: each file's present path, and its place.
    func keep(_ files: [(path: String, place: String)]) throws {
        guard !files.isEmpty else { return }
        try sync()
        for file in files {
            let target = path(file.place)
            let folder = (target as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            // The same content is the same file: writing it again changes nothing.
            guard unsafe rename(file.path, target) == 0 else { throw SystemError.last("rename") }
        }
        try sync()
    }

    private func sync() throws(SystemError) {
        let folder = unsafe open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .last("open") }
        defer { close(folder) }
        guard waybill_sync_filesystem(folder) == 0 else { throw .last("syncfs") }
    }

    /// The size and SHA-256 of the file at `path`.
    static func digest(_ path: String) throws(SystemError) -> (size: Int64, digest: ContentDigest) {
        var source = try FileSource(path: path)
        var hash = SHA256()
        var size: Int64 = 0
        var buffer: [UInt8] = []
        while true {
            buffer.removeAll(keepingCapacity: true)
            let count = try source.read(into: &buffer, count: 1 << 20)
            if count == 0 { break }
            size += Int64(count)
            hash.update(data: buffer)
        }
        return (size, ContentDigest(Array(hash.finalize())))
    }
}
