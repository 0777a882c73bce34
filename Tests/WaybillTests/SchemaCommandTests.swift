import Foundation
import Testing

/// `waybill schema import nist`, as people run it.
@Suite struct SchemaCommandTests {
    private static let guide = Binary.repository + "/Tests/HL7v2Tests/Guide"

    @Test func `a guide is imported and files are checked against it`() throws {
        let folder = try Folder()
        let made = try Binary.run([
            "schema", "import", "nist", Self.guide, "--as", "hillside", "--schemas", folder.path,
        ])
        #expect(made.status == 3, "\(made.err)")
        #expect(made.out.contains("1 message, 8 segments"))
        #expect(made.out.contains("4 constructs not translated"))
        #expect(made.err.contains("CONSTRAINTS.xml:118: warning HL7-904"))
        let overlay = folder.path + "/hl7v2/hillside.yaml"
        #expect(FileManager.default.fileExists(atPath: overlay))

        let shipped = Binary.repository + "/schemas/hl7v2"
        for name in try FileManager.default.contentsOfDirectory(atPath: shipped) {
            try FileManager.default.copyItem(
                atPath: "\(shipped)/\(name)", toPath: "\(folder.path)/hl7v2/\(name)")
        }
        let message =
            [
                #"MSH|^~\&|LAB|HILL|EHR|CLINIC|20260903101500||ORU^R01^ORU_R01|77|P|2.5.1|||||||||HILL_LAB^H"#,
                "PID|1||A123^^^HILL^MR||DOE^JANE^^^^^L||19800102|Q",
                "ORC|RE||F1^HILL",
                "OBR|1||F1^HILL|24323-8^P^LN|||202609030900|||||||||||||||20260903101400|||F",
            ].joined(separator: "\r") + "\r"
        let checked = try Binary.run(
            ["validate", "--schema", "hillside", "--json"], input: message,
            environment: ["WAYBILL_SCHEMAS": folder.path])
        #expect(checked.status == 3)
        #expect(checked.out.contains(#""code":"HL7-611""#))
        #expect(checked.out.contains("Code Not Found"))
        let plain = try Binary.run(["validate", "--json"], input: message)
        #expect(plain.status == 0, "\(plain.out)")
    }

    @Test func `an overlay is replaced only when asked`() throws {
        let folder = try Folder()
        let words = [
            "schema", "import", "nist", Self.guide, "--as", "hillside", "--schemas", folder.path,
        ]
        #expect(try Binary.run(words).status == 3)
        #expect(try Binary.run(words).status == 64)
        #expect(try Binary.run(words + ["--replace"]).status == 3)
    }

    @Test func `a folder without a guide writes nothing`() throws {
        let folder = try Folder()
        let made = try Binary.run([
            "schema", "import", "nist", folder.path, "--as", "x", "--schemas", folder.path,
        ])
        #expect(made.status == 64)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/hl7v2/x.yaml"))
        let name = try Binary.run([
            "schema", "import", "nist", Self.guide, "--as", "../x", "--schemas", folder.path,
        ])
        #expect(name.status == 64)
    }

    @Test func `JSON names the overlay, what is in it and what is left out`() throws {
        let folder = try Folder()
        let made = try Binary.run([
            "schema", "import", "nist", Self.guide, "--as", "hillside", "--schemas", folder.path,
            "--json",
        ])
        let answer = try made.object()
        #expect((answer["counts"] as? [String: Int])?["value set"] == 13)
        #expect((answer["findings"] as? [[String: Any]])?.count == 4)
        #expect((answer["overlay"] as? String)?.hasSuffix("hl7v2/hillside.yaml") == true)
    }
}

/// An overlay in a site of its own.
@Suite struct OverlayInNightTests {
    @Test func `a feed's overlay rejects what it does not allow, and lint reads it`() throws {
        let site = try TestSite()
        let folder = site.root + "/schemas/hl7v2"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let overlay = """
            profile: acme
            messages: [ORU^R01]
            fields: {OBX-8: {usage: RE, codes: flags}}
            value_sets: [{id: flags, codes: [N, L]}]

            """
        try Data(overlay.utf8).write(to: URL(fileURLWithPath: folder + "/acme.yaml"))
        let feed = URL(fileURLWithPath: site.root + "/config/feeds/lab.yaml")
        let text = String(decoding: try Data(contentsOf: feed), as: UTF8.self)
        let changed = text.replacingOccurrences(
            of: "  type: hl7v2\n", with: "  type: hl7v2\n  schema: acme\n")
        #expect(changed != text)
        try Data(changed.utf8).write(to: feed)
        let lint = try site.run("lint")
        #expect(lint.status == 0, "\(lint.out)\(lint.err)")

        try site.drop("night-0")
        let night = try site.run("run", "--quiet", "--as-of", "2026-11-19T02:00:00-06:00")
        #expect(night.status == 3, "\(night.out)\(night.err)")
        #expect(night.out.contains("2 rejected"))
        #expect(night.out.contains("[HL7-611]"))

        try Data(changed.replacingOccurrences(of: "schema: acme", with: "schema: acne").utf8)
            .write(to: feed)
        let wrong = try site.run("lint")
        #expect(wrong.status == 78)
        #expect((wrong.out + wrong.err).contains("did you mean `acme`?"))
    }
}
