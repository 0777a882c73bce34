import CLinux
import Crypto
import Foundation
import Glibc

/// What must be done anyway: reading, SHA-256, and a copy that is on disk.
enum PlainCopy {
    /// Reads the file once, hashes it, writes it beside itself and syncs. Returns the seconds.
    static func file(_ path: String) throws -> Double {
        let target = path + ".copy"
        defer { unsafe _ = unlink(target) }
        return try Stopwatch.seconds {
            var hash = SHA256()
            try copy(path, to: target, &hash)
            _ = hash.finalize()
            let file = try opened(target, O_RDONLY)
            guard fsync(file) == 0 else { throw BenchFault("fsync: errno \(errno)") }
            close(file)
        }
    }

    /// Copies every file of a folder as acquiring does: up to 256 at a time under temporary names,
    /// one sync of the file system, renames, another. Returns the seconds.
    static func folder(_ path: String, to target: String) throws -> Double {
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        return try Stopwatch.seconds {
            let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            let folder = try opened(target, O_RDONLY | O_DIRECTORY)
            defer { close(folder) }
            var start = 0
            while start < names.count {
                let group = names[start..<min(names.count, start + 256)]
                for name in group {
                    var hash = SHA256()
                    try copy("\(path)/\(name)", to: "\(target)/.\(name)", &hash)
                    _ = hash.finalize()
                }
                _ = waybill_sync_filesystem(folder)
                for name in group { unsafe _ = rename("\(target)/.\(name)", "\(target)/\(name)") }
                _ = waybill_sync_filesystem(folder)
                start += group.count
            }
        }
    }

    private static func copy(_ path: String, to target: String, _ hash: inout SHA256) throws {
        let source = try opened(path, O_RDONLY)
        defer { close(source) }
        let sink = try opened(target, O_WRONLY | O_CREAT | O_TRUNC)
        defer { close(sink) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe read(source, &buffer, buffer.count)
            guard count > 0 else {
                guard count == 0 else { throw BenchFault("read: errno \(errno)") }
                return
            }
            hash.update(data: buffer[0..<count])
            guard unsafe write(sink, buffer, count) == count else {
                throw BenchFault("write: errno \(errno)")
            }
        }
    }

    private static func opened(_ path: String, _ flags: Int32) throws -> Int32 {
        let file = unsafe open(path, flags | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw BenchFault("open \(path): errno \(errno)") }
        return file
    }
}
