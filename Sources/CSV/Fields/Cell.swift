import Bytes

/// One cell of a row: where its content lies, without the quotes around it.
struct Cell: Sendable {
    /// What was noticed of the cell while it was split off.
    struct Flags: OptionSet, Sendable {
        let rawValue: UInt8
        /// It stands in quotes.
        static let quoted = Flags(rawValue: 1)
        /// It holds doubled quotes (RFC 4180, rule 7).
        static let escaped = Flags(rawValue: 2)
        /// Its quote never closes.
        static let open = Flags(rawValue: 4)
        /// Something stands between its closing quote and the delimiter.
        static let tail = Flags(rawValue: 8)
        /// A quote stands inside although the cell does not begin with one (RFC 4180, rule 5).
        static let stray = Flags(rawValue: 16)
        /// It holds a NUL.
        static let null = Flags(rawValue: 32)
    }

    /// The content, in the document's text.
    var range: ByteRange
    /// What was noticed of it.
    var flags: Flags

    /// The whole of it with its quotes.
    var outer: Range<Int> {
        guard flags.contains(.quoted) else { return range.range }
        let close = flags.contains(.open) ? 0 : 1
        return (Int(range.start) - 1)..<(Int(range.end) + close)
    }
}

/// One row of a document.
struct Row: Sendable {
    /// The index of its first cell; the next row's first cell ends it.
    var firstCell: UInt32
    /// The whole of it without the line end, in the document's text.
    var range: ByteRange
    /// How many lines end before it, counted from the start of the page.
    var line: UInt32
}
