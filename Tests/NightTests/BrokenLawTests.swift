import Foundation
import Testing
import WaybillTesting

/// Laws 2, 3 and 6, broken on purpose between two named steps of a real run: the unit that was
/// broken is stopped with exit 4, and every other unit is published.
///
/// `WAYBILL_MUTANT=fault:feed` plants the fault once, in debug builds alone. What each equation
/// says of it is stated with it, as it was seen.
@Suite struct BrokenLawTests {
    /// A planted fault, the equations that must see it, and what its unit would have delivered.
    struct Case: Sendable, CustomTestStringConvertible {
        let fault: String
        let feed: String
        let laws: Set<String>
        let withheld: [String]
        var testDescription: String { "\(fault) in \(feed)" }
    }

    private static let results = ["ehr/results/", "pms/results-ready/"]
    private static let charges = ["claims/claims_", "ehr/charge-codes/"]

    static let cases: [Case] = [
        Case(fault: "forget-file", feed: "lab-results", laws: ["B1"], withheld: results),
        Case(fault: "lose-framed", feed: "lab-results", laws: ["B2", "B9"], withheld: results),
        Case(
            fault: "lose-framed", feed: "pms-charges", laws: ["B2", "B5", "B9"], withheld: charges),
        Case(fault: "lose-mapped", feed: "lab-results", laws: ["B2", "B9"], withheld: results),
        Case(
            fault: "lose-mapped", feed: "pms-charges", laws: ["B2", "B5", "B9"], withheld: charges),
        Case(fault: "lose-accepted", feed: "lab-results", laws: ["B3"], withheld: results),
        Case(fault: "lose-routed", feed: "lab-results", laws: ["B3"], withheld: results),
        Case(fault: "lose-written", feed: "lab-results", laws: ["B10"], withheld: results),
        Case(fault: "lose-written", feed: "pms-charges", laws: ["B10"], withheld: charges),
        Case(fault: "lose-counted", feed: "lab-results", laws: ["B8", "B10"], withheld: results),
        Case(fault: "lose-counted", feed: "pms-charges", laws: ["B8", "B10"], withheld: charges),
        Case(fault: "write-twice", feed: "lab-results", laws: ["B10"], withheld: results),
        Case(fault: "write-twice", feed: "pms-charges", laws: ["B10"], withheld: charges),
        Case(fault: "lose-leg", feed: "lab-results", laws: ["B3", "B10"], withheld: results),
        Case(fault: "lose-claim", feed: "pms-charges", laws: ["B7"], withheld: charges),
        Case(fault: "lose-hold", feed: "lab-results", laws: ["B4"], withheld: results),
        Case(fault: "change-outcome", feed: "lab-results", laws: ["B3"], withheld: results),
        // Seen to go out with exit 3, in the last three feeds: the byte lay in a value, and only
        // counts and money were compared. Now records' hashes and the file's digest are too.
        Case(fault: "corrupt-file", feed: "lab-results", laws: ["B10"], withheld: results),
        Case(fault: "corrupt-file", feed: "pms-charges", laws: ["B10"], withheld: charges),
        Case(
            fault: "corrupt-file", feed: "portal-answers", laws: ["B10"],
            withheld: ["ehr/questionnaires/"]),
        Case(
            fault: "corrupt-file", feed: "pms-patients", laws: ["B10"],
            withheld: ["ehr/registrations/"]),
    ]

    /// What the same night delivers unbroken, without the reports.
    private static let unbroken = Result {
        let clinic = try CrashTests.copyBefore()
        let ended = try clinic.run(feeds: CrashTests.feeds)
        guard ended.code == 3 else { throw Program.Missing(description: "\(ended)") }
        return clinic
    }

    @Test(arguments: cases)
    func `a planted fault stops its unit and no other`(planted: Case) throws {
        let clinic = try CrashTests.copyBefore()
        let ended = try clinic.run(
            feeds: CrashTests.feeds,
            environment: ["WAYBILL_MUTANT": "\(planted.fault):\(planted.feed)"])
        #expect(ended.code == 4, "\(ended)")
        let imbalance = try clinic.imbalance()
        let laws = Set(imbalance.map { String($0.split(separator: " ")[2]) })
        #expect(laws == planted.laws, "\(imbalance)")
        #expect(
            Set(imbalance.map { $0.split(separator: " ")[1] }).count == 1, "one unit: \(imbalance)")
        let tonight = { (name: String) in name.contains("20261120T080000Z-01") }
        func isWithheld(_ name: String) -> Bool {
            planted.withheld.contains { name.hasPrefix($0) }
        }
        func isHidden(_ name: String) -> Bool {
            name.split(separator: "/").last?.hasPrefix(".") ?? false
        }
        let delivered = clinic.outbox().filter { tonight($0.key) && !isHidden($0.key) }
        #expect(delivered.keys.filter(isWithheld).sorted() == [])
        // Files of other units are there, under the same names; numbers may differ, for a control
        // number that the broken unit took is never used again.
        let expected = try Self.unbroken.get().outbox().keys.filter {
            tonight($0) && !isWithheld($0)
        }
        #expect(delivered.keys.sorted() == expected.sorted())
        // It stays so: a second run publishes nothing of it.
        let again = try clinic.run("2026-11-20T02:30:00-06:00", feeds: CrashTests.feeds)
        let later = clinic.outbox().keys.filter { isWithheld($0) && !isHidden($0) && tonight($0) }
        #expect(later.sorted() == [], "\(again)")
    }

    @Test func `a fault with an unknown name breaks nothing`() throws {
        let clinic = try CrashTests.copyBefore()
        let ended = try clinic.run(
            feeds: CrashTests.feeds, environment: ["WAYBILL_MUTANT": "lose-nothing:lab-results"])
        #expect(ended.code == 3, "\(ended)")
        #expect(differences(try Self.unbroken.get().outbox(), clinic.outbox()) == [])
    }
}
