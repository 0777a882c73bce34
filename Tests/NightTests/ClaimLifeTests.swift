import Foundation
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
}
