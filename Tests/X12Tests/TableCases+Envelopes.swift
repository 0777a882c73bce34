import Bytes
import Exchange

@testable import X12

/// Faults of level 1 in what is around the sets.
enum EnvelopeCases {
    /// Content that is no interchange.
    static let files: [TableCase] = [
        TableCase(kind: "the file is empty", transaction: "any", text: "", code: "X12-100"),
        TableCase(
            kind: "the file is no X12", transaction: "any", text: "MSH|^~\\&|A|B", code: "X12-100"),
        TableCase(
            kind: "the file ends within the ISA", transaction: "any",
            text: String(Sample.isa.prefix(60)), code: "X12-101", path: "ISA"),
        TableCase(
            kind: "a segment does not end", transaction: "any",
            text: Sample.isa + Sample.gs837 + "ST*837*" + String(repeating: "A", count: 1_100_000),
            code: "X12-112", answer: ["*R*022~"], told: "TA1 R 022"),
    ]

    /// Every fault of the envelope, around one transaction.
    static func all(_ base: Base) -> [TableCase] {
        around(base) + isa(base) + groups(base) + sets(base)
    }

    private static func around(_ base: Base) -> [TableCase] {
        let text = base.text
        return [
            .warning("a byte-order mark stands before", base, "\u{FEFF}" + text, "X12-111", nil),
            .warning("blanks stand before", base, "  \r\n" + text, "X12-111", nil),
            .warning("other bytes stand before", base, "HDR 1\n" + text, "X12-111", nil),
            .warning("a 1A stands behind", base, text + "\u{1A}\u{1A}x", "X12-102", nil),
            .warning("an empty segment", base, base.with("~\nSE*", "~\n~\nSE*"), "X12-113", nil),
        ]
    }

    private static func isa(_ base: Base) -> [TableCase] {
        let isa = Sample.isa
        func with(_ kind: String, _ old: String, _ new: String, _ path: String, _ ta1: String)
            -> TableCase
        {
            let made = isa.replacingOccurrences(old, new)
            return .interchange(
                kind, base, made + base.text.dropFirst(isa.count), "X12-104", path, ta1)
        }
        func raw(
            _ kind: String, _ old: String, _ new: String, _ code: String, _ path: String,
            _ ta1: String
        ) -> TableCase {
            .interchange(kind, base, base.with(old, new), code, path, ta1)
        }
        let blank = String(repeating: " ", count: 9)
        return [
            with("ISA01 is no code", "ISA*00*", "ISA*01*", "ISA01", "010"),
            with("ISA02 is not printable", "ISA*00* ", "ISA*00*\u{1}", "ISA02", "011"),
            with(
                "ISA03 is no code", "*00*" + blank + " *ZZ", "*09*" + blank + " *ZZ", "ISA03", "012"
            ),
            with(
                "ISA04 is not printable", "*00*" + blank + " *ZZ", "*00*" + blank + "\u{1}*ZZ",
                "ISA04", "013"),
            with("ISA05 is no code", "*ZZ*CLINIC7 ", "*99*CLINIC7 ", "ISA05", "005"),
            with("ISA06 is empty", "CLINIC7 ", "        ", "ISA06", "006"),
            with("ISA07 is no code", "*ZZ*CLEAR", "*99*CLEAR", "ISA07", "007"),
            with("ISA08 is empty", "CLEARHOUSE", "          ", "ISA08", "008"),
            with("ISA09 is no date", "*261120*", "*261320*", "ISA09", "014"),
            with("ISA10 is no time", "*0805*^", "*2505*^", "ISA10", "015"),
            with("ISA12 is another version", "*00501*", "*00401*", "ISA12", "017"),
            with("ISA13 is no number", "*000000007*", "*00000000A*", "ISA13", "018"),
            with("ISA14 is no code", "*0*P*", "*2*P*", "ISA14", "019"),
            with("ISA15 is no code", "*0*P*", "*0*X*", "ISA15", "020"),
            raw(
                "the ISA has not its length", "CLINIC7        *ZZ", "CLINIC7       *ZZ", "X12-101",
                "ISA", "022"),
            raw("ISA11 is a letter", "*^*00501", "*A*00501", "X12-103", "ISA11", "026"),
            raw("ISA11 and ISA16 are the same", "*^*00501", "*:*00501", "X12-103", "ISA11", "026"),
            raw("ISA16 is a letter", "*P*:~", "*P*A~", "X12-103", "ISA16", "027"),
            .interchange(
                "the terminator is a letter", base, base.text.replacingOccurrences("~\n", "Q"),
                "X12-103", "ISA", "004"),
            .interchange(
                "ISA13 comes twice", base, base.text + base.text, "X12-108", "ISA13", "025"),
            raw("the IEA is missing", "IEA*1*000000007~\n", "", "X12-105", "IEA", "023"),
            raw(
                "the IEA does not end", "IEA*1*000000007~\n", "IEA*1*000000007", "X12-105", "IEA",
                "023"),
            raw("IEA01 is wrong", "IEA*1*", "IEA*2*", "X12-107", "IEA01", "021"),
            raw("IEA02 is wrong", "IEA*1*000000007", "IEA*1*000000008", "X12-106", "IEA02", "001"),
            .interchange(
                "a segment stands between groups", base, base.with("IEA*", "REF*1~\nIEA*"),
                "X12-109", nil, "022"),
            .interchange(
                "a TA1 stands within a group", base,
                base.with("GE*1", "TA1*000000001*261120*0805*A*000~\nGE*1"), "X12-109", "TA1",
                "022"),
            raw(
                "GS02 is too short", "*CLINIC7*CLEARHOUSE*2026", "*C*CLEARHOUSE*2026", "X12-120",
                "GS02", "024"),
            raw(
                "GS03 is too long", "*CLEARHOUSE*2026", "*CLEARHOUSEHOUSEHOUSE*2026", "X12-120",
                "GS03", "024"),
            raw(
                "GS04 is no date", "*20261120*0805*7*", "*20261320*0805*7*", "X12-120", "GS04",
                "024"),
            raw(
                "GS05 is no time", "*20261120*0805*7*", "*20261120*2505*7*", "X12-120", "GS05",
                "024"),
            raw("GS07 is no code", "*7*X*", "*7*T*", "X12-120", "GS07", "024"),
            raw("GS has not its elements", "*7*X*" + base.version, "*7*X", "X12-120", "GS", "024"),
        ]
    }

