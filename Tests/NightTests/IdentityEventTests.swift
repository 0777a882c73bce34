import Foundation
import Ledger
import Testing
import WaybillTesting

/// Merges and appointments that do not go with what is known, by the real program.
@Suite struct IdentityEventTests {
    private func merge(_ control: String, _ survivor: String, _ loser: String) -> String {
        [
            "MSH|^~\\&|EHR|SAMPLECLINIC|WAYBILL|SAMPLECLINIC|20261118161500-0600||ADT^A40^ADT_A39|"
                + "\(control)|P|2.5.1", "EVN||20261118161500-0600",
            "PID|1||\(survivor)^^^SAMPLECLINIC^MR||Placeholt^Briar||19890317|F",
            "MRG|\(loser)^^^SAMPLECLINIC^MR",
        ].map { $0 + "\r" }.joined()
    }

    private func told(_ clinic: Clinic) -> [String] {
        clinic.outbox().filter { $0.key.hasPrefix("pms/merges/") }.sorted { $0.key < $1.key }
            .flatMap {
                String(decoding: $0.value, as: UTF8.self).split(whereSeparator: \.isNewline)
            }
            .filter { $0.hasPrefix("P") }
            .map { $0.split(separator: ",").prefix(2).joined(separator: " ") }
    }

    @Test func `a merge into itself is refused, one of an unknown number held, others go`() throws {
        let clinic = try Clinic()
        try clinic.drop("night-0", only: ["pms"])
        try clinic.write(
            "inbox/ehr/merges_1.hl7",
            merge("M1", "P1005", "P1005") + merge("M2", "P1005", "P9999")
                + merge("M3", "P1005", "P1030"))
        let feeds = ["pms-patients", "ehr-merges"]
        let ended = try clinic.run("night-0", feeds: feeds)
        #expect(ended.code == 3, "\(ended)")
        #expect(told(clinic) == ["P1005 P1030"], "registered in the same night, it is known")
        #expect(try clinic.held() == ["ehr-merges RUN-126"])
        #expect(try clinic.codes().isSuperset(of: ["RUN-125", "RUN-126"]))
        #expect(try clinic.imbalance() == [])
        let ledger = try clinic.ledger()
        let held = try #require(try ledger.held().first)
        _ = try ledger.requestRelease(record: held.record, by: "desk", reason: "test", at: 1)
        try ledger.close()
        try clinic.run("night-1", feeds: feeds)
        #expect(told(clinic) == ["P1005 P1030", "P1005 P9999"])
        #expect(try clinic.held() == [])
        #expect(try clinic.imbalance() == [])
    }

    // MARK: Appointments

    /// The sample clinic has no feed of SIU messages: one is added.
    private func booked() throws -> Clinic {
        let clinic = try Clinic()
        let messages = "messages: [SIU^S12, SIU^S13, SIU^S14, SIU^S15, SIU^S17, SIU^S26]"
        try clinic.write(
            "config/feeds/siu.yaml",
            """
            feed: siu
            partner: ehr
            rank: appointments
            format: {type: hl7v2, \(messages), versions: ["2.5.1"], batch: optional}
            source:
              folder: inbox/siu
              match: ["*.hl7"]
              ready: {ignore: [".*"], marker: none, stable: 0s, grace: 2h}
              after: leave
              mode: "0660"
            duplicates: {key: [MSH-10], window: 90d}
            zone: America/Chicago
            contents: changes
            order: name
            dictionary: siu
            """)
        try clinic.write(
            "config/dictionaries/siu.yaml",
            """
            dictionary: siu
            system: ehr
            entity: appointment
            format: hl7v2
            fields:
              - {from: SCH-1.1, as: appointment.identifier, required: true}
              - {from: PID-3.1, as: patient.identifier.mrn, required: true, phi: true}
            """)
        try clinic.write(
            "config/destinations/siu.yaml",
            """
            destinations:
              siu-out:
                system: portal
                partner: ehr
                folder: outbox/siu
                format: {type: hl7v2, \(messages), versions: ["2.5.1"], batch: expected}
                edit: in-place
                name: "siu_{batch}_{seq}.hl7"
                group: {by: batch, most: 500}
                envelope:
                  batch: true
                  application: WAYBILL
                  facility: SAMPLECLINIC
                  receiving_application: EHR
                  receiving_facility: SAMPLECLINIC
                marker: none
                mode: "0640"
            """)
        let routes = try clinic.text("config/routes.yaml")
        try clinic.write(
            "config/routes.yaml",
            routes + "\n  - name: siu\n    when: \"feed = 'siu'\"\n    to: [siu-out]\n")
        return clinic
    }

    private func events(_ events: [(control: String, event: String, appointment: String)]) -> String
    {
        events.map { control, event, appointment in
            var fields = [String](repeating: "", count: 26)
            fields[0] = "SCH"
            fields[1] = appointment
            fields[6] = event
            fields[16] = "1^Desk"
            fields[20] = "1^Desk"
            return [
                "MSH|^~\\&|EHR|SAMPLECLINIC|WAYBILL|SAMPLECLINIC|20261118161500-0600||"
                    + "SIU^\(event)^SIU_S12|\(control)|P|2.5.1",
                fields.joined(separator: "|"),
                "PID|1||P1001^^^SAMPLECLINIC^MR||Testcase^Alder||19610211|F", "RGS|1",
            ].map { $0 + "\r" }.joined()
        }.joined()
    }

    @Test func `events of unknown and of cancelled appointments are told and delivered`() throws {
        let clinic = try booked()
        func findings() throws -> [String] {
            let ledger = try clinic.ledger()
            defer { try? ledger.close() }
            guard let batch = try ledger.lastBatch() else { return [] }
            return try ledger.findings(batch: batch.id).filter { $0.code.hasPrefix("RUN-12") }
                .map(\.code).sorted()
        }
        try clinic.write(
            "inbox/siu/1.hl7",
            events([
                ("C1", "S12", "A1"), ("C2", "S13", "A1"), ("C3", "S15", "A2"), ("C4", "S12", "A3"),
                ("C5", "S15", "A3"), ("C6", "S14", "A3"),
            ]))
        #expect(try clinic.run("night-0", feeds: ["siu"]).code == 0)
        #expect(try findings() == ["RUN-127", "RUN-128"])
        // Across nights: A3 was changed last, A1 moved; A1 is cancelled, booked anew, cancelled.
        try clinic.write(
            "inbox/siu/2.hl7", events([("C7", "S15", "A1"), ("C8", "S14", "A3")]))
        #expect(try clinic.run("night-1", feeds: ["siu"]).code == 0)
        #expect(try findings() == [])
        try clinic.write(
            "inbox/siu/3.hl7",
            events([("C9", "S26", "A1"), ("D1", "S12", "A1"), ("D2", "S13", "A1")]))
        #expect(try clinic.run("2026-11-21T02:00:00-06:00", feeds: ["siu"]).code == 0)
        #expect(try findings() == ["RUN-128"])
        let sent = clinic.outbox().filter { $0.key.hasPrefix("siu/") }
            .map { String(decoding: $0.value, as: UTF8.self) }.joined()
        #expect(sent.components(separatedBy: "MSH|").count == 12, "all eleven are delivered")
        #expect(try clinic.imbalance() == [])
    }
}
