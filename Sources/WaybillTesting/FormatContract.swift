import Bytes
public import Exchange

/// What every `Format` promises, as checks that anyone can run over a small corpus.
///
/// A clause that does not hold is a `Violation`; a trap is a violation too, and ends the test.
/// The clauses: `chunks` (frames and findings do not depend on how the source chops its reads),
/// `order` (frames lie in order, do not overlap, are numbered and hashed truly), `end` (`next()`
/// goes on answering nil), `pure` (the same page gives the same findings), `damage` (any prefix,
/// and any bytes at all, lead to pages and findings), `alone` (one record re-opened by itself says
/// what it said in its page), `values` (no finding carries a value from the data).
public struct FormatContract<F: Format>: Sendable {
    private let format: F
    private let files: [[UInt8]]
    private let delimiters: [UInt8]
    private let canaries: [[UInt8]]
    private let namesFirst: Bool
    private let seed: UInt64

    /// Tries `format` on `files`, a few KB each.
    /// - Parameters:
    ///   - delimiters: what parts values in the format; each value between two of them is replaced
    ///     by a planted one in turn, and no finding may tell it.
    ///   - canaries: values in `files` that no finding may tell.
    ///   - namesFirst: whether the first line holds names of columns, which a finding may tell.
    public init(
        _ format: F, files: [[UInt8]], delimiters: [UInt8], canaries: [String] = [],
        namesFirst: Bool = false, seed: UInt64 = 1
    ) {
        self.format = format
        self.files = files
        self.delimiters = delimiters
        self.canaries = canaries.map { Array($0.utf8) }
        self.namesFirst = namesFirst
        self.seed = seed
    }

    /// The value that is planted. It fits no type and no code list.
    public static var plant: String { "ZQPLANT7Q" }

    /// Everything that does not hold.
    public func violations() throws -> [Violation] {
        var found: [Violation] = []
        for (index, file) in files.enumerated() {
            found += try chunks(file, index) + order(file, index) + alone(file, index)
            found += try prefixes(file, index) + damage(file, index) + planting(file, index)
        }
        return found
    }

    // MARK: Reading a whole file

    /// All that a file says, in places of the file and not of its pages.
    private struct Reading: Equatable {
        var frames: [String] = []
        var findings: [String] = []
        var closing = ""
        /// The same findings in full, for the search for values.
        var kept: [Finding] = []

        static func == (left: Reading, right: Reading) -> Bool {
            left.frames == right.frames && left.findings == right.findings
                && left.closing == right.closing
        }
    }

    private func line(_ finding: Finding) -> String {
        let place = finding.location
        let acknowledged = finding.ack.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return "\(finding.code) \(finding.severity.rawValue) byte \(place.byte ?? -1)"
            + " line \(place.line ?? -1) record \(place.record ?? -1) \(place.path ?? "")"
            + " \(finding.detail) \(acknowledged)"
    }

    private func line(_ closing: Closing) -> String {
        let parts = closing.parts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let counts = closing.counts.map { "\($0.name) \($0.declared) \($0.counted)" }
        let findings = closing.findings.kept.map(line)
        return "\(closing.isComplete) \(closing.holdsLastRecord) \(parts) \(counts)"
            + " \(closing.declaredCents ?? -1) \(closing.envelopeKeys) \(findings)"
    }

    private func read(_ source: any ByteSource) throws -> Reading {
        var framer = format.framer(over: source)
        var reading = Reading()
        while let page = try framer.next() {
            let document = format.parse(page)
            for (index, frame) in page.frames.enumerated() {
                let range = frame.range.range
                reading.frames.append(
                    "\(page.offset + range.lowerBound)+\(range.count) number \(frame.number)"
                        + " part \(frame.part) hash \(frame.hash) cents \(frame.cents)"
                        + " \(format.recordType(document, record: index))")
                var findings: [Finding] = []
                format.check(document, record: index, into: &findings)
                reading.findings += findings.map(line)
                reading.kept += findings
                reach(document, index)
            }
        }
        reading.closing = line(framer.closing)
        reading.kept += framer.closing.findings.kept
        return reading
    }

