import Bytes
import CLinux
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

    /// Gives copied files their names, so that they survive a power cut: many share one sync of the
    /// file system before and one after; a few are synced one by one, since such a sync writes
    /// whatever else the disk is owed.
    /// - Parameter files: each file's present path, and its place.
    func keep(_ files: [(path: String, place: String)]) throws {
        guard !files.isEmpty else { return }
        let areFew = files.count <= Self.few
        if areFew {
            for file in files { try sync(file.path) }
        } else {
            try syncAll()
        }
        var folders: Set<String> = []
        for file in files {
            let target = path(file.place)
            let folder = (target as NSString).deletingLastPathComponent
            if folders.insert(folder).inserted {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700])
            }
            // The same content is the same file: writing it again changes nothing.
            guard unsafe rename(file.path, target) == 0 else { throw SystemError.last("rename") }
        }
        guard areFew else { return try syncAll() }
        // A new folder's name stands in the one around it.
        for folder in folders.sorted() {
            var folder = folder
            while folder.count > root.count {
                try sync(folder)
                folder = (folder as NSString).deletingLastPathComponent
            }
        }
        try sync(root)
    }

    /// How many files are few.
    private static let few = 16

    private func sync(_ path: String) throws(SystemError) {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .last("open") }
        defer { close(file) }
        guard fsync(file) == 0 else { throw .last("fsync") }
    }

    private func syncAll() throws(SystemError) {
        let folder = unsafe open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .last("open") }
        defer { close(folder) }
        guard waybill_sync_filesystem(folder) == 0 else { throw .last("syncfs") }
    }
}
