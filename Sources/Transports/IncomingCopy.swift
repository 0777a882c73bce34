import Bytes
import CLinux
import Crypto
import Exchange
import Glibc

/// A file that arrives: made with mode 0600, hashed while it is written, not yet synced.
struct IncomingCopy {
    /// Bytes so far.
    private(set) var size: Int64 = 0
    private let file: Descriptor
    private var hash = SHA256()

    /// Makes the file at `path`, or begins it anew.
    init(_ path: String) throws(SystemError) {
        let number = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw .last("open") }
        file = Descriptor(number)
    }

    /// Adds bytes.
    mutating func write(_ bytes: [UInt8]) throws(SystemError) {
        hash.update(data: bytes)
        try file.write(bytes)
        size += Int64(bytes.count)
        // Syncing it later waits less for what is on its way already.
        if size & 0x7F_FFFF < Int64(bytes.count) { _ = waybill_begin_writeback(file.number) }
    }

    /// What was copied.
    consuming func finish() -> Fetched {
        Fetched(size: size, digest: ContentDigest(Array(hash.finalize())))
    }
}
