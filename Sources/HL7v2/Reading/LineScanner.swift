import Bytes

/// Finds where messages and envelope segments begin, line by line, and remembers how far it came.
struct LineScanner: Sendable {
    enum Kind: Sendable {
        case message, orphan, fileHeader, batchHeader, batchTrailer, fileTrailer, stray
    }
    struct Mark: Sendable {
        let kind: Kind
        let start: Int
        /// How many lines end before it, in what was not taken yet.
        let breaks: Int
    }

    private(set) var marks: [Mark] = []
    /// Up to where lines were looked at.
    private(set) var scanned = 0
    /// Whether no message is open at `scanned`.
    private(set) var isOutside = true
    private(set) var sawCarriageReturn = false
    private(set) var sawLineFeed = false
    private(set) var sawBoth = false
    private(set) var sawPadding = false
    private(set) var sawByteOrderMark = false
    private var isAtLineStart = true
    /// How many lines end before `scanned`, in what was not taken yet.
    private var breaks = 0
    /// Whether the byte before the first that was not taken is CR.
    private var followsReturn = false
    /// The field separators of the last message, and of the last header around messages.
    private var separator: UInt8 = 0
    private var headerSeparator: UInt8 = 0
    /// What a line start needs to be judged: a mark, a segment's name, and MSH-1 and MSH-2.
    private static let lookahead = 20

    /// Looks at every line that can be judged by now: a line start needs twenty bytes or the end.
    mutating func scan(_ bytes: Span<UInt8>, isAtEnd: Bool) {
        while scanned < bytes.count {
            if isAtLineStart {
                while scanned < bytes.count, Padding.isPadding(bytes[scanned]) {
                    skip(bytes)
                }
                guard scanned < bytes.count else { return }
                if bytes.starts(at: scanned, with: "\u{FEFF}") {
                    sawByteOrderMark = true
                    scanned += 3
                    continue
                }
                if bytes.count - scanned < Self.lookahead, !isAtEnd { return }
                judge(bytes, scanned)
                isAtLineStart = false
            }
            // CR, LF, and FS, which ends a message in MLLP.
            let rest = scanned..<bytes.count
            guard let end = bytes.firstIndex(of: 0x0D, or: 0x0A, or: 0x1C, in: rest) else {
                // A terminator may follow in the next read, and its partner after that.
                scanned = bytes.count
                return
            }
            if bytes[end] == 0x0D, end + 1 == bytes.count, !isAtEnd {
                scanned = end
                return
            }
            tally(bytes, end)
            scanned = end + 1
            isAtLineStart = true
        }
    }

    /// Hands out the marks before `cut` and how many lines end before it, and goes on counting
    /// from there. `cut` is where the last mark is, or how far lines were looked at.
    mutating func take(_ cut: Int, of bytes: Span<UInt8>) -> (marks: [Mark], breaks: Int) {
        let kept = (marks.lastIndex { $0.start < cut } ?? -1) + 1
        let taken = Array(marks[..<kept])
        let count = kept < marks.count ? marks[kept].breaks : breaks
        marks = marks[kept...].map {
            Mark(kind: $0.kind, start: $0.start - cut, breaks: $0.breaks - count)
        }
        scanned -= cut
        breaks -= count
        if cut > 0 { followsReturn = bytes[cut - 1] == 0x0D }
        return (taken, count)
    }

    private mutating func skip(_ bytes: Span<UInt8>) {
        let byte = bytes[scanned]
        if byte != 0x0D, byte != 0x0A { sawPadding = true }
        countBreak(bytes, scanned)
        scanned += 1
    }

    /// Counts the line that ends at `index`, if one does: at CR, and at LF without CR before it.
    private mutating func countBreak(_ bytes: Span<UInt8>, _ index: Int) {
        let byte = bytes[index]
        if byte == 0x0D {
            breaks += 1
        } else if byte == 0x0A {
            let isSecond = index > 0 ? bytes[index - 1] == 0x0D : followsReturn
            if !isSecond { breaks += 1 }
        }
    }

    private mutating func tally(_ bytes: Span<UInt8>, _ end: Int) {
        countBreak(bytes, end)
        switch bytes[end] {
        case 0x0D:
            if end + 1 < bytes.count, bytes[end + 1] == 0x0A {
                sawBoth = true
            } else {
                sawCarriageReturn = true
            }
        case 0x0A: sawLineFeed = true
        default: sawPadding = true
        }
    }

    private mutating func judge(_ bytes: Span<UInt8>, _ start: Int) {
        if let kind = header(bytes, start) {
            marks.append(Mark(kind: kind, start: start, breaks: breaks))
            isOutside = kind != .message
            if kind == .message {
                separator = bytes[start + 3]
            } else if kind == .fileHeader || kind == .batchHeader {
                headerSeparator = bytes[start + 3]
            }
        } else if isOutside {
            if isSegment(bytes, start) {
                marks.append(Mark(kind: .orphan, start: start, breaks: breaks))
                isOutside = false
            } else if marks.last?.kind != .stray {
                // A run of such lines is told once.
                marks.append(Mark(kind: .stray, start: start, breaks: breaks))
            }
        }
    }

    private func header(_ bytes: Span<UInt8>, _ start: Int) -> Kind? {
        guard bytes.count - start >= 3 else { return nil }
        let first = bytes[start]
        guard first == 0x4D || first == 0x46 || first == 0x42 else { return nil }
        let follows = start + 3 < bytes.count ? bytes[start + 3] : 0x0D
        let isSeparator = Self.isSeparator(follows)
        if isSeparator, isOutside || begins(bytes, start, follows) {
            if bytes.starts(at: start, with: "MSH") { return .message }
            if bytes.starts(at: start, with: "FHS") { return .fileHeader }
            if bytes.starts(at: start, with: "BHS") { return .batchHeader }
        }
        let isKnown = follows == separator || follows == headerSeparator
        guard Padding.isPadding(follows) || (isSeparator && (isOutside || isKnown)) else {
            return nil
        }
        if bytes.starts(at: start, with: "BTS") { return .batchTrailer }
        if bytes.starts(at: start, with: "FTS") { return .fileTrailer }
        return nil
    }

    /// Whether a line inside a message is a header, and not a text that a line break cut
    /// (`MSH-9 is wrong`): it goes on in the delimiters in use, or states delimiters of its own.
    private func begins(_ bytes: Span<UInt8>, _ start: Int, _ follows: UInt8) -> Bool {
        if follows == separator || follows == headerSeparator { return true }
        var index = start + 4
        while index < min(bytes.count, start + 13), bytes[index] != follows {
            guard Self.isSeparator(bytes[index]) else { return false }
            index += 1
        }
        return index > start + 4 && index < bytes.count && bytes[index] == follows
    }

    private func isSegment(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
        guard bytes.count - start >= 3, (0x41...0x5A).contains(bytes[start]) else { return false }
        for index in (start + 1)...(start + 2) {
            let byte = bytes[index]
            guard (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) else { return false }
        }
        return start + 3 == bytes.count || Self.isSeparator(bytes[start + 3])
            || Padding.isPadding(bytes[start + 3])
    }

    /// Whether a byte can be a field separator: printable, no letter, no digit, no space.
    private static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: false
        default: byte > 0x20 && byte < 0x7F
        }
    }
}
