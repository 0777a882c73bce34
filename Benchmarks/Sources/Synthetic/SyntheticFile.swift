import Glibc

/// A file that is made piece by piece: any size in little memory. The pieces, put together, are
/// the same for the same parameters, always.
public protocol SyntheticFile: Sendable {
    /// The next piece, of whole records; nil at the end.
    mutating func next() -> [UInt8]?
}

extension SyntheticFile {
    /// The whole file in memory.
    public func bytes() -> [UInt8] {
        var copy = self
        var all: [UInt8] = []
        while let piece = copy.next() { all += piece }
        return all
    }

    /// Hands the file to `sink`, piece by piece of about 256 KB, and returns its size.
    @discardableResult
    public func write(to sink: ([UInt8]) throws -> Void) rethrows -> Int {
        var copy = self
        var buffer: [UInt8] = []
        var size = 0
        while let piece = copy.next() {
            buffer += piece
            if buffer.count >= 256 << 10 {
                size += buffer.count
                try sink(buffer)
                buffer.removeAll(keepingCapacity: true)
            }
        }
        size += buffer.count
        if !buffer.isEmpty { try sink(buffer) }
        return size
    }

    /// Writes the file at `path`, over what is there, and returns its size.
    /// - Throws: `WriteFailure` with the value of `errno`.
    @discardableResult
    public func write(path: String) throws -> Int {
        guard let file = unsafe fopen(path, "wb") else { throw WriteFailure(code: errno) }
        var failure: Int32 = 0
        let size = write { piece in
            let written = unsafe piece.withUnsafeBufferPointer {
                unsafe fwrite($0.baseAddress, 1, $0.count, file)
            }
            if written != piece.count, failure == 0 { failure = errno }
        }
        if unsafe fclose(file) != 0, failure == 0 { failure = errno }
        if failure != 0 { throw WriteFailure(code: failure) }
        return size
    }
}

/// A file that could not be written.
public struct WriteFailure: Error, Hashable {
    /// The value of `errno`.
    public let code: Int32
}
