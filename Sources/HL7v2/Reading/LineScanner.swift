import Bytes

/// Finds where messages and envelope segments begin, line by line, and remembers how far it came.
struct LineScanner: Sendable {
    enum Kind: Sendable {
        case message, orphan, fileHeader, batchHeader, batchTrailer, fileTrailer, stray
    }
    struct Mark: Sendable {
        let kind: Kind
        let start: Int
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
    private var nextReturn = -1
    private var nextFeed = -1
    private var nextFrame = -1
    /// The field separators of the last message, and of the last header around messages.
    private var separator: UInt8 = 0
    private var headerSeparator: UInt8 = 0
    /// What a line start needs to be judged: a mark, a segment's name, and MSH-1 and MSH-2.
    private static let lookahead = 20

    /// Looks at every line that can be judged by now: a line start needs twenty bytes or the end.
    mutating func scan(_ bytes: Span<UInt8>, isAtEnd: Bool) {
        nextReturn = -1
        nextFeed = -1
        nextFrame = -1
        while scanned < bytes.count {
            if isAtLineStart {
                while scanned < bytes.count, Padding.isPadding(bytes[scanned]) {
                    skip(bytes[scanned])
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
            guard let end = lineEnd(bytes) else {
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

    /// Hands out the marks before `cut`, and goes on counting from there.
    mutating func take(_ cut: Int) -> [Mark] {
        let taken = marks.filter { $0.start < cut }
        marks = marks.filter { $0.start >= cut }.map { Mark(kind: $0.kind, start: $0.start - cut) }
        scanned -= cut
        return taken
    }

    private mutating func skip(_ byte: UInt8) {
        if byte != 0x0D, byte != 0x0A { sawPadding = true }
        scanned += 1
    }

    private mutating func tally(_ bytes: Span<UInt8>, _ end: Int) {
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

    /// The next CR, LF or FS at or after `scanned`; each is looked for only when it was passed.
    private mutating func lineEnd(_ bytes: Span<UInt8>) -> Int? {
        let range = scanned..<bytes.count
        if nextReturn < scanned { nextReturn = bytes.firstIndex(of: 0x0D, in: range) ?? .max }
        if nextFeed < scanned { nextFeed = bytes.firstIndex(of: 0x0A, in: range) ?? .max }
        if nextFrame < scanned { nextFrame = bytes.firstIndex(of: 0x1C, in: range) ?? .max }
        let nearest = min(nextReturn, nextFeed, nextFrame)
        return nearest == .max ? nil : nearest
    }

    private mutating func judge(_ bytes: Span<UInt8>, _ start: Int) {
        if let kind = header(bytes, start) {
            marks.append(Mark(kind: kind, start: start))
            isOutside = kind != .message
            if kind == .message {
                separator = bytes[start + 3]
            } else if kind == .fileHeader || kind == .batchHeader {
                headerSeparator = bytes[start + 3]
            }
        } else if isOutside {
            if isSegment(bytes, start) {
                marks.append(Mark(kind: .orphan, start: start))
                isOutside = false
            } else if marks.last?.kind != .stray {
                // A run of such lines is told once.
                marks.append(Mark(kind: .stray, start: start))
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