    /// Calls what else looks at a record, for its traps.
    private func reach(_ document: F.Document, _ index: Int) {
        _ = format.acknowledgementBasis(document, record: index)
        _ = format.scope(ofRecord: index, in: document)
        var census = FieldCensus()
        format.census(document, record: index, into: &census)
        for key in census.counts.keys { _ = format.fieldName(ofCensusKey: key) }
    }

    // MARK: Clauses

    private func chunks(_ file: [UInt8], _ index: Int) throws -> [Violation] {
        let whole = try read(MemorySource(file))
        var chance = Chance(seed: seed)
        var choppings = [1, 2, 3, 5, 7, 16, 63, 64, 65, 255, 1000, 4096, 65_535, 65_536].map {
            [$0]
        }
        for _ in 0..<8 { choppings.append((0..<31).map { _ in 1 + chance.below(200) }) }
        return try choppings.compactMap { sizes in
            let chopped = try read(ChoppedSource(file, sizes: sizes))
            guard chopped != whole else { return nil }
            let what =
                chopped.frames != whole.frames
                ? "frames" : chopped.findings != whole.findings ? "findings" : "closing"
            return Violation(
                "chunks", "file \(index): \(what) differ in pieces of \(sizes.prefix(4))")
        }
    }

    private func order(_ file: [UInt8], _ index: Int) throws -> [Violation] {
        var found: [Violation] = []
        var framer = format.framer(over: ChoppedSource(file, sizes: [100]))
        var end = 0
        var number = 0
        while let page = try framer.next() {
            let text = file.dropFirst(page.offset).prefix(page.bytes.count)
            if !text.elementsEqual(page.bytes) {
                found.append(Violation("order", "file \(index): a page's bytes are not the file's"))
            }
            let line = 1 + Lines.breaks(in: file.span, 0..<min(page.offset, file.count))
            if page.line != line {
                found.append(Violation("order", "file \(index): line \(page.line), not \(line)"))
            }
            for frame in page.frames {
                let range = frame.range.range
                number += 1
                let isInPage = range.lowerBound >= 0 && range.upperBound <= page.bytes.count
                guard isInPage else {
                    found.append(
                        Violation("order", "file \(index): record \(number) leaves its page"))
                    continue
                }
                let isTrue = frame.hash == RecordHash.hash(page.bytes.span, range)
                if page.offset + range.lowerBound < end || range.isEmpty || frame.number != number
                    || !isTrue
                {
                    found.append(
                        Violation(
                            "order",
                            "file \(index): record \(number) at \(page.offset + range.lowerBound)"))
                }
                end = page.offset + range.upperBound
            }
        }
        let closing = line(framer.closing)
        for _ in 0..<3 where try framer.next() != nil {
            found.append(Violation("end", "file \(index): a page after the end"))
        }
        if line(framer.closing) != closing {
            found.append(Violation("end", "file \(index): closing is not final"))
        }
        return found
    }

    private func alone(_ file: [UInt8], _ index: Int) throws -> [Violation] {
        var found: [Violation] = []
        var framer = format.framer(over: MemorySource(file))
        while let page = try framer.next() {
            let document = format.parse(page)
            for (position, frame) in page.frames.enumerated() {
                let bytes = Array(page.bytes[frame.range.range])
                let one = Page(
                    bytes: bytes, offset: page.offset + frame.range.range.lowerBound,
                    line: page.location(at: frame.range.range.lowerBound).line ?? 1,
                    frames: [
                        Frame(
                            range: ByteRange(0..<bytes.count), number: frame.number,
                            part: frame.part, hash: frame.hash, cents: frame.cents)
                    ], context: restored(page))
                let reopened = format.parse(one)
                var before: [Finding] = []
                var after: [Finding] = []
                format.check(document, record: position, into: &before)
                format.check(reopened, record: 0, into: &after)
                if before.map(line) != after.map(line) {
                    let new = Set(after.map(line)).symmetricDifference(before.map(line)).sorted()
                    found.append(
                        Violation(
                            "alone", "file \(index), record \(frame.number): \(new.prefix(3))"))
                }
                if format.recordType(document, record: position)
                    != format.recordType(reopened, record: 0)
                {
                    found.append(
                        Violation("alone", "file \(index), record \(frame.number): its type"))
                }
                var again: [Finding] = []
                format.check(format.parse(page), record: position, into: &again)
                if again.map(line) != before.map(line) {
                    found.append(Violation("pure", "file \(index), record \(frame.number)"))
                }
            }
        }
        return found
    }

