import Foundation
import Glibc
import Testing
import WaybillTesting

/// The life cycle of results, by the real program: what is preliminary or older never takes the
/// place of what the chart has, whatever the order of the files, within one night and across nights.
@Suite struct ResultLifeTests {
    private typealias Message = Lab.Message

    /// Two versions, in two nights or in two files of one night.
    private func run(
        _ first: Lab.Message, _ second: Lab.Message, inOneNight: Bool
    ) throws -> (lab: Lab, last: Program.Ended?) {
        let lab = try Lab()
        let last = try lab.nights(
            inOneNight
                ? [[("A", [first]), ("B", [second])]] : [[("A", [first])], [("A", [second])]])
        #expect(try lab.clinic.imbalance() == [])
        return (lab, last)
    }

    // MARK: What is held, what goes

    @Test(arguments: ["P", "I"], [true, false])
    func `what is preliminary never takes the place of what is final`(
        status: String, inOneNight: Bool
    ) throws {
        let (lab, last) = try run(
            .glucose("F1", "F"), .glucose("P2", status, issued: "15"), inOneNight: inOneNight)
        #expect(lab.chart() == ["F1"])
        #expect(try lab.held() == ["RUN-116"])
        #expect(last?.code == 3, "a hold is told: \(last?.description ?? "")")
    }

    @Test(arguments: ["A", "U"])
    func `each of the final statuses stands against a preliminary one`(status: String) throws {
        let (lab, _) = try run(
            .glucose("X1", status), .glucose("P2", "P", issued: "15"), inOneNight: true)
        #expect(lab.chart() == ["X1"])
        #expect(try lab.held() == ["RUN-116"])
    }

    @Test(arguments: [("P", "F"), ("F", "C"), ("C", "F")], [true, false])
    func `what is newer goes, whatever it takes the place of`(
        pair: (String, String), inOneNight: Bool
    ) throws {
        let (lab, last) = try run(
            .glucose("V1", pair.0), .glucose("V2", pair.1, issued: "15"), inOneNight: inOneNight)
        #expect(lab.chart() == ["V1", "V2"])
        #expect(try lab.held() == [])
        #expect(try !lab.findings().contains("RUN-116"))
        #expect(last?.code == 0)
    }

    @Test(arguments: [("F", "F"), ("F", "C"), ("P", "P")], [true, false])
    func `what is older by its report is held`(pair: (String, String), inOneNight: Bool) throws {
        let (lab, _) = try run(
            .glucose("V1", pair.0, issued: "15"), .glucose("V2", pair.1), inOneNight: inOneNight)
        #expect(lab.chart() == ["V1"])
        #expect(try lab.held() == ["RUN-116"])
    }

    @Test(arguments: [true, false])
    func `where the time of the report does not tell, the time of the observation tells`(
        inOneNight: Bool
    ) throws {
        let (lab, _) = try run(
            .glucose("V1", "F", effective: "11"), .glucose("V2", "F", effective: "09"),
            inOneNight: inOneNight)
        #expect(lab.chart() == ["V1"])
        #expect(try lab.held() == ["RUN-116"])
    }

    @Test func `an original that is not newer does not take the place of its correction`() throws {
        let (lab, _) = try run(.glucose("C1", "C"), .glucose("F2", "F"), inOneNight: false)
        #expect(lab.chart() == ["C1"])
        #expect(try lab.held() == ["RUN-116"])
    }

    @Test func `another number, another test and another part are other results`() throws {
        let lab = try Lab()
        try lab.nights([
            [("A", [Message(control: "F1", observations: [("GLU/1", "F"), ("K", "F")])])],
            [
                (
                    "A",
                    [
                        .glucose("P2", "P", filler: "AL778"),
                        Message(control: "P3", observations: [("GLU/2", "P"), ("TSH", "P")]),
                        Message(control: "P4", observations: [("GLU/1", "P")]),
                    ]
                )
            ],
        ])
        #expect(lab.chart() == ["F1", "P2", "P3"])
        #expect(try lab.held() == ["RUN-116"])
    }

    @Test func `the very same again is a repeat, as ever`() throws {
        let lab = try Lab()
        try lab.nights([
            [("A", [.glucose("F1", "F")])], [("A", [.glucose("F1", "F")])],
        ])
        #expect(lab.chart() == ["F1"])
        #expect(try lab.held() == [])
        #expect(try lab.findings().contains("RUN-101"))
    }

