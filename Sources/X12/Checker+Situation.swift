import Bytes
import Exchange

/// Level 4: what is required, or must not be, because of something else in the claim.
enum SituationFindings {
    private static func kind(_ code: String, _ severity: Severity, _ what: String) -> FindingKind {
        FindingKind(
            "X12-" + code, severity, owner: .billing, what: what,
            fix: "Correct the claim and send it again.")
    }

    static let selfWithPatient = kind(
        "501", .error, "the subscriber is the patient (SBR02 18), but a patient loop follows")
    static let patientMissing = kind(
        "502", .error, "the subscriber is not the patient (SBR02), and no patient loop follows")
    static let demographics = kind(
        "503", .error, "the subscriber is the patient: address, birth date and sex are required")
    static let originalNumber = kind(
        "504", .error, "a replacement or void (CLM05-3 7 or 8) needs the payer's number in REF*F8")
    static let accidentDate = kind("505", .error, "an accident (CLM11) needs its date in DTP*439")
    static let accidentState = kind(
        "506", .error, "an automobile accident needs its state in CLM11-4")
    static let admission = kind(
        "507", .error, "an inpatient visit needs its admission date in DTP*435")
    static let pointer = kind(
        "508", .error, "a diagnosis pointer names a diagnosis that is not there")
    static let future = kind("509", .error, "a date lies after the day the group was made")
    static let responsibility = kind(
        "510", .error, "two payers have the same place (SBR01 P, S or T)")
    static let firstName = kind("511", .warning, "a person has no first name")
    static let admissionLikely = kind(
        "512", .warning, "a visit at this place of service usually needs DTP*435")
    static let order = kind("513", .error, "a range of dates ends before it begins")

    static let kinds = [
        selfWithPatient, patientMissing, demographics, originalNumber, accidentDate, accidentState,
        admission, pointer, future, responsibility, firstName, admissionLikely,
        order,
    ]
}

extension Checker {
    /// What the claim's segments said that other segments depend on.
    private struct Said {
        var claim = -1
        var hasOriginalNumber = false
        var hasAccidentDate = false
        var hasAdmission = false
        /// A line with a hospital inpatient visit (CPT 99221 to 99239).
        var hasVisit = false
        var diagnoses = 0
        var places: [UInt64] = []
    }

    /// 837: situational rules that need no other file.
    func claimSituation(
        _ entry: X12Document.Entry, _ span: Span<UInt8>, into findings: inout [Finding]
    ) {
        let names = guide.names
        var said = Said()
        let today = document.today
        for unit in entry.lead where role(unit) == .name {
            person(unit, span, entry, into: &findings)
        }
        births(entry.lead, span, entry, into: &findings)
        for unit in entry.units {
            switch role(unit) {
            case .claim: said.claim = unit
            case .reference where loop(unit) == names.claim:
                if says(unit, 1, code("F", "8"), span) { said.hasOriginalNumber = true }
            case .date:
                if loop(unit) == names.claim {
                    if says(unit, 1, code("4", "3", "9"), span) { said.hasAccidentDate = true }
                    if says(unit, 1, code("4", "3", "5"), span) { said.hasAdmission = true }
                }
                future(unit, 3, today, span, entry, into: &findings)
            case .diagnoses where loop(unit) == names.claim:
                said.diagnoses += diagnoses(unit, span)
            case .line where !names.isInstitutional:
                pointers(unit, said.diagnoses, span, entry, into: &findings)
                if isVisit(unit, span) { said.hasVisit = true }
            case .subscriber: place(unit, &said.places, span, entry, into: &findings)
            case .name: person(unit, span, entry, into: &findings)
            case .person: birth(unit, today, span, entry, into: &findings)
            default: break
            }
        }
        guard said.claim >= 0 else { return }
        claimRules(said, span, entry, into: &findings)
        subscriberRules(said, span, entry, into: &findings)
    }

