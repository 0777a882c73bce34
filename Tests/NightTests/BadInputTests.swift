import Foundation
import Glibc
import Ledger
import Testing
import WaybillTesting

/// Bad input through a whole night: each thing gets a finding or a clear error of its own, the rest
/// of the night goes on, nothing is lost.
@Suite struct BadInputTests {
    private static let good = "ehr/results/lab-results_20261120T080000Z-01_0001.hl7"

    /// Puts something bad into the lab's folder beside the sample's files, and runs the night.
    private func night(
        _ spoil: (Clinic) throws -> Void, feeds: [String] = CrashTests.feeds,
        isWatched: Bool = false
    ) throws -> (clinic: Clinic, ended: Program.Ended) {
        let clinic = try CrashTests.copyBefore()
        try spoil(clinic)
        return (clinic, try clinic.run(feeds: feeds, isWatched: isWatched))
    }

    /// The night went on: everything that came undisturbed was delivered, and the books balance.
    private func expectTheRest(
        _ night: (clinic: Clinic, ended: Program.Ended), _ code: String,
        except: [String] = []
    ) throws {
        #expect([3, 0, 6, 7].contains(night.ended.code), "\(night.ended)")
        let expected = try CrashTests.afterwards().outbox().filter { file in
            !except.contains { file.key.hasPrefix($0) }
        }
        let found = night.clinic.outbox()
        #expect(differences(expected, found.filter { expected[$0.key] != nil }) == [])
        #expect(try night.clinic.imbalance() == [])
        guard !code.isEmpty else { return }
        let codes = try night.clinic.codes()
        #expect(codes.contains(code), "\(code) is not among \(codes.sorted())")
    }

    @Test func `a folder, a FIFO, a link out of the inbox and a hard link are never opened`() throws
    {
        let night = try night { clinic in
            let lab = clinic.root + "/inbox/lab/"
            try clinic.write("secret", "MSH|^~\\&|")
            try clinic.make("inbox/lab/FOLDER_1.hl7")
            #expect(unsafe mkfifo(lab + "FIFO_1.hl7", 0o600) == 0)
            #expect(unsafe symlink(clinic.root + "/secret", lab + "LINK_1.hl7") == 0)
            #expect(unsafe symlink("/etc/passwd", lab + "LINK_2.hl7") == 0)
            #expect(unsafe link(clinic.root + "/secret", lab + "HARD_1.hl7") == 0)
        }
        try expectTheRest(night, "FIL-301")
        #expect(try night.clinic.codes().contains("FIL-302"))
        #expect(FileManager.default.fileExists(atPath: night.clinic.root + "/secret"))
    }

    @Test func `names of every kind are taken as bytes`() throws {
        let message = try String(
            contentsOfFile: ShippedSchemas.project
                + "/samples/night-0/inbox/lab/ACME_20261118_1.hl7",
            encoding: .utf8)
        let names: [[UInt8]] = [
            Array("Z new\nline.hl7".utf8), Array("Z..%2F..%2Fup.hl7".utf8),
            [0x5A, 0xFF, 0xFE] + Array(".hl7".utf8),
            Array("Z-rf --help.hl7".utf8), Array("Z\u{1B}[2J.hl7".utf8),
            [UInt8](repeating: 0x5A, count: 251) + Array(".hl7".utf8),
            Array("Z=cmd|'x'!A1.hl7".utf8),
            Array("Z<script>.hl7".utf8),
        ]
        let night = try night { clinic in
            for (number, name) in names.enumerated() {
                // Each is a message of its own: another control id.
                let text = message.replacing("ACME1118-", with: "N\(number)-")
                    .replacing("B1118-1", with: "B\(number)").replacing("EO5", with: "EP\(number)5")
                let path =
                    (Array((clinic.root + "/inbox/lab/").utf8) + name).map { CChar(bitPattern: $0) }
                    + [0]
                let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
                #expect(file >= 0)
                let bytes = Array(text.utf8)
                #expect(unsafe write(file, bytes, bytes.count) == bytes.count)
                close(file)
            }
        }
        try expectTheRest(night, "", except: ["ehr/results/", "pms/results-ready/", "lab/acks/"])
        let ledger = try night.clinic.ledger()
        let batch = try #require(try ledger.lastBatch())
        let taken = try ledger.receipts(batch: batch.id).map(\.name)
        for name in names { #expect(taken.contains(name), "\(name) was not taken") }
        let shown =
            night.ended.out + night.ended.err
            + night.clinic.files("outbox/reports").values.map {
                String(decoding: $0, as: UTF8.self)
            }.joined()
        #expect(!shown.contains("\u{1B}"), "no terminal sequence of a name is shown")
        #expect(!shown.contains("<script>"))
    }

    @Test func `a binary file is rejected as a file`() throws {
        var chance = SplitMix(7)
        let noise = (0..<50_000).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
        try expectTheRest(
            try night { try $0.write("inbox/lab/NOISE_1.hl7", [0x7F, 0x45, 0x4C, 0x46] + noise) },
            "")
        try expectTheRest(
            try night { try $0.write("inbox/pms/charges_noise.csv", noise) }, "")
        try expectTheRest(
            try night { try $0.write("inbox/portal/noise.xml", noise) }, "")
    }

    @Test func `a file of another format is told as that`() throws {
        let claims = try String(
            contentsOfFile: ShippedSchemas.project
                + "/samples/night-1/inbox/billing-service/BS_20261119_1.x12",
            encoding: .utf8)
        try expectTheRest(
            try night { try $0.write("inbox/pms/charges_claims.csv", claims) }, "FIL-203")
    }

    @Test func `content that never closes is judged when the grace is over`() throws {
        let night = try night { clinic in
            try clinic.write("inbox/lab/OTHER_1.hl7", "PK\u{3}\u{4} no HL7 at all")
            try clinic.write("inbox/portal/cut.xml", "<?xml version=\"1.0\"?><responseSet")
        }
        try expectTheRest(night, "")
        let later = try night.clinic.run("2026-11-20T05:00:00-06:00", feeds: CrashTests.feeds)
        #expect(later.code == 3, "\(later)")
        #expect(try night.clinic.imbalance() == [])
        let codes = try night.clinic.codes()
        #expect(codes.contains { $0.hasPrefix("XML-") }, "\(codes.sorted())")
        #expect(
            codes.contains { $0.hasPrefix("HL7-") || $0.hasPrefix("FIL-") }, "\(codes.sorted())")
    }