    /// The page's context as it comes back from the ledger: saved and restored.
    private func restored(_ page: Page) -> (any Sendable)? {
        guard let saved = page.context as? any SavedContext,
            let restoring = format as? any ContextRestoring
        else { return page.context }
        return restoring.context(saved: saved.saved)
    }

    // MARK: Damage

    private func prefixes(_ file: [UInt8], _ index: Int) throws -> [Violation] {
        let step = max(1, file.count / 400)
        return try stride(from: 0, to: file.count, by: step).flatMap { length in
            try told(Array(file.prefix(length)), "file \(index), first \(length) bytes", canaries)
        }
    }

    private func damage(_ file: [UInt8], _ index: Int) throws -> [Violation] {
        var chance = Chance(seed: seed &+ UInt64(index))
        return try (0..<400).flatMap { trial in
            let broken = damaged(file, &chance)
            return try told(broken, "file \(index), damage \(trial) of seed \(seed)", canaries)
        }
    }

    /// One to four blows: a byte changed, bytes cut out, doubled or put in.
    private func damaged(_ file: [UInt8], _ chance: inout Chance) -> [UInt8] {
        let strange: [UInt8] =
            [0, 0xFF, 0x0A, 0x0D, 0x0B, 0x1C, 0x20, 0x22, 0x26, 0x3C, 0x80] + delimiters
        var bytes = file
        for _ in 0...chance.below(4) {
            guard !bytes.isEmpty else { return bytes }
            let place = chance.below(bytes.count)
            switch chance.below(6) {
            case 0: bytes[place] ^= UInt8(1 << chance.below(8))
            case 1, 2: bytes[place] = strange[chance.below(strange.count)]
            case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + chance.below(60)))
            case 4:
                let piece = bytes[place..<min(bytes.count, place + 1 + chance.below(60))]
                bytes.insert(contentsOf: Array(piece), at: chance.below(bytes.count))
            default: bytes.insert(strange[chance.below(strange.count)], at: place)
            }
        }
        return bytes
    }

    // MARK: Values

    /// Each value of the file in turn becomes the planted one.
    private func planting(_ file: [UInt8], _ index: Int) throws -> [Violation] {
        let plant = Array(Self.plant.utf8)
        var edges = file.indices.filter { delimiters.contains(file[$0]) }
        edges.append(file.count)
        let data = namesFirst ? (file.firstIndex(of: 0x0A) ?? 0) + 1 : 0
        var found: [Violation] = []
        var start = 0
        for edge in edges {
            defer { start = edge + 1 }
            guard edge > start, start >= data else { continue }
            let planted = file[..<start] + plant + file[edge...]
            found += try told(Array(planted), "file \(index), value at byte \(start)", [plant])
        }
        return found
    }

    /// Reads `bytes` to their end, and tells which findings carry a value.
    private func told(
        _ bytes: [UInt8], _ place: String, _ values: [[UInt8]]
    ) throws -> [Violation] {
        let reading = try read(MemorySource(bytes))
        let secrets = values.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
        return reading.kept.compactMap { finding in
            let texts =
                [finding.message, finding.fix, finding.location.path ?? ""]
                + finding.ack.map { "\($0.key) \($0.value)" }
            guard texts.contains(where: { text in secrets.contains { text.contains($0) } }) else {
                return nil
            }
            return Violation("values", "\(finding.code) tells a value: \(place)")
        }
    }
}
