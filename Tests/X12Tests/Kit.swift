import Bytes
import Exchange
import Foundation
import Testing
import WaybillTesting

@testable import X12

/// A whole file read, as the pipeline does it.
struct Reading {
    var records: [(number: Int, part: Int, cents: Int64, type: String, bytes: [UInt8])] = []
    var findings: [Finding] = []
    var closing = Closing()
    var acknowledged: [Acknowledged] = []
    var rejectedParts: Set<Int> = []

    /// Codes of errors and warnings of records and envelope.
    var codes: [String] { findings.map(\.code) }
    var errors: [Finding] { findings.filter { $0.severity == .error } }
}

let library = GuideLibrary(ShippedSchemas())

func x12(level: Int = 5, production: Bool? = nil, guides: [String]? = nil) -> X12Format {
    var options = X12Options()
    options.levels = X12Levels(to: level)
    options.production = production
    options.guides = guides
    options.newline = true
    return X12Format(guides: library, options: options)
}

func readAll(_ text: String, level: Int = 5, chunk: Int = .max, production: Bool? = nil) throws
    -> Reading
{
    try readAll(Array(text.utf8), level: level, chunk: chunk, production: production)
}

func readAll(_ bytes: [UInt8], level: Int = 5, chunk: Int = .max, production: Bool? = nil) throws
    -> Reading
{
    let format = x12(level: level, production: production)
    var framer = format.framer(over: MemorySource(bytes, chunk: chunk))
    var reading = Reading()
    while let page = try framer.next() {
        let parsed = Parsed(page, as: format)
        let checked = validate(parsed, as: format)
        for (index, frame) in page.frames.enumerated() {
            reading.records.append(
                (
                    frame.number, frame.part, frame.cents,
                    format.recordType(parsed.document, record: index),
                    Array(page.bytes[frame.range.range])
                ))
            reading.findings += checked.findings[index]
            let isBad = checked.findings[index].contains {
                $0.severity == .error && $0.kind.reach == .part
            }
            if isBad { reading.rejectedParts.insert(frame.part) }
            reading.acknowledged.append(
                Acknowledged(
                    number: frame.number, part: frame.part, answer: isBad ? .rejected : .accepted,
                    basis: format.acknowledgementBasis(parsed.document, record: index),
                    findings: checked.findings[index]))
        }
    }
    reading.closing = framer.closing
    reading.findings += framer.closing.findings.kept
    for (part, verdict) in framer.closing.parts {
        if case .reject = verdict { reading.rejectedParts.insert(part) }
    }
    return reading
}

let clock = Timestamp(year: 2026, month: 11, day: 20, hour: 8, minute: 5, second: 0)

func envelope(_ settings: SettingsNode? = nil) -> Envelope {
    Envelope(
        settings: settings, clock: clock ?? Timestamp(microseconds: 0), batch: "B1",
        numbers: CountingNumbers())
}

/// What the sender would be told.
func answer(_ reading: Reading) -> (kind: String, text: String) {
    guard var acknowledger = x12().acknowledger(reading.closing, envelope()) else {
        return ("", "")
    }
    var bytes: [UInt8] = []
    for record in reading.acknowledged { bytes += acknowledger.add(record) }
    bytes += acknowledger.finish()
    return (acknowledger.kind, String(decoding: bytes, as: UTF8.self))
}

/// Synthetic files: nobody's data.
enum Sample {
    static let isa =
        "ISA*00*          *00*          *ZZ*CLINIC7        *ZZ*CLEARHOUSE     *261120*0805*^*00501*000000007*0*P*:~\n"
    static let gs837 = "GS*HC*CLINIC7*CLEARHOUSE*20261120*0805*7*X*005010X222A1~\n"

    static let head837 = [
        "BHT*0019*00*REF7*20261120*0805*CH", "NM1*41*2*CLINIC*****46*S1",
        "PER*IC*BILLING*TE*5555550100",
        "NM1*40*2*CLEARHOUSE*****46*R1",
    ]
    static let provider = [
        "HL*1**20*1", "PRV*BI*PXC*207Q00000X", "NM1*85*2*CLINIC*****XX*1234567893", "N3*1 MAIN ST",
        "N4*SPRINGFIELD*IL*627010001",
        "REF*EI*123456789",
    ]
    static func subscriber(_ hl: Int = 2, name: String = "DOE") -> [String] {
        [
            "HL*\(hl)*1*22*0", "SBR*P*18*GRP1******CI", "NM1*IL*1*\(name)*JANE****MI*M12345",
            "N3*2 OAK ST",
            "N4*SPRINGFIELD*IL*62701", "DMG*D8*19800229*F", "NM1*PR*2*PAYER ONE*****PI*P1",
        ]
    }
    static func claim(_ number: String, charge: String = "150") -> [String] {
        [
            "CLM*\(number)*\(charge)***11:B:1*Y*A*Y*Y", "REF*D9*X\(number)", "HI*ABK:J020*ABF:R509",
            "NM1*82*1*ROE*RICHARD****XX*1245319599",
            "PRV*PE*PXC*207Q00000X", "LX*1", "SV1*HC:99213*100*UN*1***1:2", "DTP*472*D8*20261119",
            "REF*6R*\(number)A", "LX*2",
            "SV1*HC:87880:QW*50*UN*1***1", "DTP*472*D8*20261119", "REF*6R*\(number)B",
        ]
    }

