import Glibc

/// Where a reader's bytes come from, in order, once.
public protocol ByteSource: Sendable {
    /// Appends up to `count` bytes to `buffer` and returns how many; 0 means the end.
    /// - Throws: `SystemError` when the device fails.
    mutating func read(into buffer: inout [UInt8], count: Int) throws(SystemError) -> Int
}

/// A system call that failed.
public struct SystemError: Error, Hashable, CustomStringConvertible {
    /// The call, such as `read`.
    public let call: String
    /// The value of `errno`.
    public let code: Int32

    /// Records a failed call.
    public init(call: String, code: Int32) {
        self.call = call
        self.code = code
    }

    /// The call that just failed in this thread.
    public static func last(_ call: String) -> SystemError { SystemError(call: call, code: errno) }

    /// A text that is safe to log.
    public var description: String {
        let text = unsafe String(cString: strerror(code))
        return "\(call): \(text) (\(code))"
    }
}

/// Bytes that are already in memory.
public struct MemorySource: ByteSource {
    private let bytes: [UInt8]
    private let chunk: Int
    private var position = 0

    /// Serves `bytes`, at most `chunk` at a time.
    public init(_ bytes: [UInt8], chunk: Int = .max) {
        self.bytes = bytes
        self.chunk = chunk
    }

    /// Reads settings or bytes: see the protocol.
    public mutating func read(into buffer: inout [UInt8], count: Int) throws(SystemError) -> Int {
        let length = Swift.min(count, chunk, bytes.count - position)
        buffer.append(contentsOf: bytes[position..<(position + length)])
        position += length
        return length
    }
}

/// An open file, read from its current position; it is closed when the last copy goes.
public struct FileSource: ByteSource {
    private let file: FileHandleBox

    /// Opens the file at `path` for reading.
    public init(path: String) throws(SystemError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last("open") }
        file = FileHandleBox(descriptor)
    }

    /// Takes over an open descriptor.
    public init(adopting descriptor: Int32) { file = FileHandleBox(descriptor) }

    /// Reads settings or bytes: see the protocol.
    public mutating func read(into buffer: inout [UInt8], count: Int) throws(SystemError) -> Int {
        let before = buffer.count
        if buffer.capacity < before + count {
            buffer.reserveCapacity(Swift.max(before + count, 2 * before))
        }
        let descriptor = file.descriptor
        var got = -1
        var failure: Int32 = 0
        buffer.append(addingCapacity: count) { (output: inout OutputSpan<UInt8>) in
            unsafe output.withUnsafeMutableBufferPointer { target, initialized in
                repeat {
                    got = unsafe Glibc.read(
                        descriptor, target.baseAddress.map { unsafe $0 + initialized }, count)
                } while got < 0 && errno == EINTR
                if got < 0 { failure = errno } else { initialized += got }
            }
        }
        guard got >= 0 else { throw SystemError(call: "read", code: failure) }
        return got
    }
}

/// Owns a descriptor and closes it.
final class FileHandleBox: Sendable {
    let descriptor: Int32
    init(_ descriptor: Int32) { self.descriptor = descriptor }
    deinit { close(descriptor) }
}
