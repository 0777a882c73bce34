import Bytes
import Exchange

@testable import X12

/// Faults of hierarchies and line numbers, and what only warns at levels 1 and 2.
enum LevelCases {
    static func all(_ base: Base) -> [TableCase] {
        let segments = base.made.segments
        var all: [TableCase] = []
        let levels = segments.indices.filter { segments[$0].hasPrefix("HL*") }
        func with(_ place: Int, _ element: Int, _ value: String) -> String {
            var copy = segments
            var parts = copy[place].split(separator: "*", omittingEmptySubsequences: false)
                .map(String.init)
            while parts.count <= element { parts.append("") }
            parts[element] = value
            copy[place] = parts.joined(separator: "*")
            return SetMaker.file(base.guide, copy)
        }
        func told(
            _ kind: String, _ text: String, _ code: String, _ path: String, _ line: String
        ) -> TableCase {
            TableCase(
                kind: kind, transaction: base.name, text: text, code: code, path: path,
                answer: base.isAnswered ? [line, "IK5*R*5~"] : [],
                told: base.isAnswered ? told(line) : "–", level: 2)
        }
        func told(_ line: String) -> String {
            let parts = line.split(separator: "*").map { $0.filter { $0.isNumber || $0.isLetter } }
            return line.hasPrefix("IK4")
                ? "IK3 8, IK4 " + (parts.last ?? "")
                : "IK3 "
                    + (parts.last ?? "")
        }
        if levels.count > 1, let last = levels.last {
            let loop =
                base.guide.hlLoops.first {
                    base.guide.loops[$0].hlCode
                        == packCode(
                            String(
                                segments[last].split(
                                    separator: "*", omittingEmptySubsequences: false)[3]))
                }.map { base.guide.loops[$0].id } ?? ""
            all += [
                told(
                    "HL01 does not count", with(last, 1, "9"), "X12-140", loop + "/HL01",
                    "IK4*1**7~"),
                told(
                    "HL02 names no open level", with(last, 2, "9"), "X12-141", loop + "/HL02",
                    "IK4*2**7~"),
                told("HL03 is no level", with(last, 3, "99"), "X12-142", "HL03", "IK4*3**7~"),
            ]
            if let place = levels.first(where: { base.mayLackChildren(segments[$0]) }) {
                let isLeaf = place == last
                let name =
                    base.guide.hlLoops.first {
                        base.guide.loops[$0].hlCode
                            == packCode(
                                String(
                                    segments[place].split(
                                        separator: "*", omittingEmptySubsequences: false)[3]))
                    }.map { base.guide.loops[$0].id } ?? ""
                all.append(
                    .warning(
                        "HL04 does not fit the levels beneath", base,
                        with(place, 4, isLeaf ? "1" : "0"), "X12-143", name + "/HL04"))
            }
            // The top level, alone.
            if base.guide.record.others.allSatisfy({ !$0.isAlone }) {
                let first = levels[1]
                all.append(
                    TableCase(
                        kind: "a level has nothing beneath it", transaction: base.name,
                        text: SetMaker.file(base.guide, Array(segments[..<first])),
                        code: "X12-144", answer: base.isAnswered ? ["*3~", "IK5*R*5~"] : [],
                        told: "IK3 3", level: 2))
            }
        }
        if base.guide.names.isClaim {
            let made = SetMaker.least(
                base.guide,
                with: base.guide.items.firstIndex {
                    $0.loop >= 0 && base.guide.loops[$0.loop].id == "2400"
                } ?? -1)
            all.append(
                told(
                    "LX01 does not count",
                    SetMaker.file(
                        base.guide, made.segments.map { $0.hasPrefix("LX*") ? "LX*2" : $0 }),
                    "X12-319", "2400/LX01", "IK4*1**7~"))
            all.append(
                .warning(
                    "a value is longer than advised", base,
                    SetMaker.file(
                        base.guide,
                        segments.map {
                            $0.replacingOccurrences("CLM*A*", "CLM*AAAAABBBBBCCCCCDDDDDE*")
                        }), "X12-317", "2300/CLM01"))
        }
        return all + warnings(base)
    }

    private static func warnings(_ base: Base) -> [TableCase] {
        var all: [TableCase] = []
        let made = base.made
        for (index, line) in made.lines.enumerated() {
            let slot = base.guide.slots[line.slot]
            let id = segmentName(slot.segment)
            guard id != "ST", id != "SE", id != "HL" else { continue }
            for element in line.elements.indices where !line.elements[element].isEmpty {
                let spec = base.guide.spec(line.slot, element + 1)
                guard spec.kind == .text, spec.codes.isEmpty, spec.max > spec.min + 1,
                    spec.formatBy == 0
                else { continue }
                var copy = made.segments
                var changed = line
                changed.elements[element] += "A "
                copy[index] = made.text(changed)
                let loop = base.guide.loops[slot.loop].id
                let path = (loop.isEmpty ? "" : loop + "/") + id
                all.append(
                    .warning(
                        "a value ends with blanks", base, SetMaker.file(base.guide, copy),
                        "X12-318", path + (element < 9 ? "0" : "") + String(element + 1)))
                copy[index] = made.segments[index] + "*"
                all.append(
                    .warning(
                        "separators stand at the end of a segment", base,
                        SetMaker.file(base.guide, copy), "X12-208", path))
                return all
            }
        }
        return all
    }
}

extension Base {
    /// Whether the guide lets HL04 of a level say 0 or 1.
    fileprivate func mayLackChildren(_ segment: String) -> Bool {
        let parts = segment.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 4,
            let loop = guide.hlLoops.first(where: {
                guide.loops[$0].hlCode == packCode(String(parts[3]))
            })
        else { return false }
        let spec = guide.spec(guide.loops[loop].trigger, 4)
        return spec.codes.count == 2
    }
}
