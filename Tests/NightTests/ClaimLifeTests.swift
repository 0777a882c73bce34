import Foundation
import Ledger
import Testing
import WaybillTesting

/// The life of a claim, by the real program: what the payers' answers say of the claims that left.
@Suite struct ClaimLifeTests {
    // MARK: What others send us

    @Test func `a repeated interchange is refused to its sender, and not accepted as well`() throws
    {
        let clinic = try Clinic()
        let file = "inbox/billing-service/BS_20261119_"
        let text = try String(
            contentsOfFile: ShippedSchemas.project
                + "/samples/night-1/\(file)1.x12", encoding: .utf8)
        try clinic.write(file + "1.x12", text)
        try clinic.write(file + "2.x12", text.replacing("BS26K19001", with: "BS26K19099"))
        try clinic.run(feeds: ["service-claims"])
        let answers = clinic.outbox().filter { $0.key.hasPrefix("billing-service/") }
            .sorted { $0.key < $1.key }
            .map { String(decoding: $0.value, as: UTF8.self).replacing("\n", with: "") }
        try #require(answers.count == 2)
        #expect(answers[0].contains("~AK9*A*1*1*1~") && !answers[0].contains("~TA1*"))
        #expect(answers[1].contains("~TA1*000000071*261119*2100*R*025~"))
        #expect(!answers[1].contains("~AK9*"), "nothing of it was taken in")
        #expect(try clinic.imbalance() == [])
    }

    // MARK: What leaves

    @Test func `a claim that would be refused is held alone, with the reason`() throws {
        let clinic = try Clinic()
        try clinic.drop("night-0")
        let charges = "inbox/pms/charges_20261118.csv"
        // The rendering provider's number of one claim gets a wrong check digit.
        try clinic.write(
            charges,
            try clinic.text(charges).replacing(
                "SHP701003,G102,1999999331", with: "SHP701003,G102,1999999332"))
        #expect(try clinic.run("night-0").code == 3)
        #expect(try clinic.imbalance() == [])
        #expect(try clinic.held() == ["pms-charges RUN-129"])
        let claims = clinic.outbox().filter { $0.key.hasPrefix("claims/") }.values
            .map { String(decoding: $0, as: UTF8.self) }.joined()
        #expect(claims.components(separatedBy: "CLM*").count == 10)
        #expect(!claims.contains("CLM*LC26K18003*"))
    }

    // MARK: Payments

    @Test func `every adjustment of a PLB counts in the payment's sum`() throws {
        let clinic = try Clinic()
        let clearinghouse = Clearinghouse(clinic)
        try clearinghouse.pay(
            "1", trace: "PLBTEST1", amount: "65",
            [Clearinghouse.claim("NOBODY1", charge: "100", paid: "90", off: "10")],
            adjustments: ["PLB*1999999000*20261231*WO:R1*15*FB:X*10"])
        try clearinghouse.run(1)
        #expect(try clearinghouse.payments() == ["PLBTEST1 65.00 = 90.00 - 25.00"])
    }

    @Test func `two payers' payments under one trace, for claims that nobody knows, both go out`()
        throws
    {
        let clearinghouse = Clearinghouse(try Clinic())
        for payer in ["1", "2"] {
            try clearinghouse.pay(
                payer, trace: "000417", amount: "90", payer: "199000002" + payer,
                [Clearinghouse.claim("old-" + payer, charge: "100", paid: "90", off: "10")])
        }
        try clearinghouse.run(1)
        #expect(try clearinghouse.clinic.imbalance() == [])
        #expect(clearinghouse.told(in: "payments") == ["old-1": "PAID", "old-2": "PAID"])
        #expect(try clearinghouse.unapplied() == 2)
    }

    @Test func `a payment is matched down to the claim's lines`() throws {
        let clearinghouse = try Clearinghouse.afterClaims()
        let file = "inbox/clearinghouse/835_SHP_20261119.x12"
        try clearinghouse.clinic.write(
            file,
            try String(
                contentsOfFile: ShippedSchemas.project + "/samples/night-1/" + file, encoding: .utf8
            ))
        try clearinghouse.run(1)
        #expect(try clearinghouse.lines("LC26K18001") == ["1: 140.00", "2: 9.00"])
        #expect(try clearinghouse.clinic.imbalance() == [])
    }

    // MARK: What the ladder says

