import Bytes
import Exchange

/// Level 5: identifiers with check digits, the forms of external codes, and the lists at hand.
enum CodeFindings {
    private static func kind(_ code: String, _ severity: Severity, _ what: String) -> FindingKind {
        FindingKind(
            "X12-" + code, severity, owner: .billing, what: what,
            fix: "Correct the code, or bring the list under schemas/x12/codes up to date.")
    }

    static let npi = kind(
        "601", .error, "a National Provider Identifier has a wrong check digit or length")
    static let diagnosis = kind(
        "602", .error, "a diagnosis does not have the form of an ICD-10-CM code")
    static let procedure = kind(
        "603", .error, "a procedure does not have the form of a HCPCS or CDT code")
    static let zip = kind("604", .error, "a ZIP code does not have the digits that are wanted here")
    static let drug = kind("605", .error, "a National Drug Code does not have 11 digits")
    static let taxonomy = kind(
        "606", .error, "a provider taxonomy code does not have 10 characters")
    static let unlisted = kind("607", .error, "a code is not in its list")
    static let perhaps = kind(
        "608", .warning, "a code is not in the list at hand, which may be older than the code")
    static let modifier = kind(
        "609", .error, "a procedure modifier does not have two letters or digits")

    static let kinds = [
        npi, diagnosis, procedure, zip, drug, taxonomy, unlisted, perhaps, modifier,
    ]
}

extension Checker {
    /// Looks at the codes of a run of segments.
    @inline(__always)
    func codeSets(
        _ units: Range<Int>, _ span: Span<UInt8>, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        for unit in units {
            let index = Int(document.table.units[unit].slot)
            guard index >= 0 else { continue }
            let rule = guide.rules[index]
            if rule.role != .none { codes(unit, rule, span, entry, into: &findings) }
            if rule.listedCount > 0 { listed(unit, rule, span, entry, into: &findings) }
        }
    }

    @inline(__always)
    private func codes(
        _ unit: Int, _ rule: SlotRule, _ span: Span<UInt8>, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        switch rule.role {
        case .name: identifier(unit, 8, 9, span, entry, into: &findings)
        case .party: identifier(unit, 3, 4, span, entry, into: &findings)
        case .reference:
            if says(unit, 1, code("H", "P", "I"), span) {
                identifier(unit, 2, span, entry, into: &findings)
            }
        case .provider, .summary: payee(unit, span, entry, into: &findings)
        case .city: city(unit, Int(rule.loop), span, entry, into: &findings)
        case .diagnoses: diagnosisCodes(unit, span, entry, into: &findings)
        case .line:
            procedureCode(unit, names.isInstitutional ? 2 : 1, span, entry, into: &findings)
        case .service: procedureCode(unit, 1, span, entry, into: &findings)
        case .adjudication: procedureCode(unit, 3, span, entry, into: &findings)
        case .drug:
            if says(unit, 2, code("N", "4"), span) {
                let code = document.range(unit, 3)
                if code.count != 11 || !ElementRule.isDigits(span, code) {
                    report(CodeFindings.drug, unit, element: 3, code: "7", entry, into: &findings)
                }
            }
        case .taxonomy:
            if document.range(unit, 3).count != 10, says(unit, 2, code("P", "X", "C"), span) {
                report(CodeFindings.taxonomy, unit, element: 3, code: "7", entry, into: &findings)
            }
        default: break
        }
    }

    /// Elements whose codes stand in an external list.
    private func listed(
        _ unit: Int, _ rule: SlotRule, _ span: Span<UInt8>, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        var index = Int(rule.listed)
        let end = index + Int(rule.listedCount)
        while index < end {
            let place = guide.listed[index]
            index += 1
            var range = document.range(unit, Int(place.element))
            if range.isEmpty { continue }
            if place.component > 0 {
                range = document.component(span, range, Int(place.component))
            }
            look(
                Int(place.list), unit, Int(place.element), Int(place.component), range, span,
                entry, into: &findings)
        }
    }

    private func look(
        _ list: Int, _ unit: Int, _ element: Int, _ component: Int, _ range: Range<Int>,
        _ span: Span<UInt8>, _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        guard !range.isEmpty else { return }
        let code = packCode(span, range)
        if guides.lists.contains(code, in: list) { return }
        let isSure = guides.lists.isAuthoritative(list)
        report(
            isSure ? CodeFindings.unlisted : CodeFindings.perhaps, unit, element: element,
            component: component, code: isSure ? "7" : nil, entry, into: &findings,
            "list \(guides.lists.names[list])")
    }

    private func identifier(
        _ unit: Int, _ qualifier: Int, _ element: Int, _ span: Span<UInt8>,
        _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        if says(unit, qualifier, code("X", "X"), span) {
            identifier(unit, element, span, entry, into: &findings)
        }
    }

    private func identifier(
        _ unit: Int, _ element: Int, _ span: Span<UInt8>, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        let range = document.range(unit, element)
        if !range.isEmpty, !Self.isNPI(span, range) {
            report(CodeFindings.npi, unit, element: element, code: "7", entry, into: &findings)
        }
    }

