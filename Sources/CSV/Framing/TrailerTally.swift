import Bytes
import Exchange

/// What was counted of a file, and what its trailer says of it.
struct TrailerTally: Sendable {
    /// How the trailer looks.
    let trailer: CSVSettings.Trailer
    /// The bytes its first cell holds.
    let match: [UInt8]
    /// The findings, each of which holds the file.
    private(set) var findings: [Finding] = []
    /// What the trailer declares beside what was counted.
    private(set) var counts: [EnvelopeCount] = []
    /// The total it declares, in cents.
    private(set) var declaredCents: Int64?
    /// Whether it was seen.
    private(set) var isSeen = false
    private var rowsAfter = 0
    private var firstAfter = Location()

    init(_ trailer: CSVSettings.Trailer) {
        self.trailer = trailer
        match = Array(trailer.match.utf8)
    }

    /// Reads the trailer's cells and compares them.
    mutating func read(
        _ cells: [Cell], _ bytes: Span<UInt8>, at place: Location, rows: Int, records: Int,
        cents: Int64, money: NumberForm
    ) {
        if isSeen { return note(at: place) }
        isSeen = true
        if let index = trailer.count {
            var form = NumberForm()
            form.isInteger = true
            if case .exact(let declared, _) = number(index, cells, bytes, form),
                let declared = Int(exactly: declared)
            {
                let counted = trailer.counts == .rows ? rows : records
                counts.append(
                    EnvelopeCount("\(trailer.match) count", declared: declared, counted: counted))
                if declared != counted {
                    report(
                        FileFindings.trailerCount, place,
                        "declared \(declared), counted \(counted) \(trailer.counts.rawValue)")
                }
            } else {
                report(FileFindings.trailerUnreadable, place, "cell \(index + 1), the count")
            }
        }
        if let index = trailer.total {
            if let declared = number(index, cells, bytes, money).cents {
                declaredCents = declared
                if declared != cents {
                    let (stated, summed) = (
                        ExactDecimal(cents: declared), ExactDecimal(cents: cents)
                    )
                    report(
                        FileFindings.trailerTotal, place,
                        "declared \(stated.text(decimals: 2)), summed \(summed.text(decimals: 2))")
                }
            } else {
                report(FileFindings.trailerUnreadable, place, "cell \(index + 1), the total")
            }
        }
    }

    /// Notes a row behind the trailer.
    mutating func note(at place: Location) {
        if rowsAfter == 0 { firstAfter = place }
        rowsAfter += 1
    }

    /// Says what is known only at the end.
    mutating func finish(at end: Location) {
        if !isSeen {
            report(FileFindings.trailerMissing, end, "no row begins with the trailer's mark")
        }
        if rowsAfter > 0 { report(FileFindings.afterTrailer, firstAfter, "\(rowsAfter) rows") }
    }

    private mutating func report(_ kind: FindingKind, _ place: Location, _ detail: String) {
        findings.append(Finding(kind, at: place, detail))
    }

    private func number(
        _ index: Int, _ cells: [Cell], _ bytes: Span<UInt8>, _ form: NumberForm
    ) -> Measure {
        guard index < cells.count else { return .invalid }
        return form.read(bytes, TextForms.trimmed(bytes, cells[index].range.range))
    }
}
