import Bytes
import Glibc

/// Bytes that pages made and the batch needs again, in a file beside the workspace.
@safe final class SpillFile {
    private let descriptor: Int32
    private var pending: [UInt8] = []
    private var written: Int64 = 0

    /// Makes an empty file at `path`, mode 0600.
    init(path: String) throws {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw SystemError.last("open") }
        pending.reserveCapacity(1 << 20)
    }

    deinit { _ = close(descriptor) }

    /// Appends `bytes` and says where they lie.
    func append(_ bytes: [UInt8]) throws -> SpillRange {
        let range = SpillRange(offset: written + Int64(pending.count), length: bytes.count)
        pending.append(contentsOf: bytes)
        if pending.count >= 1 << 20 { try flush() }
        return range
    }

    /// Hands what is pending to the system.
    func flush() throws {
        var done = 0
        while done < pending.count {
            let count = unsafe pending.withUnsafeBytes { buffer -> Int in
                guard let base = buffer.baseAddress else { return 0 }
                return unsafe pwrite(
                    descriptor, base + done, buffer.count - done, Int(written) + done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemError.last("write")
            }
            done += count
        }
        written += Int64(pending.count)
        pending.removeAll(keepingCapacity: true)
    }

    /// The bytes at `range`.
    func read(_ range: SpillRange) throws -> [UInt8] {
        if range.offset + Int64(range.length) > written { try flush() }
        guard range.offset >= 0, range.length >= 0, range.offset + Int64(range.length) <= written
        else { throw LedgerError.notFound("spill range") }
        var bytes = [UInt8](repeating: 0, count: range.length)
        var done = 0
        while done < range.length {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer -> Int in
                guard let base = buffer.baseAddress else { return 0 }
                return unsafe pread(
                    descriptor, base + done, buffer.count - done, Int(range.offset) + done)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw SystemError.last("read") }
            done += count
        }
        return bytes
    }
}