    /// TS301 and PLB01: ten digits are an NPI where the payee is named by one.
    private func payee(
        _ unit: Int, _ span: Span<UInt8>, _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        let range = document.range(unit, 1)
        guard range.count == 10, ElementRule.isDigits(span, range) else { return }
        for other in entry.units where role(other) == .party && says(other, 1, code("P", "E"), span)
        {
            if says(other, 3, code("X", "X"), span) {
                identifier(unit, 1, span, entry, into: &findings)
            }
            return
        }
    }

    /// Ten digits beginning with 1 or 2 whose Luhn sum, after the prefix 80840 (24), ends in 0.
    static func isNPI(_ span: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count == 10, ElementRule.isDigits(span, range) else { return false }
        guard span[range.lowerBound] == 0x31 || span[range.lowerBound] == 0x32 else { return false }
        var sum = 24
        for (place, index) in range.enumerated() {
            var digit = Int(span[index] - 0x30)
            if place % 2 == 0 {
                digit *= 2
                if digit > 9 { digit -= 9 }
            }
            sum += digit
        }
        return sum % 10 == 0
    }

    /// ZIP: nine digits for the billing provider and service facilities, five or nine elsewhere.
    private func city(
        _ unit: Int, _ loop: Int, _ span: Span<UInt8>, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        let country = document.range(unit, 4)
        guard country.isEmpty || span.equals(country, "US") else { return }
        let zip = document.range(unit, 3)
        guard !zip.isEmpty else { return }
        let isLong =
            names.isClaim
            && (loop == names.billingName || loop == names.facility
                || loop == names.lineFacility)
        let isCanadian = zip.count == 6 && !span[zip.lowerBound].isDigit
        if isCanadian { return }
        if !ElementRule.isDigits(span, zip)
            || (isLong ? zip.count != 9 : zip.count != 5 && zip.count != 9)
        {
            report(CodeFindings.zip, unit, element: 3, code: "7", entry, into: &findings)
        }
    }

    /// ICD-10-CM: a letter, a digit, a letter or digit, and up to four more; no point.
    private func diagnosisCodes(
        _ unit: Int, _ span: Span<UInt8>, _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        for element in 1...max(1, min(12, Int(document.table.units[unit].count))) {
            let range = document.range(unit, element)
            if range.isEmpty { continue }
            switch packCode(span, document.component(span, range, 1)) {
            case X12.code("A", "B", "K"), X12.code("A", "B", "F"), X12.code("A", "B", "J"),
                X12.code("A", "P", "R"), X12.code("A", "B", "N"):
                break
            default: continue
            }
            let code = document.component(span, range, 2)
            var isGood = code.count >= 3 && code.count <= 7
            for (place, index) in code.enumerated() where isGood {
                let byte = span[index]
                let isLetter = byte >= 0x41 && byte <= 0x5A
                isGood =
                    place == 0 ? isLetter : place == 1 ? byte.isDigit : byte.isDigit || isLetter
            }
            if !isGood, !code.isEmpty {
                report(
                    CodeFindings.diagnosis, unit, element: element, component: 2, code: "7", entry,
                    into: &findings)
            }
        }
    }

    /// HCPCS and CPT: five letters or digits with three digits inside; CDT: D and four digits; and
    /// modifiers of two.
    private func procedureCode(
        _ unit: Int, _ element: Int, _ span: Span<UInt8>, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        let range = document.range(unit, element)
        let qualifier = document.component(span, range, 1)
        let isDental = span.isCode(qualifier, X12.code("A", "D"))
        guard isDental || span.isCode(qualifier, X12.code("H", "C")) else { return }
        let code = document.component(span, range, 2)
        var isGood = code.count == 5
        for (place, index) in code.enumerated() where isGood {
            let byte = span[index]
            let isLetter = byte >= 0x41 && byte <= 0x5A
            isGood =
                isDental
                ? (place == 0 ? byte == UInt8(ascii: "D") : byte.isDigit)
                : byte.isDigit || (isLetter && (place == 0 || place == 4))
        }
        if !isGood, !code.isEmpty {
            report(
                CodeFindings.procedure, unit, element: element, component: 2, code: "7", entry,
                into: &findings)
        }
        if code.upperBound < range.upperBound {
            modifiers(
                unit, element, (code.upperBound + 1)..<range.upperBound, span, entry, &findings)
        }
    }

    /// Components 03 to 06 of a procedure: two capital letters or digits each.
    private func modifiers(
        _ unit: Int, _ element: Int, _ rest: Range<Int>, _ span: Span<UInt8>,
        _ entry: X12Document.Entry, _ findings: inout [Finding]
    ) {
        for number in 1...4 {
            let modifier = document.component(span, rest, number)
            guard modifier.count == 2 else { continue }
            for index in modifier {
                let byte = span[index]
                if !(byte.isDigit || (byte >= 0x41 && byte <= 0x5A)) {
                    report(
                        CodeFindings.modifier, unit, element: element, component: number + 2,
                        code: "7", entry, into: &findings)
                    break
                }
            }
        }
    }
}