    // MARK: Corrections and withdrawals

    @Test func `a correction of what nobody knows goes, and is told`() throws {
        let lab = try Lab()
        let last = try lab.nights([[("A", [.glucose("C1", "C")])]])
        #expect(lab.chart() == ["C1"])
        #expect(try lab.findings().contains("RUN-122"))
        #expect(last?.code == 0)
    }

    @Test(arguments: ["W", "D"], [true, false])
    func `a withdrawal goes and alerts, and what it withdrew does not come back`(
        status: String, inOneNight: Bool
    ) throws {
        let (lab, last) = try run(
            .glucose("F1", "F"), .glucose("W2", status, issued: "15"), inOneNight: inOneNight)
        #expect(lab.chart() == ["F1", "W2"])
        #expect(try lab.findings().contains("RUN-123"))
        #expect(last?.code == 3, "\(last?.description ?? "")")
        #expect(try lab.flags() == ["LAB-203", "RUN-123"])
        // Later: the same version again, then a newer one.
        try lab.drop("9_A", [.glucose("F3", "F"), .glucose("P4", "P")])
        try lab.run(5)
        #expect(lab.chart() == ["F1", "W2"])
        #expect(try lab.held() == ["RUN-124", "RUN-124"])
        try lab.drop("9_B", [.glucose("F5", "F", issued: "18")])
        try lab.run(6)
        #expect(lab.chart() == ["F1", "W2", "F5"])
        #expect(try lab.clinic.imbalance() == [])
    }

    @Test(arguments: [true, false])
    func `a withdrawal that comes before what it withdraws keeps it out`(inOneNight: Bool) throws {
        let (lab, _) = try run(
            .glucose("W1", "W", issued: "15"), .glucose("F2", "F"), inOneNight: inOneNight)
        #expect(lab.chart() == ["W1"])
        #expect(try lab.held() == ["RUN-124"])
    }

    @Test(arguments: [true, false])
    func `a withdrawal older than what stands is held, and still alerts`(inOneNight: Bool) throws {
        let (lab, last) = try run(
            .glucose("F1", "F", issued: "15"), .glucose("W2", "W"), inOneNight: inOneNight)
        #expect(lab.chart() == ["F1"])
        #expect(try lab.held() == ["RUN-116"])
        #expect(try lab.flags().contains("RUN-123"))
        #expect(last?.code == 3)
    }

    // MARK: Out of quarantine

    @Test func `a person may release what was held, and it goes`() throws {
        let (lab, _) = try run(
            .glucose("F1", "F"), .glucose("P2", "P", issued: "15"), inOneNight: false)
        try lab.release()
        try lab.run(2)
        #expect(lab.chart() == ["F1", "P2"])
        #expect(try lab.held() == [])
        // It stands now: a final takes its place, and an older final of before does not come back.
        try lab.drop("3_A", [.glucose("F3", "F", issued: "16")])
        try lab.run(3)
        #expect(lab.chart() == ["F1", "P2", "F3"])
        #expect(try lab.clinic.imbalance() == [])
    }

    @Test func `a release is refused when something newer was delivered meanwhile`() throws {
        let (lab, _) = try run(
            .glucose("F1", "F"), .glucose("P2", "P", issued: "13"), inOneNight: false)
        try lab.drop("2_A", [.glucose("F3", "F", issued: "15")])
        try lab.run(2)
        try lab.release()
        try lab.run(3)
        #expect(lab.chart() == ["F1", "F3"])
        #expect(try lab.held() == ["RUN-119"])
        try lab.release()
        try lab.run(4)
        #expect(try lab.held() == ["RUN-119"], "asked for again it is refused again")
        #expect(try lab.clinic.imbalance() == [])
    }

    /// A code that no crosswalk knows holds the first version; then the lab withdraws it.
    private func waiting(_ later: Lab.Message, inOneNight: Bool) throws -> Lab {
        let lab = try Lab()
        let first = Message(control: "F1", observations: [("GLU", "F"), ("QX99", "F")])
        try lab.nights(
            inOneNight
                ? [[("A", [first]), ("B", [later])]] : [[("A", [first])], [("A", [later])]])
        let path = "config/crosswalks/lab-tests.csv"
        try lab.clinic.write(
            path, try lab.clinic.text(path) + "QX99,2345-7,lab,2024-01-01,,\n")
        try lab.release()
        try lab.run(4)
        #expect(try lab.clinic.imbalance() == [])
        return lab
    }

