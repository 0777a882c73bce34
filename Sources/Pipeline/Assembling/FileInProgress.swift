import Bytes
import CLinux
import Crypto
import Exchange
import Glibc

/// One destination file while records are added to it.
struct FileInProgress {
    let outlet: any Outlet
    let path: String
    /// Its number within the unit's commit.
    let local: Int64
    /// The feed of its first record, for its name.
    let feed: String
    private(set) var records = 0
    private(set) var cents: Int64 = 0
    private var assembly: any Assembly
    private var output: OutputFile

    init(
        _ outlet: any Outlet, envelope: Envelope, path: String, local: Int64, feed: String
    ) throws {
        self.outlet = outlet
        self.path = path
        self.local = local
        self.feed = feed
        assembly = try outlet.assembly(envelope)
        output = try OutputFile(path: path)
        try output.write(try assembly.begin())
    }

    /// The control numbers used so far.
    var controlNumbers: [String: String] { assembly.controlNumbers }

    /// Writes one record. A record that is cut (a test's planted fault) is counted alone.
    mutating func add(_ bytes: [UInt8], cents: Int64, isCut: Bool = false) throws {
        let written = try assembly.add(bytes)
        if !isCut { try output.write(written) }
        records += 1
        self.cents += cents
    }

    /// Ends the file, and answers what was meant to be in it.
    mutating func finish() throws -> ContentDigest {
        try output.write(try assembly.finish())
        return try output.close()
    }
}

/// A file being written, buffered.
struct OutputFile {
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var hash = SHA256()

    init(path: String) throws(SystemError) {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .last("open") }
    }

    mutating func write(_ bytes: [UInt8]) throws(SystemError) {
        buffer += bytes
        if buffer.count >= 1 << 18 { try flush() }
    }

    private mutating func flush() throws(SystemError) {
        hash.update(data: buffer)
        var done = 0
        while done < buffer.count {
            let count = unsafe buffer.withUnsafeBytes { raw in
                unsafe Glibc.write(
                    descriptor, raw.baseAddress.map { unsafe $0 + done }, raw.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .last("write") }
            done += count
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes what is left; the archive makes it survive a power cut.
    /// - Returns: the digest of all that was handed in, for read-back to compare.
    mutating func close() throws(SystemError) -> ContentDigest {
        defer { Glibc.close(descriptor) }
        try flush()
        // Syncing it later waits less for what is on its way already.
        _ = waybill_begin_writeback(descriptor)
        return ContentDigest(Array(hash.finalize()))
    }

    /// Turns a byte in the middle of the file at `path` into another: a test's planted fault.
    static func damage(_ path: String) throws(SystemError) {
        let file = unsafe open(path, O_RDWR | O_CLOEXEC)
        guard file >= 0 else { throw .last("open") }
        defer { Glibc.close(file) }
        let place = lseek(file, 0, SEEK_END) / 2
        var byte: UInt8 = 0
        guard unsafe pread(file, &byte, 1, place) == 1 else { throw .last("pread") }
        byte ^= 0x02
        guard unsafe pwrite(file, &byte, 1, place) == 1 else { throw .last("pwrite") }
    }
}
