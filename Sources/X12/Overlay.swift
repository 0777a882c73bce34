import Exchange

/// A partner's own rules beside a guide (level 7), from `schemas/x12/overlays/NAME.guide`:
///
/// ```
/// extends 005010X222A1                the guide; `005010X212/276` where one identifier has two
/// require 2300/REF[G1]/02             must be there in each 2300
/// forbid 2400/PWK                     must not be there
/// codes 2300/CLM05-1 11|12|22         must be one of these where it is there
/// longest 2010BA/NM109 12             has at most so many characters
/// ```
///
/// A companion guide may not change what the guide says of a segment's or element's use (RFI 2035):
/// an overlay adds findings, which reject the claim alone, and takes none away.
struct Overlay: Sendable {
    /// A file that is missing or has a line that cannot be read.
    static let unreadable = FindingKind(
        "X12-003", .error, owner: .analyst,
        what: "an overlay under schemas/x12/overlays is missing or cannot be read",
        fix: "Correct the line named, or the feed's `overlay:`.", reach: .file)

    /// One thing that the partner asks for.
    struct Rule: Sendable {
        enum Kind: Sendable, Equatable {
            case require, forbid
            case codes(Set<String>)
            case longest(Int)
        }
        var kind: Kind
        var path: X12Path
    }

    /// The index of the guide that it extends.
    let guide: Int
    let rules: [Rule]

    /// Reads the overlay of a name; nil with findings when it cannot be read.
    static func read(
        _ name: String, _ schemas: any SchemaSource, _ guides: GuideLibrary
    ) -> (overlay: Overlay?, findings: [Finding]) {
        let file = "x12/overlays/\(name).guide"
        guard name.allSatisfy({ $0.isLetter || $0.isNumber || "-_".contains($0) }),
            let bytes = schemas.file(file)
        else { return (nil, [Finding(unreadable, at: Location(path: file))]) }
        var guide = -1
        var rules: [Rule] = []
        var findings: [Finding] = []
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            let words = line.split(separator: " ").map(String.init).prefix { !$0.hasPrefix("#") }
            guard let first = words.first else { continue }
            func report(_ detail: String) {
                findings.append(
                    Finding(unreadable, at: Location(line: number + 1, path: file), detail))
            }
            if first == "extends" {
                guide = guides.index(of: words.count > 1 ? words[1] : "") ?? -1
                if guide < 0 { report("no such guide") }
                continue
            }
            do throws(PathFault) {
                guard let kind = kind(Array(words)) else {
                    report("wants extends, require, forbid, codes or longest, and a path")
                    continue
                }
                let path = try X12Path(words[1], guides: guides)
                if guide < 0 || path.loop(in: guide) == nil || path.isEnvelope {
                    report("the guide has no `\(words[1])`")
                    continue
                }
                let wantsValue = kind != .require && kind != .forbid
                if path.kind == .loop || wantsValue && path.kind != .field {
                    report("name a \(wantsValue ? "field" : "segment or field")")
                    continue
                }
                rules.append(Rule(kind: kind, path: path))
            } catch {
                report(error.reason)
            }
        }
        if guide < 0, findings.isEmpty {
            findings.append(Finding(unreadable, at: Location(path: file), "it extends no guide"))
        }
        return (findings.isEmpty ? Overlay(guide: guide, rules: rules) : nil, findings)
    }

    private static func kind(_ words: [String]) -> Rule.Kind? {
        switch (words[0], words.count) {
        case ("require", 2): return .require
        case ("forbid", 2): return .forbid
        case ("codes", 3): return .codes(Set(words[2].split(separator: "|").map(String.init)))
        case ("longest", 3): return Int(words[2]).map { .longest($0) }
        default: return nil
        }
    }
}

/// Level 7: what a partner asks for beside the guide.
enum PartnerFindings {
    private static func kind(_ code: String, _ what: String) -> FindingKind {
        FindingKind(
            "X12-" + code, .error, owner: .billing, what: what,
            fix: "Correct it as the partner's companion guide asks, and send it again.")
    }

    static let required = kind("701", "something that the partner requires is missing")
    static let forbidden = kind("702", "something that the partner does not take is there")
    static let code = kind("703", "a code is not among those that the partner takes")
    static let long = kind("704", "a value is longer than the partner takes")

    static let kinds = [required, forbidden, code, long]
}

extension Checker {
    /// Looks whether a record, and the loops around it, are as the partner asks.
    func partner(
        _ overlay: Overlay, _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        guard overlay.guide == document.guide else { return }
        var around: Set<Int> = []
        var inner = entry.around
        while inner >= 0 {
            around.insert(inner)
            inner = document.instances[inner].parent
        }
        let first = around.map { document.instances[$0].firstUnit }.min() ?? 0
        for rule in overlay.rules {
            guard let loop = rule.path.loop(in: document.guide) else { continue }
            for index in document.instances.indices where document.instances[index].loop == loop {
                let instance = document.instances[index]
                let isOwn = entry.units.contains(instance.firstUnit)
                let isAround =
                    instance.firstUnit < entry.units.lowerBound
                    && (around.contains(index) || around.contains(instance.parent))
                guard isOwn || isAround else { continue }
                look(rule, index, first..<entry.units.upperBound, entry, into: &findings)
            }
        }
    }

    /// Looks at one occurrence of a rule's loop.
    private func look(
        _ rule: Overlay.Rule, _ instance: Int, _ scope: Range<Int>, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        var isThere = false
        let start = max(scope.lowerBound, document.instances[instance].firstUnit)
        for unit in start..<scope.upperBound
        where Int(document.table.units[unit].instance) == instance
            && document.names(unit, rule.path, guide)
        {
            let values = document.values(rule.path, unit).map(\.text)
            if rule.path.element > 0, values.isEmpty { continue }
            isThere = true
            let kind: FindingKind? =
                switch rule.kind {
                case .require: nil
                case .forbid: PartnerFindings.forbidden
                case .codes(let codes):
                    values.allSatisfy(codes.contains) ? nil : PartnerFindings.code
                case .longest(let most):
                    values.allSatisfy { $0.utf8.count <= most } ? nil : PartnerFindings.long
                }
            if let kind { report(kind, rule.path, unit, entry, into: &findings) }
        }
        if rule.kind == .require, !isThere {
            report(
                PartnerFindings.required, rule.path, document.instances[instance].firstUnit, entry,
                into: &findings)
        }
    }

    private func report(
        _ kind: FindingKind, _ path: X12Path, _ unit: Int, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        let place = Int(document.table.units[min(unit, document.table.units.count - 1)].start)
        findings.append(
            Finding(
                kind,
                at: document.location(
                    at: place, record: entry.number > 0 ? entry.number : nil, path: path.notation)))
    }
}
