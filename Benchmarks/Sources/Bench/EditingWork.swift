import Bytes
import Exchange
import Settings
import Synthetic

/// HL7 v2 in memory on one core, beyond reading: the way of a night's results into another file,
/// and messages that carry documents.
struct EditingWork {
    private let plan: Plan
    /// What a feed's dictionary changes as a rule: who receives, and the keys of patient and order.
    private static let fields = ["MSH-5", "MSH-6", "PID-3.1", "OBR-2.1"]
    private static let documents = 20
    /// Two megabytes in Base64.
    private static let documentSize = 1_500_000

    init(_ plan: Plan) { self.plan = plan }

    func run(_ scores: inout Scorecard) throws {
        try editing(Subject.results(plan), &scores)
        let subject = try Subject.documents(
            plan, messages: Self.documents, size: Self.documentSize)
        let seconds = try median { try ReadingWork.read(subject.format, subject.bytes) }
        scores.add(
            subject.name + ": parse and validate", .atLeast(1000), subject.megabytes / seconds,
            " MB/s")
    }

    private func editing(_ subject: Subject, _ scores: inout Scorecard) throws {
        var records = 0
        let seconds = try median { records = try Self.edit(subject.format, subject.bytes) }
        let name = subject.name + ": parse, validate, edit \(Self.fields.count) fields, assemble"
        scores.add(name, .atLeast(150), subject.megabytes / seconds, " MB/s")
        scores.add(name, .atLeast(100_000), Double(records) / seconds, " messages/s")
    }

    private func median(_ work: () throws -> Void) throws -> Double {
        var times: [Double] = []
        for _ in 0..<plan.repeats { times.append(try Stopwatch.seconds(work)) }
        return Stopwatch.median(times)
    }

    /// Reads a whole file and writes it again with changes, as parts of at most a megabyte that
    /// nobody keeps; returns how many records it has.
    private static func edit<F: Format>(_ format: F, _ bytes: [UInt8]) throws -> Int {
        let paths = try fields.map { try format.path($0) }
        var assembly = try format.assembly(envelope())
        var output = try assembly.begin()
        var framer = format.framer(over: MemorySource(bytes))
        var records = 0
        var written = 0
        while let page = try framer.next() {
            let checked = validate(Parsed(page, as: format), as: format)
            for index in page.frames.indices {
                guard let record = checked.valid(index) else {
                    throw BenchFault("\(format.name): a record is not valid")
                }
                let scope = format.scope(ofRecord: index, in: record.document)
                let edits = paths.indices.map {
                    FieldEdit($0, within: scope, to: .text("B\(page.frames[index].number)"))
                }
                let edited = try format.edit(
                    record.document, record: index, edits: edits, among: paths)
                output += try assembly.add(edited)
            }
            records += page.frames.count
            if output.count > 1 << 20 {
                written += output.count
                output.removeAll(keepingCapacity: true)
            }
        }
        written += output.count + (try assembly.finish()).count
        try ReadingWork.check(framer.closing, format)
        guard records > 0, written > bytes.count / 2 else {
            throw BenchFault("\(format.name): nothing written")
        }
        return records
    }

    private static func envelope() throws -> Envelope {
        let text = "{batch: true, application: WAYBILL, facility: CLINIC}"
        let (nodes, faults) = SettingsYAML.parse(Array(text.utf8), file: "envelope")
        guard faults.isEmpty, let clock = Timestamp(iso: "2026-11-20T02:00:00-06:00") else {
            throw BenchFault("settings of an envelope: \(faults.map(\.message))")
        }
        return Envelope(
            settings: nodes.first, clock: clock, batch: "20261120T080000Z-1",
            numbers: NoNumbers())
    }

    /// HL7 takes no number from the ledger.
    private final class NoNumbers: ControlNumbers {
        func next(_ series: String) -> Int64 { 1 }
    }
}
