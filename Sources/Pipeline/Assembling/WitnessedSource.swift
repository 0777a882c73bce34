import Bytes
import Crypto
import Exchange
import Synchronization

/// A source that keeps account of all that is read from it, so that what was checked and what was
/// hashed are the same bytes. A class: whoever made it asks it when its reader is done.
final class WitnessedSource: ByteSource {
    private struct State {
        var rest: any ByteSource
        var hash = SHA256()
        var size: Int64 = 0
    }

    private let state: Mutex<State>

    init(_ source: consuming sending any ByteSource) { state = Mutex(State(rest: source)) }

    func read(into buffer: inout [UInt8], count: Int) throws(SystemError) -> Int {
        try state.withLock { (state) throws(SystemError) in
            let before = buffer.count
            let got = try state.rest.read(into: &buffer, count: count)
            state.size += Int64(got)
            unsafe buffer.withUnsafeBytes { raw in
                unsafe state.hash.update(
                    bufferPointer: UnsafeRawBufferPointer(rebasing: raw[before..<(before + got)]))
            }
            return got
        }
    }

    /// Reads what its reader left, and answers the size and SHA-256 of the whole.
    func finish() throws(SystemError) -> (size: Int64, digest: ContentDigest) {
        var buffer: [UInt8] = []
        while try read(into: &buffer, count: 1 << 18) > 0 {
            buffer.removeAll(keepingCapacity: true)
        }
        return state.withLock { ($0.size, ContentDigest(Array($0.hash.finalize()))) }
    }
}
