public import Bytes

/// Serves bytes in pieces of every size, as a slow device would: from a list that is repeated.
public struct ChoppedSource: ByteSource {
    private let bytes: [UInt8]
    private let sizes: [Int]
    private var position = 0
    private var turn = 0

    /// Serves `bytes` in pieces of `sizes`, over and over; each at least one byte.
    public init(_ bytes: [UInt8], sizes: [Int]) {
        self.bytes = bytes
        self.sizes = sizes.isEmpty ? [1] : sizes.map { max(1, $0) }
    }

    /// Serves the next piece, and no more than `count` bytes of it.
    public mutating func read(into buffer: inout [UInt8], count: Int) throws(SystemError) -> Int {
        let size = sizes[turn % sizes.count]
        turn += 1
        let length = min(count, size, bytes.count - position)
        buffer.append(contentsOf: bytes[position..<(position + length)])
        position += length
        return length
    }
}