    static func set(_ id: String, _ control: String, _ version: String?, _ body: [String]) -> String
    {
        let all = ["ST*\(id)*\(control)" + (version.map { "*" + $0 } ?? "")] + body
        return (all + ["SE*\(all.count + 1)*\(control)"]).map { $0 + "~\n" }.joined()
    }

    static func file837(_ body: [String]) -> String {
        isa + gs837 + set("837", "0001", "005010X222A1", body) + "GE*1*7~\nIEA*1*000000007~\n"
    }

    static var body837: [String] {
        head837 + provider + subscriber() + claim("C1") + claim("C2") + subscriber(3, name: "POE")
            + claim("C3")
    }

    static var body835: [String] {
        [
            "BPR*I*80*C*CHK************20261120", "TRN*1*CHK1*1999999999", "REF*EV*X",
            "N1*PR*PAYER ONE", "N3*3 ELM ST",
            "N4*SPRINGFIELD*IL*62701", "PER*BL*HELP*TE*5555550111", "N1*PE*CLINIC*XX*1234567893",
            "LX*1",
            "CLP*C1*1*150*90*20*12*ICN1*11*1", "NM1*QC*1*DOE*JANE****MI*M12345",
            "SVC*HC:99213*100*60**1", "DTM*472*20261119",
            "CAS*CO*45*20", "CAS*PR*3*20", "SVC*HC:87880*50*30**1", "DTM*472*20261119",
            "CAS*CO*45*20",
            "PLB*1234567893*20261231*FB:X*10",
        ]
    }
    static func file835(_ body: [String]) -> String {
        isa + "GS*HP*CLINIC7*CLEARHOUSE*20261120*0805*7*X*005010X221A1~\n"
            + set("835", "0001", nil, body) + "GE*1*7~\nIEA*1*000000007~\n"
    }

    static var body277: [String] {
        [
            "BHT*0085*08*REF9*20261120*0805*TH", "HL*1**20*1", "NM1*AY*2*CLEARHOUSE*****46*R1",
            "TRN*1*T1", "DTP*050*D8*20261120", "DTP*009*D8*20261120",
            "HL*2*1*21*1", "NM1*41*2*CLINIC*****46*S1", "TRN*2*REF7",
            "STC*A1:19:PR*20261120*WQ*300", "QTY*90*1", "QTY*AA*1", "AMT*YU*150", "AMT*YY*150",
            "HL*3*2*19*1", "NM1*85*2*CLINIC*****XX*1234567893", "HL*4*3*PT",
            "NM1*QC*1*DOE*JANE****MI*M12345", "TRN*2*C1", "STC*A2:20:PR*20261120*WQ*150",
            "REF*1K*ICN1", "DTP*472*D8*20261119", "HL*5*3*PT", "NM1*QC*1*POE*JANE****MI*M12346",
            "TRN*2*C2", "STC*A3:21:PR*20261120*U*150", "DTP*472*D8*20261119",
        ]
    }
    static func file277(_ body: [String]) -> String {
        isa + "GS*HN*CLINIC7*CLEARHOUSE*20261120*0805*7*X*005010X214~\n"
            + set("277", "0001", "005010X214", body) + "GE*1*7~\nIEA*1*000000007~\n"
    }

    static var body999: [String] {
        [
            "AK1*HC*7*005010X222A1", "AK2*837*0001*005010X222A1", "IK5*A",
            "AK2*837*0002*005010X222A1", "IK3*CLM*12*2300*8", "CTX*CLM01:C1", "IK4*2**6", "IK5*R*5",
            "AK9*P*2*2*1",
        ]
    }
    static func file999(_ body: [String]) -> String {
        isa + "GS*FA*CLINIC7*CLEARHOUSE*20261120*0805*7*X*005010X231A1~\n"
            + set("999", "0001", "005010X231A1", body) + "GE*1*7~\nIEA*1*000000007~\n"
    }
}

/// A file under Tests/Samples/x12: its first line names ST01, GS01 and GS08, the others are the
/// segments between ST and SE.
struct SampleFile: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let set: String
    let group: String
    let guide: String
    let body: [String]

    /// The names of all that are there.
    static var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
            .filter { $0.hasSuffix(".x12") }.map { String($0.dropLast(4)) }.sorted()
    }

    private static var folder: URL {
        URL(fileURLWithPath: ShippedSchemas.project + "/Tests/Samples/x12")
    }

    init(_ name: String) {
        testDescription = name
        let text = try? String(
            contentsOf: Self.folder.appendingPathComponent(name + ".x12"), encoding: .utf8)
        var lines = (text ?? "").split(separator: "\n").map(String.init)
        let head = lines.isEmpty ? [] : lines.removeFirst().split(separator: " ").map(String.init)
        set = head.first ?? ""
        group = head.count > 1 ? head[1] : ""
        guide = head.count > 2 ? head[2] : ""
        body = lines
    }

    /// The whole file.
    var text: String { text(body) }

    /// The whole file with one segment made another; `~` divides several, nothing leaves it out.
    func with(_ old: String, _ new: String) -> String {
        text(
            body.map { $0 == old ? new : $0 }.flatMap { $0.split(separator: "~").map(String.init) })
    }

    private func text(_ body: [String]) -> String {
        Sample.isa + "GS*\(group)*CLINIC7*CLEARHOUSE*20261120*0805*7*X*\(guide)~\n"
            + Sample.set(set, "0001", set == "835" ? nil : guide, body)
            + "GE*1*7~\nIEA*1*000000007~\n"
    }
}
