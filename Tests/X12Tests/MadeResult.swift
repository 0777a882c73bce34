import Bytes
import Exchange

@testable import X12

/// What reading one made fault gave.
struct MadeResult {
    /// The finding that was wanted; nil when it was not there.
    var found: Finding?
    /// What is wrong with the answer; empty when nothing is.
    var answer = ""
    var others: [String] = []

    init(_ fault: MadeFault, _ guide: Guide) throws {
        let reading = try readAll(SetMaker.file(guide, fault.segments), level: 2)
        let all = reading.findings.filter { $0.code == fault.code }
        found =
            all.first { $0.location.path == fault.place }
            ?? all.first { finding in
                let tail = fault.place.split(separator: "/").last.map(String.init) ?? ""
                return fault.isKey && finding.location.path?.hasSuffix(tail) == true
            }
        others = reading.findings.map { "\($0.code) \($0.location.path ?? "")" }
        if found?.ack["IK304"] != fault.segmentCode || found?.ack["IK403"] != fault.elementCode {
            found = nil
        }
        guard let found else { return }
        guard reading.rejectedParts == [1] else {
            answer = "not refused"
            return
        }
        guard guide.set != "999" else { return }
        let reply = X12Tests.answer(reading).text
        let faults = try readAll(reply).findings
        if !faults.isEmpty {
            answer = faults.map { "\($0.code) \($0.location.path ?? "")" }.joined(separator: " ")
            return
        }
        let ack = found.ack
        let segment =
            "IK3*\(ack["IK301"] ?? "")*\(ack["IK302"] ?? "")*\(ack["IK303"] ?? "")*\(ack["IK304"] ?? "")~"
        if !reply.contains(segment) { answer = "no " + segment }
        if let code = ack["IK403"], !reply.contains("IK4*\(ack["IK401"] ?? "")**\(code)~") {
            answer = "no IK4"
        }
        if !reply.contains("IK5*R*") || !reply.contains("AK9*R*1*1*0~") { answer = "not refused" }
    }
}
