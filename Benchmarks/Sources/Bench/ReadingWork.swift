import Bytes
import Exchange

/// Frame, parse and validate in memory, on one core.
struct ReadingWork {
    private let plan: Plan

    init(_ plan: Plan) { self.plan = plan }

    func run(_ scores: inout Scorecard) throws {
        let makers = [Subject.results, Subject.claims, Subject.payments, Subject.charges]
        for make in makers {
            let subject = try make(plan)
            let framing = try median { try Self.frame(subject.format, subject.bytes) }
            let reading = try median { try Self.read(subject.format, subject.bytes) }
            scores.add(
                subject.name + ": parse and validate", .atLeast(subject.budget ?? 0),
                subject.megabytes / reading, " MB/s",
                note: "framing alone \(Scorecard.text(subject.megabytes / framing))")
        }
        try xml(&scores)
    }

    /// XML goes by what libxml2 itself needs for the same work.
    private func xml(_ scores: inout Scorecard) throws {
        let subject = try Subject.answers(plan)
        let framing = try median { try Self.frame(subject.format, subject.bytes) }
        var ours: [Double] = []
        var theirs: [Double] = []
        // In turn, so that both meet the same machine.
        for _ in 0..<plan.repeats {
            theirs.append(
                try XMLYardstick.seconds(subject.bytes, schema: "xml/portal/questionnaire.xsd"))
            ours.append(try Stopwatch.seconds { try Self.read(subject.format, subject.bytes) })
        }
        let (our, their) = (Stopwatch.median(ours), Stopwatch.median(theirs))
        scores.add(
            subject.name + ": parse and validate, against libxml2's reader with the schema",
            .atLeast(0.7), their / our, " ×",
            note: "\(Scorecard.text(subject.megabytes / our)) MB/s to "
                + "\(Scorecard.text(subject.megabytes / their)); framing alone "
                + Scorecard.text(subject.megabytes / framing))
    }

    private func median(_ work: () throws -> Void) throws -> Double {
        var times: [Double] = []
        for _ in 0..<plan.repeats { times.append(try Stopwatch.seconds(work)) }
        return Stopwatch.median(times)
    }

    private static func frame(_ format: any Format, _ bytes: [UInt8]) throws {
        var framer = format.framer(over: MemorySource(bytes))
        var records = 0
        while let page = try framer.next() { records += page.frames.count }
        guard records > 0 else { throw BenchFault("\(format.name): nothing framed") }
    }

    /// Reads a whole file; a finding that is an error means that the figure would measure nothing.
    static func read<F: Format>(_ format: F, _ bytes: [UInt8]) throws {
        var framer = format.framer(over: MemorySource(bytes))
        var records = 0
        while let page = try framer.next() {
            let count = try Self.examine(page, format)
            records += count
        }
        guard records > 0 else { throw BenchFault("\(format.name): nothing read") }
        try Self.check(framer.closing, format)
    }

    /// Parses and validates a page, and returns how many records it has.
    static func examine<F: Format>(_ page: Page, _ format: F) throws -> Int {
        let checked = validate(Parsed(page, as: format), as: format)
        for index in page.frames.indices where checked.valid(index) == nil {
            let first = checked.findings[index].first { $0.severity == .error }
            throw BenchFault(
                "\(format.name): record \(page.frames[index].number): "
                    + "\(first?.code ?? "") \(first?.message ?? "") \(first?.location.path ?? "")")
        }
        return page.frames.count
    }

    /// An envelope with an error spoils a measurement too.
    static func check(_ closing: Closing, _ format: some Format) throws {
        if let first = closing.findings.kept.first(where: { $0.severity == .error }) {
            throw BenchFault("\(format.name): \(first.code) \(first.message)")
        }
        if !closing.isComplete { throw BenchFault("\(format.name): the file does not close") }
    }
}
