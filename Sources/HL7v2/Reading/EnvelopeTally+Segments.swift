import Bytes
import Exchange

extension EnvelopeTally {
    mutating func fileHeader(
        _ bytes: Span<UInt8>, _ line: Range<Int>, _ place: () -> Location
    ) {
        if isBatchOpen {
            refuse(part, place(), "FHS", "FHS stands inside it")
            closeBatch(place(), "BTS")
        }
        if isFileOpen {
            answer.fileNotes.append("FTS is missing before the next FHS")
            incomplete(place(), "FTS before the next FHS")
        }
        check("FHS", bytes, line, place)
        isFileOpen = true
        bareBatches = 0
        fileMessages = 0
        fileBatches = 0
        batchMessages = 0
        fileParts = []
        part = 0
        answer.hasHeaders = true
        if answer.fileHeader.isEmpty { answer.fileHeader = bytes.copy(line) }
        key("FHS", bytes, line)
    }

    mutating func batchHeader(
        _ bytes: Span<UInt8>, _ line: Range<Int>, _ place: () -> Location
    ) {
        if isBatchOpen { closeBatch(place(), "BTS before the next BHS") }
        check("BHS", bytes, line, place)
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

    mutating func batchTrailer(
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
                answer.batchNotes[part, default: []].append(
                    "BTS-1 declares \(declared), counted \(batchMessages)")
                if settings.totals == .hold { hold(part) }
            }
        }
        isBatchOpen = false
        batchMessages = 0
        part = 0
    }

    mutating func fileTrailer(
        _ bytes: Span<UInt8>, _ line: Range<Int>, _ place: () -> Location
    ) {
        sawTrailer = true
        if isBatchOpen { closeBatch(place(), "BTS before FTS") }
        if !isFileOpen { report(Self.order, place(), "FTS", "FTS without FHS") }
        if let declared = count(bytes, line, "FTS-1", place) {
            // Messages without BHS count as a batch, and in some senders' files they do not.
            let all = fileBatches + bareBatches
            let isCounted =
                declared == all || (fileBatches > 0 && declared == fileBatches)
                || (all == 0 && declared == 1)
            let counted = isCounted ? declared : max(fileBatches, min(all, 1))
            let isMessages = !isCounted && declared == fileMessages
            closing.counts.append(
                EnvelopeCount(
                    "FTS-1", declared: declared, counted: isMessages ? fileMessages : counted))
            if isMessages {
                report(Self.countsMessages, place(), "FTS-1", "")
            } else if declared != counted {
                report(
                    Self.fileCount, place(), "FTS-1", "declared \(declared), counted \(counted)")
                answer.fileNotes.append("FTS-1 declares \(declared), counted \(counted)")
                if settings.totals == .hold {
                    for part in fileParts + [0] { hold(part) }
                }
            }
        }
        isFileOpen = false
        fileMessages = 0
        fileBatches = 0
        part = 0
    }

    mutating func closeBatch(_ place: Location, _ what: String) {
        incomplete(place, what)
        answer.batchNotes[part, default: []].append("BTS is missing")
        isBatchOpen = false
        part = 0
    }

    private mutating func hold(_ part: Int) {
        if closing.parts[part] == nil { closing.parts[part] = .hold }
    }

    /// Gives a batch up that begins with no MSH, and the one before it, whose last message may
    /// end in it.
    mutating func tear(_ place: Location) {
        refuse(part, place, "BHS", "no MSH follows BHS")
        if let tornPart { refuse(tornPart, place, "BHS", "BHS stands inside a message") }
    }

    mutating func refuse(_ part: Int, _ place: Location, _ path: String, _ why: String) {
        var place = place
        place.path = path
        let finding = Finding(Self.broken, at: place, why, ack: ["ERR-3": "100"])
        closing.findings.append(finding)
        closing.parts[part] = .reject
        answer.broken[part] = finding
        answer.batchNotes[part, default: []].append(why)
    }

    /// Checks what a header states besides names: its delimiters (field 2) and its time (field 7).
    mutating func check(
        _ name: String, _ bytes: Span<UInt8>, _ line: Range<Int>, _ place: () -> Location
    ) {
        let own = Delimiters.read(bytes, at: line.lowerBound, end: line.upperBound)
        if Set(own.given).count != own.given.count || own.component == 0 {
            report(Self.badHeader, place(), "\(name)-2", "want distinct delimiters")
        }
        if let time = Pieces.piece(bytes, line, own.field, 7), !time.isEmpty {
            let first = Pieces.first(bytes, time, own.component)
            if !Lexical.isTimestamp(bytes, first) {
                report(Self.badHeader, place(), "\(name)-7", "no date and time of the calendar")
            }
        }
    }

    mutating func incomplete(_ place: Location, _ what: String) {
        closing.isComplete = false
        closing.findings.append(Finding(Self.noTrailer, at: place, what))
    }

    mutating func report(
        _ kind: FindingKind, _ place: Location, _ path: String, _ detail: String
    ) {
        var place = place
        place.path = path
        closing.findings.append(Finding(kind, at: place, detail))
    }

    mutating func count(
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
    mutating func key(_ name: String, _ bytes: Span<UInt8>, _ line: Range<Int>) {
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

    static func line(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var end = range.lowerBound
        while end < range.upperBound, !Padding.isPadding(bytes[end]) { end += 1 }
        return range.lowerBound..<end
    }
}