    @Test func `a 999 that refuses a whole group without naming its sets refuses its claims`()
        throws
    {
        let clearinghouse = try Clearinghouse.afterClaims()
        try clearinghouse.acknowledge("1", ["AK1*HC*1*005010X222A1", "AK9*R*1*1*0*5"])
        try clearinghouse.run(1)
        #expect(try clearinghouse.states() == ["rejectedEnvelope": 10])
        let told = clearinghouse.told()
        #expect(told.count == 10)
        #expect(told.values.allSatisfy { $0 == "DENIED" })
        #expect(try clearinghouse.clinic.imbalance() == [])
    }

    @Test func `a 999 that takes a group in without naming its sets is heard`() throws {
        let clearinghouse = try Clearinghouse.afterClaims()
        try clearinghouse.acknowledge("1", ["AK1*HC*1*005010X222A1", "AK9*A*1*1*1"])
        try clearinghouse.run(1)
        #expect(try clearinghouse.states() == ["awaiting": 10])
        #expect(try clearinghouse.steps() == [.group: 10])
    }

    @Test func `a 277 of the payer stands above the clearinghouse's answers`() throws {
        let clearinghouse = try Clearinghouse.afterClaims()
        let charges = ["LC26K18001": "197", "LC26K18002": "125"]
        try clearinghouse.tell(
            "1", charges.sorted { $0.key < $1.key }.map { ($0.key, "F2:585", $0.value) })
        try clearinghouse.run(1)
        #expect(try clearinghouse.states() == ["denied": 2, "awaiting": 8])
        #expect(try clearinghouse.steps()[.payer] == 2)
        // The clearinghouse's own answer comes later, and says less.
        let file = "inbox/clearinghouse/277CA_20261119.x12"
        try clearinghouse.clinic.write(
            file,
            try String(
                contentsOfFile: ShippedSchemas.project + "/samples/night-1/" + file, encoding: .utf8
            ))
        try clearinghouse.run(2)
        #expect(try clearinghouse.states()["denied"] == 2)
        #expect(clearinghouse.told()["LC26K18001"] == "DENIED")
        #expect(try clearinghouse.clinic.imbalance() == [])
    }

    @Test(arguments: [[1, 2], [2, 1]])
    func `a payment that is taken back leaves the claim unpaid, in whatever order they come`(
        order: [Int]
    ) throws {
        let clearinghouse = try Clearinghouse.afterClaims()
        let claim = "LC26K18001"
        for (night, number) in order.enumerated() {
            try clearinghouse.pay(
                "\(number)", trace: "T\(number)", amount: number == 1 ? "149" : "0",
                date: number == 1 ? "20261119" : "20261120",
                [
                    number == 1
                        ? Clearinghouse.claim(claim, charge: "197", paid: "149", off: "48")
                        : Clearinghouse.claim(
                            claim, "22", charge: "-197", paid: "-149", off: "-48")
                ], adjustments: number == 1 ? [] : ["PLB*1999999000*20261231*FB:X*-149"])
            try clearinghouse.run(night + 1)
        }
        #expect(try clearinghouse.states()["paid"] == nil)
        #expect(try clearinghouse.states()["pending"] == 1)
        #expect(clearinghouse.told(in: "payments")[claim] == "PENDING")
        #expect(try clearinghouse.clinic.imbalance() == [])
    }

    @Test(arguments: [[1, 2], [2, 1]])
    func `a payment under no account number finds its claim by the payer's, whichever comes first`(
        order: [Int]
    ) throws {
        let clearinghouse = try Clearinghouse.afterClaims()
        for (night, number) in order.enumerated() {
            if number == 1 {
                try clearinghouse.pay(
                    "1", trace: "T1", amount: "149",
                    [
                        Clearinghouse.claim("0", charge: "197", paid: "149", off: "48")
                            .replacing("*ICN0*", with: "*SH9001*")
                    ])
            } else {
                let file = "inbox/clearinghouse/277CA_20261119.x12"
                try clearinghouse.clinic.write(
                    file,
                    try String(
                        contentsOfFile: ShippedSchemas.project + "/samples/night-1/" + file,
                        encoding: .utf8))
            }
            try clearinghouse.run(night + 1)
        }
        #expect(try clearinghouse.states()["paid"] == 1)
        #expect(try clearinghouse.unapplied() == 0)
        #expect(try clearinghouse.clinic.imbalance() == [])
    }
}
