import Foundation
import Ledger
import Testing
import WaybillTesting

/// Claims out, answers in, by the real program: whatever the order in which the answers of a simulated
/// clearinghouse come, the ladder ends at the simulator's own books, to the cent.
@Suite struct ClaimBooksTests {
    /// WAYBILL_CLAIMS sets how many claims each seed has.
    private static let claims =
        ProcessInfo.processInfo.environment["WAYBILL_CLAIMS"].flatMap(Int.init) ?? 300

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `the ladder ends at the payers' books`(seed: UInt64) throws {
        let clinic = try Clinic()
        // Small sets and files, so that each is one of many.
        try clinic.editSettings("destinations") {
            $0.replacing(
                "group: {by: batch, most: 5000}     #", with: "group: {by: batch, most: 100} #"
            )
            .replacing(
                "      usage: P\n      submitter",
                with: "      usage: P\n      most: 12\n      submitter")
        }
        var payer = ClaimSimulator(seed: seed)
        try clinic.editSettings("feeds") { $0.replacing("1..2000,", with: "1..1000000,") }
        try clinic.write("inbox/pms/charges_20261119.csv", payer.charges(Self.claims))
        let sent = try clinic.run(feeds: ["pms-charges"])
        #expect(sent.code == 0, "\(sent)")
        let files = clinic.outbox().filter { $0.key.hasPrefix("claims/") }
            .sorted { $0.key < $1.key }.map { String(decoding: $0.value, as: UTF8.self) }
        let answers = payer.answers(to: files)
        let clearinghouse = Clearinghouse(clinic)
        let nights = 4
        for night in 1...nights {
            for (index, answer) in answers.enumerated() where index % nights == night - 1 {
                try clinic.write("inbox/clearinghouse/" + answer.name, answer.text)
            }
            let ended = try clearinghouse.run(night)
            #expect(ended.code == 0 || ended.code == 3, "\(ended)")
        }
        #expect(try clinic.imbalance() == [])
        #expect(try clinic.held() == [])

        let ledger = try clinic.ledger()
        defer { try? ledger.close() }
        let found = try ledger.claims(state: nil, limit: 1_000_000)
        #expect(found.count == Self.claims)
        var wrong: [String] = []
        for claim in found {
            let standing = claim.standing
            let entry = ClaimSimulator.Entry(
                charge: Int(claim.cents), state: "\(standing.state)", paid: Int(standing.paid),
                patient: Int(standing.patient))
            let number = String(decoding: claim.pcn, as: UTF8.self)
            if payer.books[number] != entry {
                wrong.append("\(number): \(payer.books[number] as Any), found \(entry)")
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count) claims: \(wrong.prefix(5))")
        #expect(try Int(ledger.unapplied().cents) == payer.unapplied)
        // Chance must have brought every end that a claim can have.
        #expect(
            Set(payer.books.values.map(\.state)) == [
                "awaiting", "pending", "rejectedEnvelope", "rejectedPayer", "paid", "patient",
                "denied",
            ])
        let tallies = try ledger.claimTallies()
        let books = payer.books.values
        #expect(tallies.reduce(0) { $0 + Int($1.paid) } == books.reduce(0) { $0 + $1.paid })
        #expect(tallies.reduce(0) { $0 + Int($1.cents) } == books.reduce(0) { $0 + $1.charge })
        for (state, entries) in Dictionary(grouping: books, by: \.state) {
            let mine = tallies.filter { "\($0.state)" == state }
            #expect(mine.reduce(0) { $0 + $1.claims } == entries.count, "\(state)")
        }
    }
}
