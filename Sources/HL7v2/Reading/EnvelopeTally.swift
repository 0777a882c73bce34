import Bytes
import Exchange

/// Keeps account of FHS, BHS, BTS and FTS: what they declare, what is there, what is missing.
struct EnvelopeTally: Sendable {
    static let empty = FindingKind(
        "HL7-001", .error, owner: .it, what: "the file holds no HL7 message",
        fix: "Ask the sender for the file again; HL7 begins with MSH, FHS or BHS.", reach: .file)
    static let lineEnds = FindingKind(
        "HL7-002", .info, owner: .it, what: "segments do not all end with CR",
        fix: "Nothing to do; the standard's terminator is CR.")
    static let padding = FindingKind(
        "HL7-003", .info, owner: .it, what: "MLLP frames, NUL or SUB bytes stand between messages",
        fix: "Nothing to do; they are left out.")
    static let byteOrderMark = FindingKind(
        "HL7-004", .info, owner: .it, what: "a UTF-8 byte-order mark stands before a message",
        fix: "Nothing to do; it is left out.")
    static let utf16 = FindingKind(
        "HL7-005", .info, owner: .it, what: "the file is in UTF-16 and is read as UTF-8",
        fix: "Nothing to do; bytes in findings are counted in UTF-8.")
    static let stray = FindingKind(
        "HL7-006", .warning, owner: .it, what: "text stands outside any message",
        fix: "Ask the sender to leave out comments and other lines that are no segments.")
    static let tooLong = FindingKind(
        "HL7-007", .error, owner: .it, what: "a message is longer than 64 MB",
        fix: "Ask the sender to send large documents apart.", reach: .file)
    static let order = FindingKind(
        "HL7-010", .warning, owner: .it, what: "batch headers and trailers are out of order",
        fix: "Tell the sender; the order is FHS, BHS, messages, BTS, FTS.")
    static let batchCount = FindingKind(
        "HL7-011", .warning, owner: .it, what: "BTS-1 does not count the messages of its batch",
        fix: "Ask the sender whether messages are missing.")
    static let fileCount = FindingKind(
        "HL7-012", .warning, owner: .it, what: "FTS-1 does not count the batches of its file",
        fix: "Ask the sender whether batches are missing.")
    static let noTrailer = FindingKind(
        "HL7-013", .warning, owner: .it, what: "a trailer is missing: the file may be cut",
        fix: "Ask the sender whether the file is whole; the last message is held.")
    static let countsMessages = FindingKind(
        "HL7-014", .info, owner: .it, what: "FTS-1 counts messages, not batches",
        fix: "Nothing to do; tell the sender when convenient.")
    static let badCount = FindingKind(
        "HL7-015", .warning, owner: .it, what: "a trailer's count is no number",
        fix: "Ask the sender to state the number of messages or batches.")
    static let kinds = [
        empty, lineEnds, padding, byteOrderMark, utf16, stray, tooLong, order, batchCount,
        fileCount, noTrailer, countsMessages, badCount,
    ]

    private(set) var closing = Closing()
    /// The part that the next message belongs to: its batch, counted from 1; 0 outside batches.
    private(set) var part = 0
    private let settings: HL7Settings
    private var batches = 0
    private var messages = 0
    private var fileMessages = 0
    private var fileBatches = 0
    private var batchMessages = 0
    private var isFileOpen = false
    private var isBatchOpen = false
    private var sawTrailer = false
    private var endsWithMessage = false
    private var isRefused = false
    private var fileParts: [Int] = []
    private var answer = HL7EnvelopeBasis()
    private var ends: [String] = []
    private var sawPadding = false
    private var sawMark = false
    private var isWide = false

    init(settings: HL7Settings) { self.settings = settings }

    /// Gives the file up.
    mutating func refuse(_ why: Refusal) {
        switch why {
        case .tooLong: closing.findings.append(Finding(Self.tooLong))
        }
        closing.isComplete = false
        isRefused = true
    }
    enum Refusal { case tooLong }