    private func claimRules(
        _ said: Said, _ span: Span<UInt8>, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        let place = document.range(said.claim, 5)
        let frequency = document.component(span, place, 3)
        if span.equals(frequency, "7") || span.equals(frequency, "8"), !said.hasOriginalNumber {
            reportMissing(
                SituationFindings.originalNumber, said.claim, "REF", trigger: "5:3", entry,
                into: &findings)
        }
        guard !guide.names.isInstitutional else { return }
        let cause = document.range(said.claim, 11)
        var isAccident = false
        var isCar = false
        for number in 1...3 {
            let part = document.component(span, cause, number)
            if span.equals(part, "AA") { (isCar, isAccident) = (true, true) }
            if span.equals(part, "OA") { isAccident = true }
        }
        if isAccident, !said.hasAccidentDate {
            reportMissing(
                SituationFindings.accidentDate, said.claim, "DTP", trigger: "11", entry,
                into: &findings)
        }
        if isCar, document.component(span, cause, 4).isEmpty {
            report(
                SituationFindings.accidentState, said.claim, element: 11, component: 4, code: "I9",
                entry, into: &findings)
        }
        guard guide.names.isProfessional else { return }
        let kind = document.component(span, place, 1)
        if !said.hasAdmission {
            let isHospital = span.equals(kind, "21")
            if isHospital, said.hasVisit {
                reportMissing(
                    SituationFindings.admission, said.claim, "DTP", trigger: "5:1", entry,
                    into: &findings)
            } else if isHospital || span.equals(kind, "51") || span.equals(kind, "61") {
                reportSegment(
                    SituationFindings.admissionLikely, said.claim, slot: -1, code: nil, entry,
                    into: &findings)
            }
        }
    }

    /// SBR02 against the patient loop, and what the subscriber must have when it is the patient.
    private func subscriberRules(
        _ said: Said, _ span: Span<UInt8>, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        var around = entry.around
        let isPatient = document.instances[around].loop == names.patient
        while around > 0, document.instances[around].loop != names.subscriber {
            around = document.instances[around].parent
        }
        guard around > 0 else { return }
        var hasAddress = false
        var hasCity = false
        var hasBirth = false
        var subscriber = -1
        var nameUnit = said.claim
        for unit in document.instances[around].firstUnit..<entry.units.lowerBound {
            let index = Int(document.table.units[unit].slot)
            guard index >= 0 else { continue }
            let rule = guide.rules[index]
            if rule.role == .claim { break }
            if rule.role == .subscriber, Int(rule.loop) == names.subscriber { subscriber = unit }
            guard Int(rule.loop) == names.subscriberName else { continue }
            let slot = guide.slots[index]
            switch slot.segment {
            case ID.nm1: nameUnit = unit
            case ID.n3: hasAddress = true
            case ID.n4: hasCity = true
            case ID.dmg: hasBirth = true
            default: break
            }
        }
        guard subscriber >= 0 else { return }
        let isSelf = span.equals(document.range(subscriber, 2), "18")
        if isPatient, isSelf {
            report(
                SituationFindings.selfWithPatient, subscriber, element: 2, code: "I13", entry,
                into: &findings)
        } else if !isPatient, !isSelf {
            report(
                SituationFindings.patientMissing, subscriber, element: 2, code: "I9", entry,
                into: &findings)
        }
        if !isPatient, isSelf {
            for (there, segment) in [(hasAddress, "N3"), (hasCity, "N4"), (hasBirth, "DMG")]
            where !there {
                reportMissing(
                    SituationFindings.demographics, nameUnit, segment, by: subscriber, trigger: "2",
                    entry, into: &findings)
            }
        }
        var places: [UInt64] = []
        place(subscriber, &places, span, entry, into: &findings)
        if let first = places.first, said.places.contains(first) {
            report(
                SituationFindings.responsibility, subscriber, element: 1, code: "I12", entry,
                into: &findings)
        }
    }

    /// A segment that is missing from the loop of `unit` because of element `trigger` of that unit
    /// or of `other`: IK304 I6, and CTX names the trigger.
    private func reportMissing(
        _ kind: FindingKind, _ unit: Int, _ segment: String, by other: Int? = nil, trigger: String,
        _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        let loop = loopName(unit, slot: Int(document.table.units[unit].slot))
        let cause = other ?? unit
        let causeSlot = Int(document.table.units[cause].slot)
        var ack = acknowledgement(
            unit, slot: Int(document.table.units[unit].slot), segment, loop, entry)
        ack["IK304"] = "I6"
        ack["CTX02"] = causeSlot >= 0 ? segmentName(guide.slots[causeSlot].segment) : ""
        ack["CTX03"] = String(document.table.units[cause].position)
        ack["CTX04"] = String(loopName(cause, slot: causeSlot).prefix(4))
        ack["CTX05"] = trigger
        findings.append(
            Finding(
                kind,
                at: document.location(
                    at: Int(document.table.units[unit].start), record: entry.number,
                    path: loop + "/" + segment),
                segment, ack: ack))
    }

    /// Whether a line is a hospital inpatient visit: CPT 99221 to 99239.
    private func isVisit(_ unit: Int, _ span: Span<UInt8>) -> Bool {
        let code = document.component(span, document.range(unit, 1), 2)
        guard code.count == 5, let number = span.number(code) else { return false }
        return (99221...99239).contains(number)
    }

