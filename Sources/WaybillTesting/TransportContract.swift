import Bytes
public import Exchange
import Foundation
import Glibc

/// What every `Transport` promises, as checks over a real folder that the transport looks at.
///
/// The clauses: `list` (complete, sorted by bytes, names as bytes, kinds told apart), `fetch`
/// (the whole file, repeatable, refused when it changed or is no regular file), `sweep` (only what
/// was listed, done already is done), `publish` (never overwrites), `presence`, `withdraw`.
public struct TransportContract: Sendable {
    private let transport: any Transport
    private let folder: String
    private let scratch: String
    /// Whether hard links, and files replaced at once by others of the same size, can be told: SFTP v3
    /// tells neither.
    private let seesInodes: Bool

    /// Tries `transport`, whose place is the local folder `folder`, empty and made anew; `scratch`
    /// is another folder for copies.
    public init(
        _ transport: any Transport, folder: String, scratch: String, seesInodes: Bool = true
    ) {
        self.seesInodes = seesInodes
        self.transport = transport
        self.folder = folder
        self.scratch = scratch
    }

    /// Everything that does not hold.
    public func violations() async throws -> [Violation] {
        var found: [Violation] = []
        try await transport.prepare()
        try await transport.prepare()
        found += try await listing()
        found += try await refusals()
        found += try await changes()
        found += try await sweeping()
        found += try await publishing()
        return found
    }

    // MARK: On the disk

    /// Names that are legal on Linux and that a careless program trips over.
    private static let names: [[UInt8]] = [
        Array("plain.hl7".utf8), Array("-rf".utf8), Array("--help".utf8), Array("a b.hl7".utf8),
        Array("new\nline.hl7".utf8), Array("esc\u{1B}[2J.hl7".utf8), Array("..hl7".utf8),
        Array("...".utf8), Array("=cmd|x!A1".utf8), Array("*".utf8), Array("$(id)".utf8),
        Array("e\u{301}.hl7".utf8), Array("\u{E9}.hl7".utf8), [0xFF, 0xFE, 0x2E, 0x68],
        [0xC3, 0x28], [0x01], [UInt8](repeating: 0x6E, count: 255), Array("Plain.HL7".utf8),
    ]

    private func path(_ name: [UInt8]) -> [CChar] {
        (Array(folder.utf8) + [0x2F] + name).map { CChar(bitPattern: $0) } + [0]
    }

    private func put(_ name: [UInt8], _ bytes: [UInt8], flags: Int32 = O_TRUNC) throws(SystemError)
    {
        let file = unsafe open(path(name), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0o600)
        guard file >= 0 else { throw .last("open") }
        defer { close(file) }
        let count = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
        guard count == bytes.count else { throw .last("write") }
    }

