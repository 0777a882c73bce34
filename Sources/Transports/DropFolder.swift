import Bytes
import CLinux
public import Exchange
import Glibc

/// A folder on this machine that partners drop files into, or collect files from.
///
/// Nothing but regular files with one link is ever opened; names stay bytes and are only ever
/// used beneath the folder's own descriptor. What is delivered is made with umask 077 and then
/// given the group and mode that the settings name.
public struct DropFolder: Transport {
    /// What is made of delivered files besides their bytes.
    public struct Access: Sendable, Hashable {
        /// The group's name; nil leaves it.
        public var group: String?
        /// The mode, such as 0o640.
        public var mode: UInt32
        /// Describes access.
        public init(group: String? = nil, mode: UInt32 = 0o640) {
            self.group = group
            self.mode = mode
        }
    }

    private let path: String
    private let access: Access

    /// Stands for the folder at `path` (absolute).
    public init(path: String, access: Access = Access()) {
        self.path = path
        self.access = access
    }

    /// Makes a missing local folder: see `Transport`.
    public func prepare() async throws(TransportError) {
        try Failure.wrap("prepare") { () throws(SystemError) in
            var made = ""
            let parts = path.split(separator: "/")
            for (index, part) in parts.enumerated() {
                made += "/" + part
                if unsafe mkdir(made, 0o700) == 0 {
                    // Whoever may read a delivered file may enter and list its folder; whoever
                    // may write one may drop into it.
                    let folder = try Descriptor.folder(made)
                    // Folders on the way may be entered by everybody and listed by nobody else, so
                    // that partners of several groups each reach their own.
                    guard index == parts.count - 1 else {
                        guard fchmod(folder.number, 0o711) == 0 else { throw .last("fchmod") }
                        continue
                    }
                    try grant(folder, mode: access.mode | (access.mode & 0o444) >> 2)
                } else if errno != EEXIST {
                    throw .last("mkdir")
                }
            }
        }
    }

