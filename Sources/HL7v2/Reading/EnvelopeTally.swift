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
    static let broken = FindingKind(
        "HL7-016", .error, owner: .it, what: "a batch is broken and is refused",
        fix: "Ask the sender for the batch again; the other batches of the file stand.",
        reach: .part)
    static let badHeader = FindingKind(
        "HL7-017", .warning, owner: .it, what: "a file or batch header has a fault",
        fix: "Tell the sender; the messages inside are read by their own headers.")
    static let kinds = [
        empty, lineEnds, padding, byteOrderMark, utf16, stray, tooLong, order, batchCount,
        fileCount, noTrailer, countsMessages, badCount, broken, badHeader,
    ]

    var closing = Closing()
    /// The part that the next message belongs to: its batch, counted from 1; 0 outside batches.
    var part = 0
    let settings: HL7Settings
    var batches = 0
    private var messages = 0
    var fileMessages = 0
    var fileBatches = 0
    /// Runs of messages in a file that no BHS stands before: batches too (HL7 v2 ch. 2).
    var bareBatches = 0
    var batchMessages = 0
    var isFileOpen = false
    var isBatchOpen = false
    var sawTrailer = false
    private var endsWithMessage = false
    /// Whether nothing stands between a BHS and the next line.
    var followsBatchHeader = false
    /// The part whose last message the last BHS may have torn in two.
    var tornPart: Int?
    /// Whether FTS was the last envelope segment.
    var isAfterEnd = false
    private var isRefused = false
    var fileParts: [Int] = []
    var answer = HL7EnvelopeBasis()
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
    ///
    /// - Parameter isWhole: whether it has an MSH; segments without one are counted as well.
    mutating func addMessage(isWhole: Bool, at place: () -> Location) {
        if !isWhole, followsBatchHeader { tear(place()) }
        if isAfterEnd { report(Self.order, place(), "MSH", "a message behind FTS") }
        isAfterEnd = false
        followsBatchHeader = false
        if isFileOpen, part == 0, batchMessages == 0 { bareBatches += 1 }
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
        let followsMessage = endsWithMessage
        endsWithMessage = false
        if kind != .stray {
            tornPart = kind == .batchHeader && followsMessage ? part : nil
            followsBatchHeader = kind == .batchHeader
            isAfterEnd = kind == .fileTrailer
        }
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

    /// Settles everything at the end of the content.
    mutating func finish() {
        guard !isRefused else { return }
        if messages == 0, !isFileOpen, !isBatchOpen, !sawTrailer, !answer.hasHeaders {
            closing.findings.append(Finding(Self.empty))
        }
        var missing: [String] = []
        if isBatchOpen {
            missing.append("BTS")
            answer.batchNotes[part, default: []].append("BTS is missing")
        }
        if isFileOpen {
            missing.append("FTS")
            answer.fileNotes.append("FTS is missing")
        }
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
    /// What the sender is told about the file's own totals and trailers.
    var fileNotes: [String] = []
    /// The same about each part.
    var batchNotes: [Int: [String]] = [:]
    /// Parts that are refused as a whole, and why.
    var broken: [Int: Finding] = [:]
}