    private static func groups(_ base: Base) -> [TableCase] {
        let twice = base.group + base.group
        let sets = base.set
        let renamed = base.text.replacingOccurrences("GS*\(base.guide.group)*", "GS*PO*")
        return [
            TableCase(
                kind: "GS01 is of another kind", transaction: base.name,
                text: base.text.replacingOccurrences("GS*\(base.guide.group)*", "GS*BE*"),
                code: "X12-121", path: "GS01", answer: ["AK1*BE*", "AK9*R*1*1*0*1~"],
                told: "AK9 R 1", level: 2),
            TableCase(
                kind: "GS01 is none that a 999 can name", transaction: base.name, text: renamed,
                code: "X12-121", path: "GS01", answer: ["*E*024~"], told: "TA1 E 024", level: 2),
            .group(
                "GS08 is no version that is known", base,
                base.with("*7*X*" + base.version, "*7*X*004010X000"), "X12-121", "GS08", "2"),
            .group(
                "GS06 is no number", base,
                base.with("*0805*7*X*", "*0805*7A*X*").replacingOccurrences("GE*1*7", "GE*1*7A"),
                "X12-125", "GS06", "6", told: "*0"),
            .group(
                "GS06 comes twice", base, Sample.isa + twice + "IEA*2*000000007~\n", "X12-126",
                "GS06", "19"),
            .group("the GE is missing", base, base.with("GE*1*7~\n", ""), "X12-122", "GE", "3"),
            .group("GE01 is wrong", base, base.with("GE*1*7", "GE*2*7"), "X12-124", "GE01", "5"),
            .group("GE02 is wrong", base, base.with("GE*1*7", "GE*1*8"), "X12-123", "GE02", "4"),
            .group(
                "the group has no set", base,
                Sample.isa + base.gs + "GE*0*7~\nIEA*1*000000007~\n", "X12-127", "GS", "5"),
            .group(
                "a segment stands between sets", base, base.with("GE*1", "REF*1~\nGE*1"),
                "X12-109", nil, "3"),
            .set(
                "ST02 comes twice", base,
                Sample.isa + base.gs + sets + sets + "GE*2*7~\nIEA*1*000000007~\n", "X12-135",
                "ST02", "23"),
        ]
    }

    private static func sets(_ base: Base) -> [TableCase] {
        let id = base.guide.set
        let count = base.made.segments.count
        let other = id == "835" ? "837" : "835"
        var all: [TableCase] = [
            .set(
                "ST01 is of another group", base, base.with("ST*\(id)*", "ST*\(other)*"),
                "X12-133", "ST01", "18"),
            .set(
                "ST01 is not supported", base, base.with("ST*\(id)*", "ST*834*"), "X12-133",
                "ST01", "1"),
            .set(
                "ST01 is none that a 999 can name", base, base.with("ST*\(id)*", "ST*850*"),
                "X12-133", "ST01", "1", isListed: false),
            .set(
                "ST01 is no set", base, base.with("ST*\(id)*", "ST*8*"), "X12-133", "ST01", "6",
                isListed: false),
            .set(
                "ST02 is too short", base,
                base.with("ST*\(id)*0001", "ST*\(id)*01")
                    .replacingOccurrences("*0001~\nGE", "*01~\nGE"), "X12-134", "ST02", "7*5"),
            .set(
                "the SE is missing", base, base.with("SE*\(count)*0001~\n", ""), "X12-130", "SE",
                "2"),
            .set(
                "SE01 is wrong", base, base.with("SE*\(count)*", "SE*\(count + 1)*"), "X12-132",
                "SE01", "4"),
            .set(
                "SE02 is wrong", base, base.with("SE*\(count)*0001", "SE*\(count)*0002"),
                "X12-131", "SE02", "3"),
        ]
        if !base.guide.record.isSet {
            all.append(
                .set(
                    "the set holds no record", base,
                    SetMaker.file(base.guide, [base.made.segments[0]]),
                    "X12-137", nil, "5"))
        }
        if id == "835" {
            all.append(
                .warning(
                    "ST03 differs from GS08", base,
                    base.with("ST*835*0001", "ST*835*0001*005010X221")
                        .replacingOccurrences("X12-314", ""), "X12-151", "ST03"))
        } else {
            all.append(
                .set(
                    "ST03 differs from GS08", base,
                    base.with("ST*\(id)*0001*\(base.version)", "ST*\(id)*0001*005010X999"),
                    "X12-136", "ST03", "19*5"))
        }
        if id == "999" {
            all.append(
                .set(
                    "the AK9 is missing", base,
                    SetMaker.file(
                        base.guide,
                        base.made.segments.filter { !$0.hasPrefix("AK9") }
                            + ["AK2*837*0001", "IK5*A"]), "X12-138", "AK9", "5"))
        }
        return all
    }
}
