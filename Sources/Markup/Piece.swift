import CLibXML2

/// An element that was cut out of a document, to be parsed alone: its bytes in UTF-8, and the
/// namespace declarations that it took from what was around it.
public struct Piece: Sendable {
    /// The bytes that hold it.
    public let bytes: [UInt8]
    /// Where it lies in them, from `<` to the end of its end tag.
    public let range: Range<Int>
    /// How many bytes its name takes, after the `<`.
    public let nameLength: Int
    /// ` xmlns:p="uri"` for each declaration it lacks, already escaped; empty when it lacks none.
    public let declarations: [UInt8]

    /// Describes a piece.
    public init(bytes: [UInt8], range: Range<Int>, nameLength: Int, declarations: [UInt8] = []) {
        self.bytes = bytes
        self.range = range
        self.nameLength = nameLength
        self.declarations = declarations
    }

    /// Hands the element, made self-contained, to `body`.
    func withSelfContained<T>(_ body: (UnsafePointer<CChar>, Int32) -> T?) -> T? {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count, !range.isEmpty,
            range.count + declarations.count < Int(Int32.max)
        else { return nil }
        if declarations.isEmpty {
            return unsafe bytes.withUnsafeBytes { raw -> T? in
                guard let base = raw.baseAddress else { return nil }
                let start = unsafe (base + range.lowerBound).assumingMemoryBound(to: CChar.self)
                return unsafe body(start, Int32(range.count))
            }
        }
        let split = min(range.upperBound, range.lowerBound + 1 + nameLength)
        var joined: [UInt8] = []
        joined.reserveCapacity(range.count + declarations.count)
        joined += bytes[range.lowerBound..<split]
        joined += declarations
        joined += bytes[split..<range.upperBound]
        return unsafe joined.withUnsafeBytes { raw -> T? in
            guard let base = raw.baseAddress else { return nil }
            return unsafe body(base.assumingMemoryBound(to: CChar.self), Int32(raw.count))
        }
    }
}