    private func future(
        _ unit: Int, _ element: Int, _ latest: Int, _ span: Span<UInt8>,
        _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        let range = document.range(unit, element)
        guard range.count == 8 || range.count == 17,
            let first = span.number(range.lowerBound..<(range.lowerBound + 8))
        else { return }
        if range.count == 17, let last = span.number((range.upperBound - 8)..<range.upperBound),
            last < first
        {
            report(
                SituationFindings.order, unit, element: element, code: "8", entry, into: &findings)
        }
        var latestSaid = first
        // The end of a range may lie ahead, as of a rental that is billed when it begins; that of
        // the days a statement covers (434) may not.
        if range.count == 17, says(unit, 1, code("4", "3", "4"), span) {
            latestSaid = span.number((range.upperBound - 8)..<range.upperBound) ?? first
        }
        guard latestSaid > latest else { return }
        // What may lie ahead: disability, last worked, return to work, care given up.
        switch packCode(span, document.range(unit, 1)) {
        case code("2", "9", "6"), code("2", "9", "7"), code("3", "6", "1"), code("0", "9", "1"):
            return
        default:
            report(
                SituationFindings.future, unit, element: element, code: "8", entry, into: &findings)
        }
    }

    /// BHT04: a set is not made after its group. It is the set's fault, not the first claim's, and
    /// refuses neither.
    func made(
        _ entry: X12Document.Entry, _ span: Span<UInt8>, into findings: inout [Finding]
    ) {
        for unit in entry.lead where role(unit) == .beginning {
            let range = document.range(unit, 4)
            if range.count == 8, let day = span.number(range), day > document.today {
                report(
                    SituationFindings.future, unit, element: 4, code: nil, entry, into: &findings,
                    severity: .warning)
            }
        }
    }

    /// The birth dates in a run of segments.
    func births(
        _ units: Range<Int>, _ span: Span<UInt8>, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        for unit in units where role(unit) == .person {
            birth(unit, document.today, span, entry, into: &findings)
        }
    }

    /// DMG02: nobody is born after the day the group was made.
    private func birth(
        _ unit: Int, _ latest: Int, _ span: Span<UInt8>, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        let range = document.range(unit, 2)
        if range.count == 8, let day = span.number(range), day > latest {
            report(
                SituationFindings.future, unit, element: 2, code: "8", entry, into: &findings)
        }
    }

    /// How many diagnoses an HI lists; 0 for an HI of something else.
    private func diagnoses(_ unit: Int, _ span: Span<UInt8>) -> Int {
        let first = document.component(span, document.range(unit, 1), 1)
        guard span.isCode(first, code("A", "B", "K")) || span.isCode(first, code("B", "K")) else {
            return 0
        }
        var count = 0
        for element in 1...max(1, min(12, Int(document.table.units[unit].count)))
        where !document.range(unit, element).isEmpty { count += 1 }
        return count
    }

    private func pointers(
        _ unit: Int, _ diagnoses: Int, _ span: Span<UInt8>, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        // SV1 has its pointers in 07, SV3 in 11.
        let element = names.isProfessional ? 7 : 11
        let range = document.range(unit, element)
        var start = range.lowerBound
        var number = 0
        while start < range.upperBound {
            number += 1
            let part = document.component(span, start..<range.upperBound, 1)
            if let value = span.number(part), value > diagnoses {
                report(
                    SituationFindings.pointer, unit, element: element, component: number,
                    code: "7", entry, into: &findings)
            }
            start = part.upperBound + 1
        }
    }

    private func place(
        _ unit: Int, _ places: inout [UInt64], _ span: Span<UInt8>, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        let range = document.range(unit, 1)
        guard span.equals(range, "P") || span.equals(range, "S") || span.equals(range, "T") else {
            return
        }
        let code = packCode(span, range.lowerBound, range.upperBound)
        if places.contains(code) {
            report(
                SituationFindings.responsibility, unit, element: 1, code: "I12", entry,
                into: &findings)
        }
        places.append(code)
    }

    /// NM102 = 1 is a person, who has a first name as a rule (RFI 2502). Some have but one name, so
    /// that the sender's 999 says nothing of it.
    private func person(
        _ unit: Int, _ span: Span<UInt8>, _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        guard document.range(unit, 4).isEmpty, says(unit, 2, code("1"), span),
            guide.elements[
                guide.slots[Int(document.table.units[unit].slot)].elements.lowerBound + 3
            ]
            .usage != .notUsed
        else { return }
        report(SituationFindings.firstName, unit, element: 4, code: nil, entry, into: &findings)
    }
}