    /// Says that the file is in UTF-16.
    mutating func noteUTF16() { isWide = true }

    /// Says once what the bytes around the messages look like.
    mutating func note(_ scanner: LineScanner) {
        let forms = [
            scanner.sawCarriageReturn ? "CR" : nil, scanner.sawLineFeed ? "LF" : nil,
            scanner.sawBoth ? "CRLF" : nil,
        ].compactMap { $0 }
        ends = forms == ["CR"] ? [] : forms
        sawPadding = scanner.sawPadding
        sawMark = scanner.sawByteOrderMark
    }

    /// Counts a message.
    mutating func addMessage() {
        messages += 1
        fileMessages += 1
        batchMessages += 1
        endsWithMessage = true
        answer.messages += 1
    }

    /// Takes an envelope segment, or lines that are none.
    mutating func add(
        _ kind: LineScanner.Kind, _ bytes: Span<UInt8>, _ range: Range<Int>,
        at place: () -> Location
    ) {
        endsWithMessage = false
        let line = Self.line(bytes, range)
        switch kind {
        case .fileHeader: fileHeader(bytes, line, place)
        case .batchHeader: batchHeader(bytes, line, place)
        case .batchTrailer: batchTrailer(bytes, line, place)
        case .fileTrailer: fileTrailer(bytes, line, place)
        case .stray: closing.findings.append(Finding(Self.stray, at: place()))
        case .message, .orphan: break
        }
    }

    private mutating func fileHeader(
        _ bytes: Span<UInt8>, _ line: Range<Int>, _ place: () -> Location
    ) {
        if isBatchOpen { closeBatch(place(), "BTS") }
        if isFileOpen { incomplete(place(), "FTS before the next FHS") }
        isFileOpen = true
        fileMessages = 0
        fileBatches = 0
        batchMessages = 0
        fileParts = []
        part = 0
        answer.hasHeaders = true
        if answer.fileHeader.isEmpty { answer.fileHeader = bytes.copy(line) }
        key("FHS", bytes, line)
    }

    private mutating func batchHeader(
        _ bytes: Span<UInt8>, _ line: Range<Int>, _ place: () -> Location
    ) {
        if isBatchOpen { closeBatch(place(), "BTS before the next BHS") }
        batches += 1
        fileBatches += 1
        part = batches
        fileParts.append(part)
        batchMessages = 0
        isBatchOpen = true
        answer.hasHeaders = true
        answer.batchHeaders[part] = bytes.copy(line)
        key("BHS", bytes, line)
    }

    private mutating func batchTrailer(
        _ bytes: Span<UInt8>, _ line: Range<Int>, _ place: () -> Location
    ) {
        sawTrailer = true
        if !isBatchOpen { report(Self.order, place(), "BTS", "BTS without BHS") }
        if let declared = count(bytes, line, "BTS-1", place) {
            closing.counts.append(
                EnvelopeCount("BTS-1", declared: declared, counted: batchMessages))
            if declared != batchMessages {
                report(
                    Self.batchCount, place(), "BTS-1",
                    "declared \(declared), counted \(batchMessages)")
                if settings.totals == .hold { closing.parts[part] = .hold }
            }
        }
        isBatchOpen = false
        batchMessages = 0
        part = 0
    }

    private mutating func fileTrailer(
        _ bytes: Span<UInt8>, _ line: Range<Int>, _ place: () -> Location
    ) {
        sawTrailer = true
        if isBatchOpen { closeBatch(place(), "BTS before FTS") }
        if !isFileOpen { report(Self.order, place(), "FTS", "FTS without FHS") }
        if let declared = count(bytes, line, "FTS-1", place) {
            // Without BHS the file counts as one batch.
            let counted = fileBatches == 0 ? 1 : fileBatches
            let isMessages = declared != counted && declared == fileMessages
            closing.counts.append(
                EnvelopeCount(
                    "FTS-1", declared: declared, counted: isMessages ? fileMessages : counted))
            if isMessages {
                report(Self.countsMessages, place(), "FTS-1", "")
            } else if declared != counted {
                report(
                    Self.fileCount, place(), "FTS-1", "declared \(declared), counted \(counted)")
                if settings.totals == .hold {
                    for part in fileParts + [0] { closing.parts[part] = .hold }
                }
            }
        }
        isFileOpen = false
        fileMessages = 0
        fileBatches = 0
        part = 0
    }