    /// What is there now: see `Transport`.
    public func list() async throws(TransportError) -> [Entry] {
        let folder = try Failure.wrap("list") { () throws(SystemError) in
            try Descriptor.folder(path)
        }
        let names = try Failure.wrap("list") { () throws(SystemError) in
            try FolderListing.names(in: folder)
        }
        var entries: [Entry] = []
        entries.reserveCapacity(names.count)
        for name in names {
            // A name that went away between listing and looking is no failure: ENOENT = skip.
            if let entry = FolderListing.entry(name, in: folder) { entries.append(entry) }
        }
        return entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    /// Copies one file: see `Transport`.
    public func fetch(_ entry: Entry, to target: String) async throws(TransportError) -> Fetched {
        try Failure.wrap("fetch") { () throws(SystemError) in
            // Whatever the caller thinks: only a regular file with one name is ever opened.
            guard entry.kind == .file else { throw SystemError(call: "fetch", code: EISDIR) }
            let folder = try Descriptor.folder(path)
            let source = try folder.open(name: entry.name)
            guard FolderListing.isSame(try source.status(), entry) else {
                throw SystemError(call: "changed", code: EAGAIN)
            }
            var copy = try IncomingCopy(target)
            var reader = FileSource(adopting: dup(source.number))
            var buffer: [UInt8] = []
            while true {
                buffer.removeAll(keepingCapacity: true)
                if try reader.read(into: &buffer, count: 1 << 20) == 0 { break }
                try copy.write(buffer)
            }
            // A file that grew, shrank or was replaced while it was read is fetched again later.
            guard copy.size == entry.size, FolderListing.isSame(try source.status(), entry) else {
                throw SystemError(call: "changed", code: EAGAIN)
            }
            return copy.finish()
        }
    }

    /// Does away with a file that is safely ours: see `Transport`.
    public func sweep(_ entry: Entry, _ after: After) async throws(TransportError) {
        try Failure.wrap("sweep") { () throws(SystemError) in
            let folder = try Descriptor.folder(path)
            // Only what was taken is swept: a new file under the old name stays.
            guard let now = FolderListing.entry(entry.name, in: folder), now == entry else {
                return
            }
            switch after {
            case .leave: return
            case .delete:
                guard unsafe unlinkat(folder.number, entry.name.cString, 0) == 0 || errno == ENOENT
                else { throw .last("unlinkat") }
            case .move(let name):
                _ = unsafe mkdirat(folder.number, Array(name.utf8).cString, 0o770)
                let other = try folder.open(name: Array(name.utf8), flags: O_RDONLY | O_DIRECTORY)
                try Rename.freely(entry.name, from: folder, to: other)
                try other.sync()
            }
            try folder.sync()
        }
    }

    /// Stands a file under a temporary name: see `Transport`.
    public func stage(_ source: String, as temporary: String) async throws(TransportError) {
        try Failure.wrap("stage") { () throws(SystemError) in
            let folder = try Descriptor.folder(path)
            let original = unsafe open(source, O_RDONLY | O_CLOEXEC)
            guard original >= 0 else { throw .last("open") }
            let reader = Descriptor(original)
            let number = unsafe openat(
                folder.number, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
                0o600)
            guard number >= 0 else { throw .last("openat") }
            let file = Descriptor(number)
            try file.write(from: reader)
            try grant(file, mode: access.mode)
            try file.sync()
            try folder.sync()
        }
    }

    /// Renames a staged file: see `Transport`.
    public func publish(_ temporary: String, as name: String) async throws(TransportError) {
        try Failure.wrap("publish") { () throws(SystemError) in
            let folder = try Descriptor.folder(path)
            try Rename.exclusively(temporary, to: name, in: folder)
            try folder.sync()
        }
    }

    /// What stands under a name: see `Transport`.
    public func presence(of name: String) async throws(TransportError) -> Presence {
        try Failure.wrap("presence") { () throws(SystemError) in
            let folder = try Descriptor.folder(path)
            var status = stat()
            guard unsafe fstatat(folder.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
                if errno == ENOENT { return .absent }
                throw .last("fstatat")
            }
            return .present(size: Int64(status.st_size))
        }
    }

    /// Removes a file of ours: see `Transport`.
    public func withdraw(_ name: String) async throws(TransportError) {
        try Failure.wrap("withdraw") { () throws(SystemError) in
            let folder = try Descriptor.folder(path)
            guard unsafe unlinkat(folder.number, name, 0) == 0 || errno == ENOENT else {
                throw .last("unlinkat")
            }
            try folder.sync()
        }
    }

    private func grant(_ file: Descriptor, mode: UInt32) throws(SystemError) {
        if let group = access.group {
            guard let entry = unsafe getgrnam(group) else {
                throw SystemError(call: "getgrnam", code: ENOENT)
            }
            guard fchown(file.number, uid_t.max, unsafe entry.pointee.gr_gid) == 0 else {
                throw .last("fchown")
            }
        }
        guard fchmod(file.number, mode) == 0 else { throw .last("fchmod") }
    }
}

/// Reading a folder's names as bytes.
enum FolderListing {
    /// Every name in the folder but `.` and `..`; throws when the listing breaks off.
    static func names(in folder: Descriptor) throws(SystemError) -> [[UInt8]] {
        let copy = dup(folder.number)
        guard copy >= 0, let stream = unsafe fdopendir(copy) else { throw .last("fdopendir") }
        defer { _ = unsafe closedir(stream) }
        unsafe rewinddir(stream)
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let item = unsafe readdir(stream) else {
                if errno != 0 { throw .last("readdir") }
                return names
            }
            let name = unsafe withUnsafeBytes(of: &item.pointee.d_name) { buffer in
                unsafe Array(buffer.prefix { $0 != 0 })
            }
            if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
        }
    }

    /// What stands under `name`, without following or opening it; nil when it is gone.
    static func entry(_ name: [UInt8], in folder: Descriptor) -> Entry? {
        var status = stat()
        guard unsafe fstatat(folder.number, name.cString, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            return nil
        }
        return entry(name, status)
    }

    /// Whether an opened file still is what was listed.
    static func isSame(_ status: stat, _ entry: Entry) -> Bool {
        self.entry(entry.name, status) == entry
    }

    private static func entry(_ name: [UInt8], _ status: stat) -> Entry {
        let kind: Entry.Kind
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = status.st_nlink == 1 ? .file : .hardLinked
        case S_IFDIR: kind = .folder
        case S_IFLNK: kind = .link
        default: kind = .special
        }
        let modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        return Entry(
            name: name, kind: kind, size: Int64(status.st_size), modified: modified,
            identity: UInt64(status.st_ino))
    }
}

extension [UInt8] {
    /// The bytes with a NUL behind them, as the system wants names.
    var cString: [CChar] { map { CChar(bitPattern: $0) } + [0] }
}