    private func read(_ path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path).map(Array.init)
    }

    private func clear() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names { try? FileManager.default.removeItem(atPath: folder + "/" + name) }
        for name in Self.names { _ = unsafe unlink(path(name)) }
    }

    private func content(_ name: [UInt8]) -> [UInt8] { Array("content of ".utf8) + name }

    private func shown(_ name: [UInt8]) -> String {
        String(decoding: name.prefix(20), as: UTF8.self).debugDescription
    }

    /// What a call failed with; nil when it did not.
    private func failure(_ body: () async throws -> Void) async -> TransportError.Kind? {
        do {
            try await body()
            return nil
        } catch let error as TransportError { return error.kind } catch { return .broken }
    }

    // MARK: Clauses

    private func listing() async throws -> [Violation] {
        var found: [Violation] = []
        clear()
        for name in Self.names { try put(name, content(name)) }
        for number in 0..<300 { try put(Array("many-\(number)".utf8), [0x78]) }
        let entries = try await transport.list()
        let names = entries.map(\.name)
        if Set(names).count != Self.names.count + 300 || names.count != Self.names.count + 300 {
            found.append(Violation("list", "\(names.count) names, not \(Self.names.count + 300)"))
        }
        if names != names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            found.append(Violation("list", "not in byte order"))
        }
        if try await transport.list() != entries {
            found.append(Violation("list", "a second listing differs"))
        }
        for name in Self.names {
            guard let entry = entries.first(where: { $0.name == name }) else {
                found.append(Violation("list", "\(shown(name)) is not listed"))
                continue
            }
            let copy = scratch + "/copy"
            for _ in 1...2 {
                let fetched = try await transport.fetch(entry, to: copy)
                if entry.kind != .file || read(copy) != content(name)
                    || fetched.size != Int64(content(name).count)
                {
                    found.append(Violation("fetch", "\(shown(name)) is not the whole file"))
                }
            }
        }
        clear()
        return found
    }

    private func refusals() async throws -> [Violation] {
        var found: [Violation] = []
        clear()
        let outside = scratch + "/outside"
        guard FileManager.default.createFile(atPath: outside, contents: Data([1, 2, 3])) else {
            return [Violation("fetch", "no scratch folder")]
        }
        func named(_ name: String) -> [CChar] { path(Array(name.utf8)) }
        _ = unsafe mkdir(named("folder"), 0o700)
        _ = unsafe mkfifo(named("fifo"), 0o600)
        _ = unsafe symlink(outside, named("link"))
        _ = unsafe symlink(scratch, named("folder-link"))
        _ = unsafe symlink("/nowhere/at/all", named("dangling"))
        var expected: [String: Entry.Kind] = [
            "folder": .folder, "fifo": .special, "link": .link, "folder-link": .link,
            "dangling": .link,
        ]
        if seesInodes {
            _ = unsafe link(outside, named("hard"))
            expected["hard"] = .hardLinked
        }
        let entries = try await transport.list()
        for (name, kind) in expected.sorted(by: { $0.key < $1.key }) {
            guard let entry = entries.first(where: { $0.name == Array(name.utf8) }) else {
                found.append(Violation("list", "\(name) is not listed"))
                continue
            }
            if entry.kind != kind {
                found.append(Violation("list", "\(name) is told as \(entry.kind)"))
            }
            // However it is asked for, nothing but a regular file with one name is opened.
            for kind in [entry.kind, .file] {
                let posed = Entry(
                    name: entry.name, kind: kind, size: entry.size, modified: entry.modified,
                    identity: entry.identity)
                let copy = scratch + "/refused"
                if await failure({ _ = try await transport.fetch(posed, to: copy) }) == nil {
                    found.append(Violation("fetch", "\(name) was fetched"))
                }
                if let bytes = read(copy), !bytes.isEmpty {
                    found.append(Violation("fetch", "bytes of \(name) were copied"))
                }
                try? FileManager.default.removeItem(atPath: copy)
            }
        }
        for name in ["../outside", "folder/../../outside", outside] {
            let entry = Entry(name: Array(name.utf8), kind: .file, size: 3, modified: 0)
            if await failure({ _ = try await transport.fetch(entry, to: scratch + "/escaped") })
                == nil
            {
                found.append(Violation("fetch", "a path left the place"))
            }
        }
        clear()
        return found
    }

    private func changes() async throws -> [Violation] {
        var found: [Violation] = []
        clear()
        let name = Array("growing.hl7".utf8)
        func fails(_ what: String, _ change: () throws -> Void) async throws {
            try put(name, [UInt8](repeating: 0x61, count: 1000))
            let entries = try await transport.list()
            guard let entry = entries.first(where: { $0.name == name }) else { return }
            try change()
            let kind = await failure {
                _ = try await transport.fetch(entry, to: scratch + "/changed")
            }
            if kind != .changed && kind != .notFound && kind != .notRegular {
                found.append(
                    Violation(
                        "fetch",
                        "a file that \(what) since it was listed: \(kind.map { "\($0)" } ?? "fetched")"
                    ))
            }
            clear()
        }
        try await fails("grew") { try put(name, Array("more".utf8), flags: O_APPEND) }
        try await fails("shrank") { try put(name, [0x62]) }
        if seesInodes {
            try await fails("was replaced") {
                _ = unsafe unlink(path(name))
                // Another file takes the inode of the one that went away.
                try put(Array("other".utf8), [0x63])
                try put(name, [UInt8](repeating: 0x62, count: 1000))
            }
        }
        try await fails("went away") { _ = unsafe unlink(path(name)) }
        try await fails("became a link") {
            _ = unsafe unlink(path(name))
            _ = unsafe symlink("/etc/passwd", path(name))
        }
        return found
    }

    private func sweeping() async throws -> [Violation] {
        var found: [Violation] = []
        for after in [After.delete, .move("done"), .leave] {
            clear()
            for name in Self.names { try put(name, content(name)) }
            let entries = try await transport.list()
            for entry in entries { try await transport.sweep(entry, after) }
            for entry in entries { try await transport.sweep(entry, after) }
            let left = try await transport.list().filter { $0.kind == .file }
            if left.count != (after == .leave ? entries.count : 0) {
                found.append(Violation("sweep", "\(after): \(left.count) files are left"))
            }
            // A new file under the old name is somebody's new data.
            clear()
            let name = Array("same.hl7".utf8)
            try put(name, [1])
            let old = try await transport.list().filter { $0.name == name }
            _ = unsafe unlink(path(name))
            try put(name, [2, 3])
            for entry in old { try await transport.sweep(entry, after) }
            if read(folder + "/same.hl7") != [2, 3] {
                found.append(Violation("sweep", "\(after): a new file under the old name is gone"))
            }
        }
        // Two files of one name, one after the other: neither is lost.
        clear()
        for content in [[1], [2]] as [[UInt8]] {
            try put(Array("twice".utf8), content)
            for entry in try await transport.list() where entry.kind == .file {
                try await transport.sweep(entry, .move("done"))
            }
        }
        let kept = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/done")) ?? []
        let bytes = Set(kept.compactMap { read(folder + "/done/" + $0) })
        if !bytes.isSuperset(of: [[1], [2]]) {
            found.append(Violation("sweep", "a swept file overwrote another"))
        }
        clear()
        return found
    }

    private func publishing() async throws -> [Violation] {
        var found: [Violation] = []
        clear()
        let source = scratch + "/to-stage"
        guard FileManager.default.createFile(atPath: source, contents: Data([1, 2, 3])) else {
            return [Violation("stage", "no scratch folder")]
        }
        try await transport.stage(source, as: ".a.waybill")
        try await transport.stage(source, as: ".a.waybill")
        if try await transport.presence(of: ".a.waybill") != .present(size: 3) {
            found.append(Violation("presence", "a staged file is not there"))
        }
        try await transport.publish(".a.waybill", as: "a")
        if try await transport.presence(of: ".a.waybill") != .absent
            || read(folder + "/a") != [1, 2, 3]
        {
            found.append(Violation("publish", "the file is not under its name"))
        }
        try put(Array("taken".utf8), [9])
        try await transport.stage(source, as: ".b.waybill")
        let kind = await failure { try await transport.publish(".b.waybill", as: "taken") }
        if kind != .exists || read(folder + "/taken") != [9] {
            found.append(Violation("publish", "a file of that name was overwritten"))
        }
        if read(folder + "/.b.waybill") != [1, 2, 3] {
            found.append(Violation("publish", "the staged file went with the failure"))
        }
        if await failure({ try await transport.publish(".nothing.waybill", as: "b") }) == nil {
            found.append(Violation("publish", "nothing was published"))
        }
        for _ in 1...2 { try await transport.withdraw(".b.waybill") }
        if try await transport.presence(of: ".b.waybill") != .absent {
            found.append(Violation("withdraw", "the file is still there"))
        }
        clear()
        return found
    }
}