    @Test(arguments: [true, false])
    func `what waits when it is withdrawn is not delivered after the withdrawal`(
        inOneNight: Bool
    ) throws {
        let lab = try waiting(.glucose("W2", "W", issued: "15"), inOneNight: inOneNight)
        #expect(lab.chart() == ["W2"])
        #expect(try lab.held() == ["RUN-119"])
    }

    @Test func `another result of the same order does not keep a released one back`() throws {
        let lab = try waiting(
            Message(control: "K2", filler: "AL778", observations: [("K", "F")]), inOneNight: false)
        #expect(lab.chart() == ["K2", "F1"])
        #expect(try lab.held() == [])
    }

    @Test func `released in the night in which it is withdrawn, it stays`() throws {
        let lab = try Lab()
        try lab.nights([
            [("A", [Message(control: "F1", observations: [("GLU", "F"), ("QX99", "F")])])]
        ])
        let path = "config/crosswalks/lab-tests.csv"
        try lab.clinic.write(
            path, try lab.clinic.text(path) + "QX99,2345-7,lab,2024-01-01,,\n")
        try lab.release()
        try lab.drop("1_A", [.glucose("W2", "W", issued: "15")])
        try lab.run(1)
        #expect(lab.chart() == ["W2"])
        #expect(try lab.held() == ["RUN-119"])
    }

    /// The PMS has no word for OBR-25 = I: that leg is held, and with it, by `together`, the other.
    @Test(arguments: [true, false])
    func `a leg that waits is not released after a withdrawal`(inOneNight: Bool) throws {
        let lab = try Lab()
        let first = Message(control: "F1", observations: [("GLU", "F")], report: "I")
        let later = Message.glucose("W2", "W", issued: "15")
        try lab.nights(
            inOneNight
                ? [[("A", [first]), ("B", [later])]] : [[("A", [first])], [("A", [later])]])
        #expect(lab.chart() == ["W2"])
        #expect(try lab.held().count == 2)
        let path = "config/crosswalks/pms-result-status.csv"
        try lab.clinic.write(path, try lab.clinic.text(path) + "PENDING,I,lab,\n")
        try lab.release()
        try lab.run(4)
        #expect(lab.chart() == ["W2"])
        #expect(try lab.held() == ["RUN-119", "RUN-119"])
        #expect(try lab.clinic.imbalance() == [])
    }

    /// Held as a record since a code is not known, or leg by leg since the PMS has no word for it.
    @Test(arguments: [("QX99", "F"), ("K", "I")])
    func `a result that is held does not stand`(code: String, report: String) throws {
        let lab = try Lab()
        try lab.nights([
            [
                (
                    "A",
                    [
                        Message(
                            control: "F1", observations: [("GLU", "F"), (code, "F")],
                            report: report)
                    ]
                )
            ], [("A", [.glucose("P2", "P")])],
        ])
        #expect(lab.chart() == ["P2"], "a preliminary is better than nothing")
    }

    // MARK: Crashes

    @Test func `a night that was killed comes to the same`() throws {
        let before = try Lab()
        try before.nights([
            [("A", [.glucose("F1", "F"), .glucose("P5", "P", filler: "AL5")])]
        ])
        try before.drop("1_A", [.glucose("P2", "P"), .glucose("F3", "F", issued: "15")])
        try before.drop("1_B", [.glucose("F6", "F", filler: "AL5")])
        try before.drop("1_C", [.glucose("P7", "P", issued: "18", filler: "AL5")])
        let whole = try Lab(copy: before)
        try whole.run(1)
        #expect(whole.chart() == ["F1", "P5", "F3", "F6"])
        #expect(try whole.held() == ["RUN-116", "RUN-116"])
        var kills = 0
        for number in stride(from: 1, to: 200, by: 7) {
            let lab = try Lab(copy: before)
            let ended = try lab.run(1, environment: ["WAYBILL_CRASH_AT": String(number)])
            if ended.signal == nil { break }
            kills += 1
            try lab.run(1)
            #expect(lab.chart() == whole.chart(), "\(number)")
            #expect(try lab.held() == whole.held(), "\(number)")
            // The next night knows the same.
            try lab.drop("2_A", [.glucose("P8", "P", filler: "AL5"), .glucose("P9", "P")])
            try lab.run(2)
            #expect(lab.chart() == whole.chart(), "\(number)")
        }
        #expect(kills > 2)
    }
}
