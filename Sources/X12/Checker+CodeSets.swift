import Bytes
import Exchange

/// Level 5: identifiers with check digits, the forms of external codes, and the lists at hand.
enum CodeFindings {
    private static func kind(_ code: String, _ severity: Severity, _ what: String) -> FindingKind {
        FindingKind(
            "X12-" + code, severity, owner: .billing, what: what,
            fix: "Correct the code, or bring the list under schemas/x12/codes up to date.")
    }

    static let npi = kind("601", .error, "a National Provider Identifier has a wrong check digit or length")
    static let diagnosis = kind("602", .error, "a diagnosis does not have the form of an ICD-10-CM code")
    static let procedure = kind("603", .error, "a procedure does not have the form of a HCPCS code")
    static let zip = kind("604", .error, "a ZIP code does not have the digits that are wanted here")
    static let drug = kind("605", .error, "a National Drug Code does not have 11 digits")
    static let taxonomy = kind("606", .error, "a provider taxonomy code does not have 10 characters")
    static let unlisted = kind("607", .error, "a code is not in its list")
    static let perhaps = kind("608", .warning, "a code is not in the list at hand, which may be older than the code")
    static let modifier = kind("609", .error, "a procedure modifier does not have two letters or digits")

    static let kinds = [npi, diagnosis, procedure, zip, drug, taxonomy, unlisted, perhaps, modifier]
}

extension Checker {
    @inline(__always)
    func codeSets(
        _ unit: Int, _ span: Span<UInt8>, _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        let index = Int(document.units[unit].slot)
        guard index >= 0 else { return }
        let slot = guide.slots[index]
        switch slot.segment {
        case ID.nm1: identifier(unit, 8, 9, span, entry, into: &findings)
        case ID.n1: identifier(unit, 3, 4, span, entry, into: &findings)
        case ID.n4: city(unit, slot, span, entry, into: &findings)
        case ID.hi: diagnosisCodes(unit, span, entry, into: &findings)
        case ID.sv1, ID.svc, ID.svd, ID.sv2:
            procedureCode(
                unit, slot.segment == ID.svd ? 3 : slot.segment == ID.sv2 ? 2 : 1, span, entry,
                into: &findings)
        case ID.lin:
            if span.equals(document.range(unit, 2), "N4") {
                let code = document.range(unit, 3)
                if code.count != 11 || !ElementRule.isDigits(span, code) {
                    report(CodeFindings.drug, unit, element: 3, code: "7", entry, into: &findings)
                }
            }
        case ID.prv:
            if span.equals(document.range(unit, 2), "PXC") {
                let code = document.range(unit, 3)
                if code.count != 10 {
                    report(CodeFindings.taxonomy, unit, element: 3, code: "7", entry, into: &findings)
                }
            }
        default: break
        }
        listed(unit, slot, span, entry, into: &findings)
    }

    /// Elements whose codes stand in an external list.
    @inline(__always)
    private func listed(
        _ unit: Int, _ slot: Slot, _ span: Span<UInt8>, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        guard slot.hasLists else { return }
        for (place, index) in slot.elements.enumerated() {
            let spec = guide.elements[index]
            if spec.list >= 0 {
                look(spec.list, unit, place + 1, 0, document.range(unit, place + 1), span, entry, into: &findings)
            }
            for (part, inner) in spec.components.enumerated() where guide.elements[inner].list >= 0 {
                let range = document.component(span, document.range(unit, place + 1), part + 1)
                look(guide.elements[inner].list, unit, place + 1, part + 1, range, span, entry, into: &findings)
            }
        }
    }

    private func look(
        _ list: Int, _ unit: Int, _ element: Int, _ component: Int, _ range: Range<Int>,
        _ span: Span<UInt8>, _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        guard !range.isEmpty else { return }
        let code = packCode(span, range.lowerBound, range.upperBound)
        if guides.lists.contains(code, in: list) { return }
        let isSure = guides.lists.isAuthoritative(list)
        report(
            isSure ? CodeFindings.unlisted : CodeFindings.perhaps, unit, element: element,
            component: component, code: isSure ? "7" : nil, entry, into: &findings,
            "list \(guides.lists.names[list])")
    }

    private func identifier(
        _ unit: Int, _ qualifier: Int, _ element: Int, _ span: Span<UInt8>, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        guard span.equals(document.range(unit, qualifier), "XX") else { return }
        let range = document.range(unit, element)
        if !range.isEmpty, !Self.isNPI(span, range) {
            report(CodeFindings.npi, unit, element: element, code: "7", entry, into: &findings)
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
        _ unit: Int, _ slot: Slot, _ span: Span<UInt8>, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        let country = document.range(unit, 4)
        guard country.isEmpty || span.equals(country, "US") else { return }
        let zip = document.range(unit, 3)
        guard !zip.isEmpty else { return }
        let isLong =
            names.isClaim && (slot.loop == names.billingName || slot.loop == names.facility || slot.loop == names.lineFacility)
        let isCanadian = zip.count == 6 && !span[zip.lowerBound].isDigit
        if isCanadian { return }
        if !ElementRule.isDigits(span, zip) || (isLong ? zip.count != 9 : zip.count != 5 && zip.count != 9) {
            report(CodeFindings.zip, unit, element: 3, code: "7", entry, into: &findings)
        }
    }

    /// ICD-10-CM: a letter, a digit, a letter or digit, and up to four more; no point.
    private func diagnosisCodes(
        _ unit: Int, _ span: Span<UInt8>, _ entry: X12Document.Entry, into findings: inout [Finding]
    ) {
        for element in 1...12 {
            let range = document.range(unit, element)
            if range.isEmpty { continue }
            let kind = document.component(span, range, 1)
            guard span.equals(kind, "ABK") || span.equals(kind, "ABF") || span.equals(kind, "ABJ") || span.equals(kind, "APR") || span.equals(kind, "ABN") else { continue }
            let code = document.component(span, range, 2)
            var isGood = code.count >= 3 && code.count <= 7
            for (place, index) in code.enumerated() where isGood {
                let byte = span[index]
                let isLetter = byte >= 0x41 && byte <= 0x5A
                isGood = place == 0 ? isLetter : place == 1 ? byte.isDigit : byte.isDigit || isLetter
            }
            if !isGood, !code.isEmpty {
                report(CodeFindings.diagnosis, unit, element: element, component: 2, code: "7", entry, into: &findings)
            }
        }
    }

    /// HCPCS and CPT: five letters or digits with three digits inside, and modifiers of two.
    private func procedureCode(
        _ unit: Int, _ element: Int, _ span: Span<UInt8>, _ entry: X12Document.Entry,
        into findings: inout [Finding]
    ) {
        let range = document.range(unit, element)
        guard span.equals(document.component(span, range, 1), "HC") else { return }
        let code = document.component(span, range, 2)
        var isGood = code.count == 5
        for (place, index) in code.enumerated() where isGood {
            let byte = span[index]
            let isLetter = byte >= 0x41 && byte <= 0x5A
            isGood = byte.isDigit || (isLetter && (place == 0 || place == 4))
        }
        if !isGood, !code.isEmpty {
            report(CodeFindings.procedure, unit, element: element, component: 2, code: "7", entry, into: &findings)
        }
        for number in 3...6 {
            let modifier = document.component(span, range, number)
            guard modifier.count == 2 else { continue }
            for index in modifier {
                let byte = span[index]
                if !(byte.isDigit || (byte >= 0x41 && byte <= 0x5A)) {
                    report(CodeFindings.modifier, unit, element: element, component: number, code: "7", entry, into: &findings)
                    break
                }
            }
        }
    }
}
