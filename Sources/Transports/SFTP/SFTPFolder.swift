import Bytes
import CLinux
public import Exchange
import Glibc
import SFTPWire

/// A folder on a server that is reached by SFTP.
///
/// The server's times are compared with each other alone. What SFTP v3 does not tell is not seen: hard
/// links, and a file replaced within one second by another of the same size.
public struct SFTPFolder: Transport {
    private let server: SFTPServer
    private let path: [UInt8]
    private let mode: UInt32

    init(_ server: SFTPServer, path: String, mode: UInt32) {
        self.server = server
        var path = Array(path.utf8)
        while path.count > 1, path.last == 0x2F { path.removeLast() }
        self.path = path
        self.mode = mode
    }

    /// Nothing: the place is somebody else's.
    public func prepare() async throws(TransportError) {}

    /// What is there now: see `Transport`.
    public func list() async throws(TransportError) -> [Entry] {
        let found = try server.connected("list") { (child) throws(TransportError) in
            try child.send(.list(WireName(path)), "list")
            var found: [WireEntry] = []
            while true {
                guard
                    case .entries(let entries, let isLast) = try child.reply(
                        by: deadline(0), "list")
                else { throw child.transportError(.malformed, "list") }
                found += entries
                if isLast { return found }
            }
        }
        return found.map { Self.entry($0.name.bytes, $0.status) }
            .sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    /// Copies one file: see `Transport`.
    public func fetch(_ entry: Entry, to target: String) async throws(TransportError) -> Fetched {
        let place = try place(entry.name, "fetch")
        guard entry.kind == .file else {
            throw TransportError(
                .notRegular, operation: "fetch", isTemporary: false, detail: entry.kind.rawValue)
        }
        return try server.connected("fetch") { (child) throws(TransportError) in
            let pipe = try Pipe("fetch")
            let expected = WireStatus(
                size: entry.size, mode: 0, modified: entry.modified / 1_000_000_000)
            try child.send(.fetch(place, expecting: expected), handing: pipe.write, "fetch")
            pipe.closeWrite()
            let deadline = deadline(entry.size)
            var copy = try Failure.wrap("fetch") { () throws(SystemError) in
                try IncomingCopy(target)
            }
            var buffer: [UInt8] = []
            var source = FileSource(adopting: dup(pipe.read))
            while true {
                do throws(WireError) { try WireChannel.wait(pipe.read, by: deadline) } catch {
                    throw child.transportError(error, "fetch")
                }
                buffer.removeAll(keepingCapacity: true)
                do throws(SystemError) {
                    if try source.read(into: &buffer, count: 1 << 20) == 0 { break }
                    try copy.write(buffer)
                } catch {
                    // The child would wait for a reader for ever.
                    child.stop()
                    throw Failure.transportError(error, "fetch")
                }
            }
            guard case .moved(let count) = try child.reply(by: deadline, "fetch") else {
                throw child.transportError(.malformed, "fetch")
            }
            guard count == copy.size, count == entry.size else {
                throw TransportError(
                    .changed, operation: "fetch", isTemporary: true, detail: "another size")
            }
            return copy.finish()
        }
    }

    /// Does away with a file that is safely ours: see `Transport`.
    public func sweep(_ entry: Entry, _ after: After) async throws(TransportError) {
        if after == .leave { return }
        let place = try place(entry.name, "sweep")
        try server.connected("sweep") { (child) throws(TransportError) in
            // Only what was taken is swept: a new file under the old name stays.
            guard let now = try look(place, child, "sweep"),
                Self.entry(entry.name, now) == entry
            else { return }
            switch after {
            case .leave: return
            case .delete: try settle(.remove(place), child, "sweep")
            case .move(let name):
                let folder = path + [0x2F] + Array(name.utf8)
                try settle(.makeFolder(WireName(folder)), child, "sweep")
                try move(place, to: folder + [0x2F] + entry.name, child)
            }
        }
    }

    /// Moves a file; a name that is taken gets a number behind it.
    private func move(
        _ place: WireName, to target: [UInt8], _ child: SFTPChild
    ) throws(TransportError) {
        for attempt in 0..<10_000 {
            let name = attempt == 0 ? target : target + Array(".\(attempt)".utf8)
            do throws(TransportError) {
                return try settle(.rename(place, to: WireName(name)), child, "sweep")
            } catch {
                guard error.kind == .exists else { throw error }
            }
        }
        throw TransportError(
            .exists, operation: "sweep", isTemporary: false, detail: "10,000 times")
    }

    /// Stands a file under a temporary name: see `Transport`.
    public func stage(_ source: String, as temporary: String) async throws(TransportError) {
        let place = try place(Array(temporary.utf8), "stage")
        let file = try Failure.wrap("stage") { () throws(SystemError) in
            let number = unsafe open(source, O_RDONLY | O_CLOEXEC)
            guard number >= 0 else { throw .last("open") }
            return Descriptor(number)
        }
        let size = try Failure.wrap("stage") { () throws(SystemError) in
            Int64(try file.status().st_size)
        }
        try server.connected("stage") { (child) throws(TransportError) in
            // A second try reads from the start again.
            lseek(file.number, 0, SEEK_SET)
            try child.send(.store(place, mode: mode), handing: file.number, "stage")
            guard case .moved(size) = try child.reply(by: deadline(size), "stage") else {
                throw TransportError(
                    .broken, operation: "stage", isTemporary: true, detail: "another size")
            }
        }
    }

    /// Renames a staged file: see `Transport`. The server syncs its own folder.
    public func publish(_ temporary: String, as name: String) async throws(TransportError) {
        let (from, to) = (
            try place(Array(temporary.utf8), "publish"), try place(Array(name.utf8), "publish")
        )
        try server.connected("publish") { (child) throws(TransportError) in
            try settle(.rename(from, to: to), child, "publish")
        }
    }

    /// What stands under a name: see `Transport`.
    public func presence(of name: String) async throws(TransportError) -> Presence {
        let place = try place(Array(name.utf8), "presence")
        return try server.connected("presence") { (child) throws(TransportError) in
            try look(place, child, "presence").map { .present(size: $0.size) } ?? .absent
        }
    }

    /// Removes a file of ours: see `Transport`.
    public func withdraw(_ name: String) async throws(TransportError) {
        let place = try place(Array(name.utf8), "withdraw")
        try server.connected("withdraw") { (child) throws(TransportError) in
            try settle(.remove(place), child, "withdraw")
        }
    }

    // MARK: Asking

    private func look(
        _ place: WireName, _ child: SFTPChild, _ operation: String
    ) throws(TransportError) -> WireStatus? {
        try child.send(.look(place), operation)
        guard case .found(let status) = try child.reply(by: deadline(0), operation) else {
            throw child.transportError(.malformed, operation)
        }
        return status
    }

    private func settle(
        _ request: WireRequest, _ child: SFTPChild, _ operation: String
    ) throws(TransportError) {
        try child.send(request, operation)
        guard case .done = try child.reply(by: deadline(0), operation) else {
            throw child.transportError(.malformed, operation)
        }
    }

    private func deadline(_ size: Int64) -> ContinuousClock.Instant {
        .now + .seconds(server.patience(size))
    }

    /// The path of a name in the folder: nothing outside can be reached.
    private func place(_ name: [UInt8], _ operation: String) throws(TransportError) -> WireName {
        guard !name.isEmpty, !name.contains(0x2F), !name.contains(0), name != [0x2E],
            name != [0x2E, 0x2E]
        else {
            throw TransportError(
                .notRegular, operation: operation, isTemporary: false, detail: "no file's name")
        }
        return WireName(path + [0x2F] + name)
    }

    private static func entry(_ name: [UInt8], _ status: WireStatus) -> Entry {
        let kind: Entry.Kind =
            switch status.mode & 0o170000 {
            case 0o100000: .file
            case 0o040000: .folder
            case 0o120000: .link
            default: .special
            }
        return Entry(
            name: name, kind: kind, size: status.size, modified: status.modified * 1_000_000_000)
    }
}

/// A pipe whose ends are closed when nobody needs them.
private final class Pipe {
    let read: Int32
    private(set) var write: Int32

    init(_ operation: String) throws(TransportError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe waybill_pipe(&ends) == 0 else {
            throw Failure.transportError(.last("pipe2"), operation)
        }
        (read, write) = (ends[0], ends[1])
    }

    /// The reader sees the end when the child has closed the other copy.
    func closeWrite() {
        if write >= 0 { close(write) }
        write = -1
    }

    deinit {
        closeWrite()
        close(read)
    }
}
