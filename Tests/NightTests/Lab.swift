import Foundation
import Ledger
import WaybillTesting

/// A clinic with nothing but its lab's feed, and messages made for it.
struct Lab {
    let clinic: Clinic

    init(copy other: Lab? = nil) throws { clinic = try Clinic(copy: other?.clinic) }

    /// One ORU^R01 with one report.
    struct Message {
        /// MSH-10, by which it is found again.
        let control: String
        var filler = "AL777"
        /// OBX-3.1 → OBX-11; a code with a slash has its OBX-4 behind it.
        let observations: [(code: String, status: String)]
        /// OBR-25.
        var report = "F"
        /// OBR-22; the hour of the day.
        var issued = "20261119120000-0600"
        /// OBR-7 and OBX-14.
        var effective = "202611171030-0600"

        /// One observation of GLU with that status.
        static func glucose(
            _ control: String, _ status: String, issued: String = "12", effective: String = "10",
            filler: String = "AL777"
        ) -> Message {
            Message(
                control: control, filler: filler, observations: [("GLU", status)],
                report: ["C", "P"].contains(status) ? status : "F",
                issued: issued.isEmpty ? "" : "20261119\(issued)0000-0600",
                effective: "20261117\(effective)30-0600")
        }

        fileprivate var text: String {
            var lines = [
                "MSH|^~\\&|ACMELAB|ACME|WAYBILL|SAMPLECLINIC|20261119230000-0600||ORU^R01^ORU_R01|"
                    + "\(control)|P|2.5.1",
                "PID|1||P1001^^^SAMPLECLINIC^MR||Testcase^Alder||19610211|F",
                "ORC|RE|EO777^EHR|\(filler)^ACMELAB",
                "OBR|1|EO777^EHR|\(filler)^ACMELAB|GLU^Glucose^99ACME|||\(effective)"
                    + "|||||||||||||||\(issued)||LAB|\(report)",
            ]
            for (index, observation) in observations.enumerated() {
                let parts = observation.code.split(separator: "/")
                let sub = parts.count > 1 ? parts[1] : ""
                lines.append(
                    "OBX|\(index + 1)|NM|\(parts[0])^Test^99ACME|\(sub)|91|mg/dL|70-99|N|||"
                        + "\(observation.status)|||\(effective)")
            }
            return lines.map { $0 + "\r" }.joined()
        }
    }

    /// Puts a file of messages into the lab's folder.
    func drop(_ name: String, _ messages: [Message]) throws {
        let text =
            "FHS|^~\\&|ACMELAB|ACME|WAYBILL|SAMPLECLINIC|20261119230000||\(name)||\(name)\r"
            + "BHS|^~\\&|ACMELAB|ACME|WAYBILL|SAMPLECLINIC|20261119230000||ORU^R01||\(name)\r"
            + messages.map(\.text).joined() + "BTS|\(messages.count)\rFTS|1\r"
        try clinic.write("inbox/lab/ACME_\(name).hl7", text)
    }

    /// The night with that number.
    @discardableResult
    func run(_ night: Int, environment: [String: String] = [:]) throws -> Program.Ended {
        try clinic.run(
            "2026-11-\(20 + night)T02:00:00-06:00", feeds: ["lab-results"],
            environment: environment)
    }

    /// One night after another, each with files by name.
    @discardableResult
    func nights(_ nights: [[(name: String, messages: [Message])]]) throws -> Program.Ended? {
        var last: Program.Ended?
        for (index, files) in nights.enumerated() {
            for file in files { try drop("\(index)_\(file.name)", file.messages) }
            last = try run(index)
        }
        return last
    }

    /// The control ids of what the EHR was given, in the order in which it reads it.
    func chart() -> [String] {
        clinic.outbox().filter { $0.key.hasPrefix("ehr/results/") && $0.key.hasSuffix(".hl7") }
            .sorted { $0.key < $1.key }
            .flatMap { file in
                String(decoding: file.value, as: UTF8.self).split(separator: "\r")
                    .filter { $0.hasPrefix("MSH|") }
                    .map { String($0.split(separator: "|", omittingEmptySubsequences: false)[9]) }
            }
    }

    /// What lies in quarantine: its code.
    func held() throws -> [String] {
        let ledger = try clinic.ledger()
        defer { try? ledger.close() }
        return try ledger.held().map(\.code).sorted()
    }

    /// Asks for the release of everything that is held.
    func release() throws {
        let ledger = try clinic.ledger()
        defer { try? ledger.close() }
        for held in try ledger.held() {
            _ = try ledger.requestRelease(
                record: held.record, by: "lab", reason: "test", at: 1)
        }
    }

    /// What the last report says that somebody is to look at, though it went.
    func flags() throws -> [String] {
        let reports = clinic.files("outbox/reports").filter { $0.key.hasSuffix("report.json") }
        guard let last = reports.max(by: { $0.key < $1.key }),
            let report = try JSONSerialization.jsonObject(with: Data(last.value)) as? [String: Any],
            let flags = report["flags"] as? [[String: Any]]
        else { return [] }
        return flags.compactMap { $0["rule"] as? String }.sorted()
    }

    /// The codes of the findings of the last batch.
    func findings() throws -> Set<String> {
        let ledger = try clinic.ledger()
        defer { try? ledger.close() }
        guard let batch = try ledger.lastBatch() else { return [] }
        return Set(try ledger.findings(batch: batch.id).map(\.code))
    }
}
