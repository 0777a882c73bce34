import Foundation
import Testing
import WaybillTesting

/// Law 4: killed at any instant, the next run ends in the same outboxes, byte for byte.
///
/// The debug program kills itself with SIGKILL at the N-th checkpoint that it passes when
/// `WAYBILL_CRASH_AT=N` is set. Power cuts are another matter (reliability, section 3.2).
@Suite struct CrashTests {
    /// A night that is quick and still has every kind of thing in it: a snapshot, HL7 with answers
    /// and a growing file, X12 written afresh, XML.
    static let feeds = ["pms-patients", "lab-results", "pms-charges", "portal-answers"]
    static let folders = ["pms", "lab", "portal"]

    /// The clinic with the first night behind it and the second in its inbox; copied, never run.
    private static let before = Result {
        let clinic = try Clinic()
        try clinic.drop("night-0", only: folders)
        let ended = try clinic.run("night-0", feeds: feeds)
        guard ended.code == 0 else { throw Program.Missing(description: "night 0: \(ended)") }
        try clinic.drop("night-1", only: folders)
        return clinic
    }

    /// A site of its own, with the second night in its inbox.
    static func copyBefore() throws -> Clinic { try Clinic(copy: before.get()) }

    /// The site after the second night, undisturbed.
    static func afterwards() throws -> Clinic { try undisturbed.get() }

    /// How the night ends when nothing disturbs it.
    private static let undisturbed = Result {
        let clinic = try Clinic(copy: before.get())
        let ended = try clinic.run(feeds: feeds)
        guard ended.code == 3 else { throw Program.Missing(description: "night 1: \(ended)") }
        return clinic
    }

    private static func crash(
        _ clinic: Clinic, at number: Int
    ) throws -> (ended: Program.Ended, isOver: Bool) {
        let ended = try clinic.run(
            feeds: feeds, environment: ["WAYBILL_CRASH_AT": String(number)])
        return (ended, ended.signal == nil)
    }

    /// Where it was killed, as the program says.
    private static func place(_ ended: Program.Ended) -> String {
        ended.err.split(separator: "\n").last.map(String.init) ?? ""
    }

    /// Calls `body` with 1, 2, 3… on both cores until it answers that the run survived.
    private static func everyCheckpoint(
        _ body: @escaping @Sendable (Int) throws -> Bool
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for lane in 1...2 {
                group.addTask { @concurrent in
                    var number = lane
                    while try !body(number) { number += 2 }
                    return number - 1
                }
            }
            var least = Int.max
            for try await count in group { least = min(least, count) }
            return least
        }
    }

    @Test func `the undisturbed night is balanced and complete`() throws {
        let clinic = try Self.undisturbed.get()
        #expect(try clinic.imbalance() == [])
        #expect(
            try clinic.laws().isSuperset(of: ["B1", "B2", "B3", "B4", "B5", "B8", "B9", "B10"]))
        #expect(clinic.outbox().count > 10)
    }

    @Test func `killed at every checkpoint, the next run ends in the same outboxes`() async throws {
        let whole = try Self.undisturbed.get().outbox(reports: .with)
        let count = try await Self.everyCheckpoint { number in
            let clinic = try Clinic(copy: Self.before.get())
            let (crashed, isOver) = try Self.crash(clinic, at: number)
            if isOver {
                #expect(crashed.code == 3, "\(crashed)")
                return true
            }
            #expect(crashed.signal == SIGKILL)
            let place = "\(number), \(Self.place(crashed))"
            if place.contains("publish.") { try Self.consume(try Clinic(copy: clinic), place) }
            let rerun = try clinic.run(feeds: Self.feeds)
            #expect(rerun.code == 3, "\(place): \(rerun)")
            // A batch that was closed before the kill is over: the next run is a batch of its own,
            // with a report of its own, and delivers nothing.
            let left = clinic.outbox(reports: .with).filter {
                !place.contains("batch.closed") || !$0.key.hasPrefix("reports/20261120T080000Z-02/")
            }
            #expect(differences(whole, left) == [], "\(place)")
            #expect(try clinic.imbalance() == [], "\(place)")
            return false
        }
        #expect(count > 30, "the checkpoints are there at all")
    }

    /// Empties the outboxes of a crashed site, reruns, and compares what was taken and what is left.
    /// Seen to fail: with a recovery that built a collected file again, it lay there twice.
    private static func consume(_ clinic: Clinic, _ place: String) throws {
        // A marker is written for a file that is there; whoever takes the file before its marker
        // did not wait for it.
        func files(_ all: [String: [UInt8]]) -> [String: [UInt8]] {
            all.filter { !$0.key.hasSuffix(".done") }
        }
        let taken = clinic.outbox().filter {
            !$0.key.split(separator: "/").contains { $0.hasPrefix(".") }
        }
        for name in taken.keys {
            try FileManager.default.removeItem(atPath: clinic.root + "/outbox/" + name)
        }
        let rerun = try clinic.run(feeds: feeds)
        #expect(rerun.code == 3, "\(place), emptied: \(rerun)")
        let left = files(clinic.outbox())
        let twice = Set(taken.keys).intersection(left.keys)
        #expect(twice.isEmpty, "\(place): delivered twice: \(twice.sorted())")
        let whole = files(try undisturbed.get().outbox())
        #expect(differences(whole, left.merging(files(taken)) { $1 }) == [], "\(place), emptied")
        #expect(try clinic.imbalance() == [], "\(place), emptied")
    }

    /// Two crashes in one night, at places drawn with a seed.
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `killed twice, the third run ends in the same outboxes`(seed: UInt64) throws {
        var chance = SplitMix(seed)
        let clinic = try Clinic(copy: Self.before.get())
        let (first, second) = (1 + chance.below(60), 1 + chance.below(60))
        let one = try Self.crash(clinic, at: first).ended
        let two = try Self.crash(clinic, at: second).ended
        let rerun = try clinic.run(feeds: Self.feeds)
        let place = "seed \(seed): \(first) \(Self.place(one)), \(second) \(Self.place(two))"
        // When the second run survived it had finished the night, and the third finds nothing.
        let whole = try Self.undisturbed.get().outbox()
        #expect(rerun.code == 3 || rerun.code == 0, "\(place): \(rerun)")
        #expect(differences(whole, clinic.outbox()) == [], "\(place)")
        #expect(try clinic.imbalance() == [], "\(place)")
    }
}

/// Small seeded chance, the same on every machine.
struct SplitMix {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }
}
