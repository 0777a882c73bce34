import Bytes
import Exchange

@testable import X12

/// One line of docs/x12-defects.md: what is wrong with a file, and what must be found and told.
struct TableCase {
    /// What is wrong, as the table words it.
    let kind: String
    /// `837P`, or `any` for a file that is none.
    let transaction: String
    let text: String
    let code: String
    /// The finding's path; nil where it has none.
    var path: String?
    /// What the answer must hold; empty where nothing is answered.
    var answer: [String] = []
    /// What the table says of the answer.
    var told = "–"
    var level = 5
    var production = false

    /// A fault of the interchange: TA105.
    static func interchange(
        _ kind: String, _ made: Base, _ text: String, _ code: String, _ path: String?, _ ta1: String
    ) -> TableCase {
        TableCase(
            kind: kind, transaction: made.name, text: text, code: code, path: path,
            answer: made.isAnswered ? ["*R*\(ta1)~"] : [],
            told: made.isAnswered ? "TA1 R \(ta1)" : "–", level: 2)
    }

    /// A fault of the group: AK905.
    static func group(
        _ kind: String, _ made: Base, _ text: String, _ code: String, _ path: String?,
        _ ak9: String,
        told count: String = "*0"
    ) -> TableCase {
        TableCase(
            kind: kind, transaction: made.name, text: text, code: code, path: path,
            answer: made.isAnswered ? ["AK9*R*", "\(count)*\(ak9)~"] : [],
            told: made.isAnswered ? "AK9 R \(ak9)" : "–", level: 2)
    }

    /// A fault of the set: IK502; `ik5` empty where the set cannot be named in a 999.
    static func set(
        _ kind: String, _ made: Base, _ text: String, _ code: String, _ path: String?,
        _ ik5: String,
        isListed: Bool = true
    ) -> TableCase {
        let line = isListed ? ["IK5*R*\(ik5)~", "AK9*"] : ["AK9*R*"]
        return TableCase(
            kind: kind, transaction: made.name, text: text, code: code, path: path,
            answer: made.isAnswered ? line : [],
            told: made.isAnswered
                ? isListed ? "IK5 R " + ik5.replacingOccurrences("*", ", ") : "AK9 R" : "–",
            level: 2)
    }

    /// What only warns: the set is accepted.
    static func warning(
        _ kind: String, _ made: Base, _ text: String, _ code: String, _ path: String?
    ) -> TableCase {
        TableCase(
            kind: kind, transaction: made.name, text: text, code: code, path: path,
            answer: made.isAnswered ? ["IK5*A~", "AK9*A*"] : [],
            told: made.isAnswered ? "IK5 A" : "–", level: 2)
    }
}

/// The least file of a guide.
struct Base {
    let guide: Guide
    let made: SetMaker
    let text: String
    var name: String { guide.name }
    /// Whether a 999 is written for it: none is for a 999.
    var isAnswered: Bool { guide.set != "999" }
    /// GS08.
    var version: String { guide.id }

    init(_ guide: Guide) {
        self.guide = guide
        made = SetMaker.least(guide, with: -1)
        text = SetMaker.file(guide, made.segments)
    }

    /// The file with one text made another.
    func with(_ old: String, _ new: String) -> String { text.replacingOccurrences(old, new) }

    /// The group with its sets.
    var group: String {
        text.split(separator: "~\n").dropFirst().dropLast().map { $0 + "~\n" }.joined()
    }

    /// The set.
    var set: String {
        text.split(separator: "~\n").dropFirst(2).dropLast(2).map { $0 + "~\n" }.joined()
    }

    /// GS to its terminator.
    var gs: String { "GS*\(guide.group)*CLINIC7*CLEARHOUSE*20261120*0805*7*X*\(guide.id)~\n" }
}

/// What reading and answering a case gave.
struct TableResult {
    var found: Finding?
    /// What is wrong; empty when nothing is.
    var wrong = ""

    init(_ one: TableCase) throws {
        let reading = try readAll(
            one.text, level: one.level, production: one.production ? true : nil)
        let all = reading.findings.filter { $0.code == one.code }
        found = all.first { one.path == nil || $0.location.path == one.path }
        guard let found else {
            wrong = "found " + words(reading)
            return
        }
        let reply = answer(reading)
        if one.answer.isEmpty && !reply.text.isEmpty && one.told == "–" && one.level < 3 {
            wrong = "answered " + reply.text
        }
        let faults = reply.text.isEmpty ? "" : words(try readAll(reply.text))
        if !faults.isEmpty { wrong = "the answer has " + faults }
        var wanted = one.answer
        if one.level > 2, one.transaction != "any" { wanted = Self.told(found) }
        for text in wanted where !reply.text.contains(text) {
            wrong = "the answer lacks \(text): \(reply.text)"
        }
    }

    /// What a 999 must say of a finding that leaves its set standing.
    static func told(_ finding: Finding) -> [String] {
        guard let code = finding.ack["IK304"] else { return ["IK5*A~", "AK9*A*"] }
        var lines = ["*\(code)~\n", "IK5*E*", "AK9*E*"]
        if let element = finding.ack["IK403"] { lines.append("**\(element)~") }
        return lines
    }

    private func words(_ reading: Reading) -> String {
        reading.findings.prefix(5).map { "\($0.code) \($0.location.path ?? "")" }
            .joined(separator: ", ")
    }
}
