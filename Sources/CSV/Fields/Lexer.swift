import Bytes

/// Splits rows into cells, eight bytes at a time. Pure; the grammar is that of RFC 4180 with the
/// field's habits:
///
/// - CR, LF and CRLF each end a row outside quotes, and are data inside.
/// - A quote opens a cell only as its first byte; elsewhere it is data, and flagged.
/// - A doubled quote inside quotes is one quote.
/// - What follows a closing quote up to the delimiter is kept with the cell, and flagged.
/// - An empty line is no row.
struct Lexer {
    /// The byte between cells.
    let delimiter: UInt8
    /// The cells so far.
    var cells: [Cell] = []
    /// The rows so far.
    var rows: [Row] = []
    /// How many lines have ended so far.
    var line: UInt32 = 0
    /// Whether a byte above 0x7F was seen since it was last cleared.
    var sawHigh = false

    static let quote = UInt8(ascii: "\"")

    /// Makes a lexer for files with this delimiter.
    init(delimiter: UInt8) { self.delimiter = delimiter }

    /// Forgets what was split, keeping the memory.
    mutating func clear() {
        cells.removeAll(keepingCapacity: true)
        rows.removeAll(keepingCapacity: true)
        line = 0
        sawHigh = false
    }

    /// Where the lexer stands within a row.
    private struct Place {
        var rowStart: Int
        var rowLine: UInt32
        var firstCell: Int
        var cellStart: Int
        var isQuoted = false
        var closedAt = -1
        var skip = -1
        var flags: Cell.Flags = []
    }

    /// Splits the whole rows in `range`; the last needs no line end.
    mutating func split(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        let raw = unsafe bytes.bytes
        var place = Place(
            rowStart: range.lowerBound, rowLine: line, firstCell: cells.count,
            cellStart: range.lowerBound)
        var high: UInt64 = 0
        var index = range.lowerBound
        while index < range.upperBound {
            var word: UInt64 = 0x6161_6161_6161_6161
            if index + 8 <= range.upperBound {
                word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
                word = word.littleEndian
            } else {
                for offset in 0..<(range.upperBound - index) {
                    let shift = UInt64(offset * 8)
                    word = (word & ~(0xFF << shift)) | UInt64(bytes[index + offset]) << shift
                }
            }
            high |= word & Word.tops
            var mask =
                Word.zeros(word ^ Word.spread(delimiter)) | Word.zeros(word ^ Word.spread(0x22))
                | Word.zeros(word ^ Word.spread(0x0D)) | Word.zeros(word ^ Word.spread(0x0A))
                | Word.zeros(word)
            while mask != 0 {
                let position = index + mask.trailingZeroBitCount >> 3
                mask &= mask &- 1
                note(position, bytes, range.upperBound, &place)
            }
            index += 8
        }
        if high != 0 { sawHigh = true }
        endRow(at: range.upperBound, &place)
    }

    /// Deals with one byte that may mean something.
    @inline(__always)
    private mutating func note(
        _ position: Int, _ bytes: Span<UInt8>, _ end: Int, _ place: inout Place
    ) {
        if position == place.skip { return }
        let byte = bytes[position]
        if byte == delimiter {
            if !place.isQuoted {
                endCell(at: position, &place)
                place.cellStart = position + 1
            }
        } else if byte == Lexer.quote {
            noteQuote(position, bytes, end, &place)
        } else if byte == 0 {
            place.flags.insert(.null)
        } else {
            noteLineEnd(position, byte, bytes, end, &place)
        }
    }

    private mutating func noteQuote(
        _ position: Int, _ bytes: Span<UInt8>, _ end: Int, _ place: inout Place
    ) {
        if place.isQuoted {
            if position + 1 < end, bytes[position + 1] == Lexer.quote {
                place.flags.insert(.escaped)
                place.skip = position + 1
            } else {
                place.isQuoted = false
                place.closedAt = position
            }
        } else if position == place.cellStart {
            place.isQuoted = true
            place.flags.insert(.quoted)
        } else if place.closedAt < 0 {
            place.flags.insert(.stray)
        }
    }

    private mutating func noteLineEnd(
        _ position: Int, _ byte: UInt8, _ bytes: Span<UInt8>, _ end: Int, _ place: inout Place
    ) {
        var next = position + 1
        if byte == 0x0D, next < end, bytes[next] == 0x0A {
            place.skip = next
            next += 1
        }
        line &+= 1
        if place.isQuoted { return }
        endRow(at: position, &place)
        let skip = place.skip
        place = Place(
            rowStart: next, rowLine: line, firstCell: cells.count, cellStart: next, skip: skip)
    }

    @inline(__always)
    private mutating func endCell(at position: Int, _ place: inout Place) {
        var start = place.cellStart
        var end = position
        if !place.flags.isEmpty {
            if place.flags.contains(.quoted) {
                start += 1
                if place.isQuoted {
                    place.flags.insert(.open)
                } else {
                    end = place.closedAt
                    if place.closedAt + 1 != position { place.flags.insert(.tail) }
                }
            }
        }
        cells.append(Cell(range: ByteRange(start, end), flags: place.flags))
        place.flags = []
        place.isQuoted = false
        place.closedAt = -1
    }

    private mutating func endRow(at position: Int, _ place: inout Place) {
        if position == place.rowStart { return }
        endCell(at: position, &place)
        rows.append(
            Row(
                firstCell: UInt32(truncatingIfNeeded: place.firstCell),
                range: ByteRange(place.rowStart, position), line: place.rowLine))
    }
}

/// Eight bytes looked at in one step.
enum Word {
    /// The top bit of every byte.
    static let tops: UInt64 = 0x8080_8080_8080_8080

    /// The byte in all eight places.
    @inline(__always)
    static func spread(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

    /// The top bit of each byte that is zero, exactly.
    @inline(__always)
    static func zeros(_ word: UInt64) -> UInt64 {
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        return ~(((word & low) &+ low) | word | low)
    }
}
