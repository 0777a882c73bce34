import ArgumentParser
import Crypto
import Exchange
import Foundation
import Ledger
import Pipeline
import Synchronization

/// Runs one night in this process with a clock at every checkpoint.
struct Stages: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stages", abstract: "Runs a site's night and tells what each stage takes.")

    @Argument(help: "The site's folder.")
    var site: String

    @Option(help: "The instant the batch states.")
    var asOf = NightWork.instant

    /// The time between two checkpoints belongs to the stage of the second.
    struct Span {
        let stage: String
        let seconds: Double
    }

    func run() async throws {
        let marks = Marks()
        let date = ISO8601DateFormatter().date(from: asOf) ?? Date()
        let start = Int64(date.timeIntervalSince1970 * 1_000_000)
        let (read, findings) = SiteReader.read(
            Table.absolute(site), registry: Bench.registry, day: String(asOf.prefix(10)))
        guard let read else { throw BenchFault("settings: \(findings.map(\.message))") }
        let ledger = try Ledger.open(at: read.paths.state + "/waybill.sqlite") {
            Array(SHA256.hash(data: $0))
        }
        marks.pass("start")
        var options = Night.Options()
        options.instant = start
        options.checkpoints = Checkpoints({ marks.pass($0) })
        let began = SiteClock.system.now()
        let clock = SiteClock(
            now: { start + SiteClock.system.now() - began }, wait: SiteClock.system.wait)
        let result = try await Night(read, ledger, clock: clock, options: options).run()
        try ledger.close()
        marks.pass("end")
        for span in marks.spans { print(span.stage, span.seconds) }
        guard result.exit == 0 || result.exit == 3 else { throw ExitCode(result.exit) }
    }

    /// Measures in a process of its own.
    static func measure(_ site: NightSite, _ plan: Plan) throws -> [Span] {
        let output = plan.work + "/stages.log"
        let me = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        let launch = try Launch.run([me, "stages", site.root], output: output)
        let text = try String(contentsOfFile: output, encoding: .utf8)
        guard launch.exit == 0 else { throw BenchFault("stages: \(text)") }
        return text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ")
            guard parts.count == 2, let seconds = Double(parts[1]) else { return nil }
            return Span(stage: String(parts[0]), seconds: seconds)
        }
    }

    /// When each stage's checkpoints were passed.
    private final class Marks: Sendable {
        private let state = Mutex<(last: ContinuousClock.Instant, spans: [Span])>((.now, []))

        func pass(_ name: String) {
            let stage = String(name.split(separator: ".").first ?? "")
            state.withLock { state in
                let now = ContinuousClock.now
                let seconds = Stopwatch.seconds(state.last.duration(to: now))
                state.last = now
                if let index = state.spans.firstIndex(where: { $0.stage == stage }) {
                    state.spans[index] = Span(
                        stage: stage, seconds: state.spans[index].seconds + seconds)
                } else {
                    state.spans.append(Span(stage: stage, seconds: seconds))
                }
            }
        }

        var spans: [Span] { state.withLock { $0.spans } }
    }
}
