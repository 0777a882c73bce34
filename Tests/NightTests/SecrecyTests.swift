import Foundation
import Testing
import WaybillTesting

/// Law 7: no value of a patient leaves the data path.
///
/// Names, numbers and dates of one patient are planted in every sample file, in good and in broken
/// places, and looked for in all that a person or a monitor is shown.
@Suite struct SecrecyTests {
    /// What stands for what: sample values and the canaries planted instead of them.
    static let plants: [(String, String)] = [
        ("Mockley", "Zqkanari"), ("MOCKLEY", "ZQKANARI"), ("Balsam", "Vogelxq"),
        ("BALSAM", "VOGELXQ"),
        ("P1003", "P7703"), ("11/30/1975", "07/17/1933"), ("19751130", "19330717"),
        ("1975-11-30", "1933-07-17"), ("30/11/1975", "17/07/1933"),
        ("77 Newly Invented Road", "4711 Kanarienweg"), ("12 Invented Lane", "4711 Kanarienweg"),
        ("217-555-0102", "217-555-7733"), ("SHP701003", "SHP987654321"),
        ("balsam@patient", "vogelxq@patient"),
    ]

    /// A Social Security number that some files hold besides.
    static let number = "987-65-4320"

    static var canaries: [String] {
        Set(plants.map(\.1)).sorted() + [number, "987654320", "ZQPLANT7Q"]
    }

    private func plant(_ clinic: Clinic) throws {
        for (name, bytes) in clinic.files("inbox") {
            var text = String(decoding: bytes, as: UTF8.self)
            for (value, canary) in Self.plants { text = text.replacing(value, with: canary) }
            // The address holds a Social Security number, as careless registrars write them.
            text = text.replacing("4711 Kanarienweg", with: "4711 Kanarienweg \(Self.number)")
            try clinic.write("inbox/" + name, text)
        }
    }

    /// A broken twin of every file: some values become canaries that fit no type.
    private func breakTwins(_ clinic: Clinic) throws {
        for (name, bytes) in clinic.files("inbox") where !bytes.isEmpty {
            let folder = (name as NSString).deletingLastPathComponent
            let file = (name as NSString).lastPathComponent
            let stem = (file as NSString).deletingPathExtension
            let end = (file as NSString).pathExtension
            for (turn, every) in [3, 5, 7].enumerated() {
                let broken = planted(bytes, every: every)
                // A careless sender names the file after the patient.
                try clinic.write("inbox/\(folder)/\(stem)_Zqkanari_\(turn).\(end)", broken)
            }
            try clinic.write(
                "inbox/\(folder)/\(stem)_cut.\(end)", Array(bytes.prefix(bytes.count * 2 / 3)))
        }
    }

    /// Every n-th value after the first lines becomes a canary.
    private func planted(_ bytes: [UInt8], every: Int) -> [UInt8] {
        let edges = Array("|^,;*:~\"<>\r\n".utf8)
        let canary = Array("ZQPLANT7Q".utf8)
        var result: [UInt8] = []
        var value: [UInt8] = []
        var count = 0
        for (index, byte) in bytes.enumerated() {
            if edges.contains(byte) {
                count += 1
                let isData = index > 300 && value.count > 1 && count % every == 0
                result += (isData ? canary : value) + [byte]
                value = []
            } else {
                value.append(byte)
            }
        }
        return result + value
    }

    /// Where a canary was found.
    private func leaks(_ clinic: Clinic, _ ended: [Program.Ended]) -> [String] {
        var texts: [String: String] = [:]
        for (number, run) in ended.enumerated() {
            texts["stdout \(number)"] = run.out
            texts["stderr \(number)"] = run.err
        }
        for (name, bytes) in clinic.files("outbox/reports") {
            texts["report " + name] = String(decoding: bytes, as: UTF8.self)
        }
        for (name, bytes) in clinic.files("var")
        where !["waybill.sqlite", "archive/", "work/"].contains(where: { name.hasPrefix($0) }) {
            texts["var/" + name] = String(decoding: bytes, as: UTF8.self) + name
        }
        return texts.flatMap { place, text in
            Self.canaries.filter { text.contains($0) }.map { "\(place) tells \($0)" }
        }.sorted()
    }

    @Test func `no value of a patient is told in output, logs or reports`() throws {
        let clinic = try Clinic()
        try clinic.drop("night-0")
        try plant(clinic)
        var ended = [try clinic.run("night-0")]
        try clinic.drop("night-1")
        try plant(clinic)
        try breakTwins(clinic)
        ended.append(try clinic.run("night-1"))
        ended.append(try clinic.run("2026-11-20T02:20:00-06:00", json: true))
        #expect(ended[0].code == 0, "\(ended[0])")
        #expect(ended[1].code == 3 || ended[1].code == 5, "\(ended[1])")
        #expect(leaks(clinic, ended) == [])
        // The canaries were there to be told: they are in what was delivered.
        let data = clinic.outbox().values.map { String(decoding: $0, as: UTF8.self) }.joined()
        #expect(data.contains("Zqkanari") && data.contains("19330717"))
    }

    @Test func `validate tells no value of a broken file`() throws {
        let clinic = try Clinic()
        try clinic.drop("night-1")
        try plant(clinic)
        try breakTwins(clinic)
        var ended: [Program.Ended] = []
        for name in clinic.files("inbox").keys.sorted() {
            // The caller named the file: its name is no secret from the caller.
            let neutral = clinic.root + "/input"
            try? FileManager.default.removeItem(atPath: neutral)
            try FileManager.default.copyItem(
                atPath: clinic.root + "/inbox/" + name, toPath: neutral)
            ended.append(try Program.run(Command.waybill(), ["validate", "--json", neutral]))
        }
        #expect(leaks(clinic, ended) == [])
        #expect(ended.contains { $0.code == 3 }, "some of them are broken")
    }

    @Test func `the search finds a leak`() throws {
        // Seen to fail: a report that quotes a name is caught by the search above.
        let clinic = try Clinic()
        try clinic.write("outbox/reports/x/report.json", "{\"patient\": \"Zqkanari\"}")
        try clinic.write("var/log", "MRN P7703")
        #expect(
            leaks(clinic, []) == ["report x/report.json tells Zqkanari", "var/log tells P7703"])
    }
}
