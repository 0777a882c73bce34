import Bytes
import Exchange
import Pipeline

/// The same reading through the pipeline's window, on both cores.
struct CoresWork {
    private let plan: Plan

    init(_ plan: Plan) { self.plan = plan }

    func run(_ scores: inout Scorecard) async throws {
        for make in [Subject.results, Subject.claims, Subject.charges] {
            let subject = try make(plan)
            var single: [Double] = []
            var both: [Double] = []
            for _ in 0..<plan.repeats {
                single.append(
                    try Stopwatch.seconds { try ReadingWork.read(subject.format, subject.bytes) })
                both.append(
                    try await Stopwatch.seconds {
                        try await Self.read(subject.format, subject.bytes)
                    })
            }
            let (one, two) = (Stopwatch.median(single), Stopwatch.median(both))
            scores.add(
                "\(subject.name): both cores against one", .atLeast(1.7), one / two, " ×", bar: 1,
                note: "\(Scorecard.text(subject.megabytes / two)) MB/s")
        }
    }

    private static func read<F: Format>(_ format: F, _ bytes: [UInt8]) async throws {
        var framer = format.framer(over: MemorySource(bytes))
        var records = 0
        try await Window.run(
            &framer, work: { page in Result { try ReadingWork.examine(page, format) } }
        ) { count in records += try count.get() }
        guard records > 0 else { throw BenchFault("\(format.name): nothing read") }
        try ReadingWork.check(framer.closing, format)
    }
}
