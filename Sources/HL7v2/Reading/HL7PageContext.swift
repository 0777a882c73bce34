import Bytes
public import Exchange

/// What a page's messages must know of their file: it was UTF-16, and its bytes are UTF-8 now.
struct HL7PageContext: SavedContext {
    /// One byte that is never 0.
    var saved: [UInt8] { [0x16] }
}

extension HL7Format: ContextRestoring {
    /// The context of a page whose file was UTF-16.
    public func context(saved: [UInt8]) -> (any Sendable)? {
        saved == [0x16] ? HL7PageContext() : nil
    }
}