    /// Settles everything at the end of the content.
    mutating func finish() {
        guard !isRefused else { return }
        if messages == 0, !isFileOpen, !isBatchOpen, !sawTrailer, !answer.hasHeaders {
            closing.findings.append(Finding(Self.empty))
        }
        var missing: [String] = []
        if isBatchOpen { missing.append("BTS") }
        if isFileOpen { missing.append("FTS") }
        if missing.isEmpty, settings.batch == .expected, !sawTrailer { missing = ["BTS or FTS"] }
        if !missing.isEmpty {
            incomplete(Location(), missing.joined(separator: " and "))
            closing.holdsLastRecord = endsWithMessage
        }
        if !ends.isEmpty {
            closing.findings.append(Finding(Self.lineEnds, ends.joined(separator: ", ")))
        }
        if sawPadding { closing.findings.append(Finding(Self.padding)) }
        if isWide { closing.findings.append(Finding(Self.utf16)) }
        if sawMark { closing.findings.append(Finding(Self.byteOrderMark)) }
        closing.acknowledgement = answer
    }

    private mutating func closeBatch(_ place: Location, _ what: String) {
        incomplete(place, what)
        isBatchOpen = false
        part = 0
    }

    private mutating func incomplete(_ place: Location, _ what: String) {
        closing.isComplete = false
        closing.findings.append(Finding(Self.noTrailer, at: place, what))
    }

    private mutating func report(
        _ kind: FindingKind, _ place: Location, _ path: String, _ detail: String
    ) {
        var place = place
        place.path = path
        closing.findings.append(Finding(kind, at: place, detail))
    }

    private mutating func count(
        _ bytes: Span<UInt8>, _ line: Range<Int>, _ path: String, _ place: () -> Location
    ) -> Int? {
        guard line.count > 4 else { return nil }
        let separator = bytes[line.lowerBound + 3]
        let field = Pieces.first(bytes, (line.lowerBound + 4)..<line.upperBound, separator)
        guard !field.isEmpty else { return nil }
        let text = String(decoding: bytes.copy(field), as: UTF8.self)
        if let number = Int(text), number >= 0 { return number }
        report(Self.badCount, place(), path, "")
        return nil
    }

    /// FHS or BHS by sender and control id, when it has one.
    private mutating func key(_ name: String, _ bytes: Span<UInt8>, _ line: Range<Int>) {
        guard line.count > 4 else { return }
        let separator = bytes[line.lowerBound + 3]
        func field(_ number: Int) -> [UInt8] {
            Pieces.piece(bytes, line, separator, number).map { bytes.copy($0) } ?? []
        }
        // The header's first field is the separator itself: field 3 is the third piece.
        let control = field(11)
        guard !control.isEmpty else { return }
        closing.envelopeKeys.append(
            Array([Array(name.utf8), field(3), field(4), control].joined(separator: [0x7C])))
    }

    private static func line(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var end = range.lowerBound
        while end < range.upperBound, !Padding.isPadding(bytes[end]) { end += 1 }
        return range.lowerBound..<end
    }
}

/// What the acknowledger must know of a file's envelope.
struct HL7EnvelopeBasis: Sendable {
    /// Whether there is any FHS or BHS.
    var hasHeaders = false
    /// How many messages the file holds.
    var messages = 0
    /// The first FHS as it came.
    var fileHeader: [UInt8] = []
    /// Each BHS as it came, by the part it begins.
    var batchHeaders: [Int: [UInt8]] = [:]
}
