import Bytes

/// Finds where rows end in bytes that arrive piece by piece: the lexer's grammar, without cells.
struct RowScanner: Sendable {
    /// A row that was found.
    struct Found {
        /// Its bytes, without the line end.
        let row: Range<Int>
        /// Where the next row begins.
        let next: Int
        /// Whether the content ended within quotes.
        let isOpen: Bool
        /// Which line end it has: 0 none, 1 CR, 2 LF, 3 CRLF.
        let ending: UInt8
    }

    /// The byte between cells.
    let delimiter: UInt8
    /// For UTF-16, which byte of a unit is the low one; nil for all other sets.
    let low: Int?
    /// Where the current row begins.
    private(set) var rowStart = 0
    private var position = 0
    private var isQuoted = false

    /// Makes a scanner that stands before the first row.
    init(delimiter: UInt8, charset: Charset) {
        self.delimiter = delimiter
        switch charset {
        case .utf16LittleEndian: low = 0
        case .utf16BigEndian: low = 1
        default: low = nil
        }
    }

    /// Accounts for `count` bytes that were taken off the front.
    mutating func shift(by count: Int) {
        rowStart -= count
        position -= count
    }

    /// The next row; nil when more bytes are needed, or at the end.
    mutating func next(in bytes: Span<UInt8>, isAtEnd: Bool) -> Found? {
        if let low { return nextWide(bytes, low, isAtEnd) }
        while position < bytes.count {
            guard let hit = special(bytes) else {
                position = bytes.count
                break
            }
            position = hit
            let byte = bytes[hit]
            let hasNext = hit + 1 < bytes.count
            if byte == Lexer.quote {
                if isQuoted {
                    guard hasNext || isAtEnd else { return nil }
                    if hasNext, bytes[hit + 1] == Lexer.quote {
                        position = hit + 2
                        continue
                    }
                    isQuoted = false
                } else if hit == rowStart || bytes[hit - 1] == delimiter {
                    isQuoted = true
                }
                position = hit + 1
                continue
            }
            if byte == 0x0D {
                guard hasNext || isAtEnd else { return nil }
                let isPair = hasNext && bytes[hit + 1] == 0x0A
                return found(upTo: hit, next: hit + (isPair ? 2 : 1), ending: isPair ? 3 : 1)
            }
            return found(upTo: hit, next: hit + 1, ending: 2)
        }
        guard isAtEnd, rowStart < bytes.count else { return nil }
        return found(upTo: bytes.count, next: bytes.count, ending: 0)
    }

    private mutating func found(upTo end: Int, next: Int, ending: UInt8) -> Found {
        let row = Found(row: rowStart..<end, next: next, isOpen: isQuoted, ending: ending)
        rowStart = next
        position = next
        isQuoted = false
        return row
    }

    /// The first byte from `position` on that may mean something here.
    private func special(_ bytes: Span<UInt8>) -> Int? {
        if isQuoted { return bytes.firstIndex(of: Lexer.quote, in: position..<bytes.count) }
        let raw = unsafe bytes.bytes
        var index = position
        while index + 8 <= bytes.count {
            let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
                .littleEndian
            let mask =
                Word.zeros(word ^ Word.spread(0x22)) | Word.zeros(word ^ Word.spread(0x0D))
                | Word.zeros(word ^ Word.spread(0x0A))
            if mask != 0 { return index + mask.trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x22 || byte == 0x0D || byte == 0x0A { return index }
            index += 1
        }
        return nil
    }

    /// The same for UTF-16, unit by unit.
    private mutating func nextWide(_ bytes: Span<UInt8>, _ low: Int, _ isAtEnd: Bool) -> Found? {
        func unit(_ index: Int) -> UInt16 {
            UInt16(bytes[index + low]) | UInt16(bytes[index + 1 - low]) << 8
        }
        while position + 2 <= bytes.count {
            let here = position
            let hasNext = here + 4 <= bytes.count
            switch unit(here) {
            case 0x22 where isQuoted:
                guard hasNext || isAtEnd else { return nil }
                if hasNext, unit(here + 2) == 0x22 {
                    position = here + 4
                    continue
                }
                isQuoted = false
            case 0x22 where here == rowStart || unit(here - 2) == UInt16(delimiter):
                isQuoted = true
            case 0x0D where !isQuoted:
                guard hasNext || isAtEnd else { return nil }
                let isPair = hasNext && unit(here + 2) == 0x0A
                return found(upTo: here, next: here + (isPair ? 4 : 2), ending: isPair ? 3 : 1)
            case 0x0A where !isQuoted:
                return found(upTo: here, next: here + 2, ending: 2)
            default: break
            }
            position = here + 2
        }
        guard isAtEnd, rowStart < bytes.count else { return nil }
        return found(upTo: bytes.count, next: bytes.count, ending: 0)
    }
}