    @Test func `zero bytes are counted and harm nothing`() throws {
        try expectTheRest(
            try night { clinic in
                try clinic.write("inbox/lab/EMPTY_1.hl7", [])
                try clinic.write("inbox/pms/charges_empty.csv", [])
                try clinic.write("inbox/portal/empty.xml", [])
            }, "")
    }

    @Test func `one line of 64 MB is a finding, in bounded memory`() throws {
        let limit = 256 << 20
        for (name, start) in [
            (
                "inbox/lab/LINE_1.hl7",
                "MSH|^~\\&|A|B|C|D|20261119||ORU^R01^ORU_R01|X|P|2.5.1\rOBX|1|TX|A||"
            ),
            ("inbox/pms/charges_line.csv", "CLAIM_ID,MRN\n\""),
            ("inbox/portal/line.xml", "<?xml version=\"1.0\"?><a b=\""),
        ] {
            let night = try night(
                { clinic in
                    try clinic.write(
                        name, Array(start.utf8) + [UInt8](repeating: 0x78, count: 66 << 20))
                }, isWatched: true)
            #expect(night.ended.peak > 16 << 20, "\(name) was not watched")
            try expectTheRest(night, "", except: name.contains("lab") ? ["lab/acks/"] : [])
            #expect(Int(night.ended.peak) < limit, "\(name): \(night.ended.peak >> 20) MB")
        }
    }

    // MARK: Settings

    private func lintFails(_ spoil: (Clinic) throws -> Void, _ code: String) throws {
        let night = try night(spoil)
        #expect(night.ended.code == 78, "\(night.ended)")
        #expect(night.ended.err.contains(code), "\(night.ended)")
        let untouched = try CrashTests.copyBefore()
        #expect(differences(untouched.outbox(), night.clinic.outbox()) == [])
        #expect(differences(untouched.files("inbox"), night.clinic.files("inbox")) == [])
    }

    @Test func `a schema that is missing is told, and nothing is touched`() throws {
        try lintFails(
            { clinic in
                try FileManager.default.removeItem(
                    atPath: clinic.root + "/schemas/csv/clinic/pms-patients.json")
                // The program's own schemas would stand in for the site's.
                try clinic.editSettings("feeds") {
                    $0.replacing("clinic/pms-patients", with: "clinic/pms-patients-own")
                }
            }, "CSV-")
    }

    @Test func `a schema that is broken is told, and nothing is touched`() throws {
        try lintFails(
            { try $0.write("schemas/csv/clinic/pms-patients.json", "{\"fields\": [") }, "CSV-")
        try lintFails(
            { try $0.write("schemas/xml/portal/questionnaire.xsd", "<xs:schema") }, "XML-")
    }

    @Test func `a dictionary that names an unknown field is told, with its line`() throws {
        try lintFails(
            { clinic in
                let path = "config/dictionaries/pms-patients.yaml"
                let text = try clinic.text(path)
                try clinic.write(path, text.replacing("LAST_NAME", with: "LAST_NAMEX"))
            }, "config/dictionaries/pms-patients.yaml:")
    }
}

extension Clinic {
    /// Every code that the last batch's findings, listings and report tell.
    func codes() throws -> Set<String> {
        let report =
            files("outbox/reports").filter { $0.key.hasSuffix("report.json") }
            .max { $0.key < $1.key }.map { String(decoding: $0.value, as: UTF8.self) } ?? ""
        return Set(report.matches(of: /[A-Z0-9]{3}-[0-9]{3}/).map { String($0.output) })
    }
}
