import Foundation
import Testing
import WaybillTesting

/// The two sample nights, by the real program, against what samples/README.md says of them.
@Suite struct GoldenNightTests {
    private static let nights = Result {
        let clinic = try Clinic()
        try clinic.drop("night-0")
        let first = try clinic.run("night-0")
        let afterFirst = clinic.outbox()
        try clinic.drop("night-1")
        let second = try clinic.run("night-1")
        return (clinic: clinic, first: first, afterFirst: afterFirst, second: second)
    }

    /// The names in a night's outboxes, without the batch's own name.
    private func names(_ all: [String: [UInt8]], _ batch: String) -> [String] {
        all.keys.filter { $0.contains(batch) }.map { $0.replacing("_" + batch, with: "") }.sorted()
    }

    private func text(_ all: [String: [UInt8]], _ name: String) -> String {
        String(decoding: all[name] ?? [], as: UTF8.self)
    }

    private func count(_ word: String, in text: String) -> Int {
        text.components(separatedBy: word).count - 1
    }

    static let first = "20261119T080000Z-01"
    static let second = "20261120T080000Z-01"

    @Test func `the quiet night ends with 0, in balance, with these files`() throws {
        let (_, first, all, _) = try Self.nights.get()
        #expect(first.code == 0, "\(first)")
        #expect(
            names(all, Self.first) == [
                "billing/proposed-charges/proposed_charges_0001.csv",
                "claims/claims_0001.x12",
                "ehr/appointments/pms-appointments_0001.hl7",
                "ehr/appointments/pms-appointments_0001.hl7.done",
                "ehr/charge-codes/pms-charges_0001.hl7",
                "ehr/charge-codes/pms-charges_0001.hl7.done",
                "ehr/questionnaires/portal-answers_0001.hl7",
                "ehr/questionnaires/portal-answers_0001.hl7.done",
                "ehr/registrations/pms-patients_0001.hl7",
                "ehr/registrations/pms-patients_0001.hl7.done",
                "ehr/results/lab-results_0001.hl7", "ehr/results/lab-results_0001.hl7.done",
                "lab/acks/ack_0001.hl7", "lab/orders/ehr-orders_0001.hl7",
                "pms/ehr-patients/ehr_patients_0001.csv", "pms/orders/orders_0001.csv",
                "pms/results-ready/results_ready_0001.csv", "portal/requests_0001.xml",
            ])
        let claims = text(all, "claims/claims_\(Self.first)_0001.x12")
        #expect(count("~CLM*", in: claims.replacing("\n", with: "")) == 10)
        #expect(claims.contains("*000000001*"), "ISA13 begins with 1")
        let registrations = text(all, "ehr/registrations/pms-patients_\(Self.first)_0001.hl7")
        #expect(count("ADT^A04", in: registrations) >= 30)
        #expect(count("|ADT^A08", in: registrations) == 0)
        #expect(count("MSA|AA|", in: text(all, "lab/acks/ack_\(Self.first)_0001.hl7")) == 6)
    }

    @Test func `the night of trouble ends with 3, in balance, with these files`() throws {
        let (clinic, _, _, second) = try Self.nights.get()
        #expect(second.code == 3, "\(second)")
        #expect(try clinic.imbalance() == [])
        let all = clinic.outbox()
        let tonight = names(all, Self.second).filter { !$0.hasSuffix(".done") }
        for expected in [
            "billing/proposed-charges/proposed_charges_0001.csv", "claims/claims_0001.x12",
            "ehr/appointments/pms-appointments_0001.hl7", "ehr/charge-codes/pms-charges_0001.hl7",
            "ehr/questionnaires/portal-answers_0001.hl7", "ehr/registrations/pms-patients_0001.hl7",
            "ehr/results/lab-results_0001.hl7", "lab/orders/ehr-orders_0001.hl7",
            "pms/orders/orders_0001.csv", "pms/results-ready/results_ready_0001.csv",
            "portal/requests_0001.xml", "claims/service_claims_0001.x12",
        ] {
            #expect(tonight.contains(expected), "\(expected) is missing among \(tonight)")
        }
        let registrations = text(all, "ehr/registrations/pms-patients_\(Self.second)_0001.hl7")
        #expect(count("|ADT^A08", in: registrations) == 3, "P1003, P1010, P1018 changed")
        #expect(count("|ADT^A04", in: registrations) == 1, "P1031 is new")
        #expect(!registrations.contains("P1032"), "its birth date is not guessed")
        let results = text(all, "ehr/results/lab-results_\(Self.second)_0001.hl7")
        #expect(!results.contains("QX77"), "an unknown test is held")
        #expect(!results.contains("P1033"), "it waits behind its registration")
        let claims = text(all, "claims/claims_\(Self.second)_0001.x12").replacing("\n", with: "")
        #expect(count("~CLM*", in: claims) == 4)
    }

    @Test func `no answer of the payer that does not add up is posted`() throws {
        let (clinic, _, _, _) = try Self.nights.get()
        let told = clinic.outbox().filter {
            $0.key.contains("claim-") && $0.key.contains(Self.second)
        }
        #expect(!told.isEmpty)
        let text = told.values.map { String(decoding: $0, as: UTF8.self) }.joined()
        #expect(!text.contains("EXMCHK00088"))
    }

    @Test func `a third run delivers nothing twice`() throws {
        let clinic = try Clinic(copy: Self.nights.get().clinic)
        let before = clinic.outbox()
        let third = try clinic.run("2026-11-20T02:10:00-06:00")
        #expect(third.code == 3 || third.code == 0 || third.code == 7, "\(third)")
        // Answers report custody of what came in; nothing came in, so there are none either.
        #expect(differences(before, clinic.outbox()) == [])
        #expect(try clinic.imbalance() == [])
    }

    /// A person who runs the sample again drops the very same files once more.
    @Test func `the same files dropped again deliver nothing twice`() throws {
        let clinic = try Clinic(copy: Self.nights.get().clinic)
        let before = clinic.outbox()
        let held = try clinic.held()
        for _ in 1...2 {
            try clinic.drop("night-1")
            let again = try clinic.run("night-1")
            #expect(again.code == 0 || again.code == 3, "\(again)")
            #expect(differences(before, clinic.outbox()) == [])
            #expect(try clinic.held() == held, "a row that comes every night is held once")
        }
        #expect(try clinic.imbalance() == [])
    }

    @Test func `the same nights end in the same bytes on another site`() throws {
        let (clinic, _, _, _) = try Self.nights.get()
        let other = try Clinic()
        try other.drop("night-0")
        try other.run("night-0")
        try other.drop("night-1")
        try other.run("night-1")
        #expect(differences(clinic.outbox(reports: .with), other.outbox(reports: .with)) == [])
    }

    @Test func `files of the sample nights in other places than the outboxes are the archive's`()
        throws
    {
        let (clinic, _, _, _) = try Self.nights.get()
        let hidden = clinic.files("outbox").keys.filter {
            $0.split(separator: "/").contains { $0.hasPrefix(".") }
        }
        #expect(hidden.sorted() == [], "no temporary name is left in an outbox")
        #expect(clinic.files("var/work").isEmpty)
        #expect(clinic.files("var/archive").keys.allSatisfy { !$0.hasPrefix("incoming") })
    }
}
