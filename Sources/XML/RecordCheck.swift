import Bytes
import Exchange
import Markup

/// Checks one record: bounds, grammar, schema, money.
struct RecordCheck {
    let format: XMLFormat
    let document: XMLDocument
    let index: Int

    /// Appends what is wrong.
    func run(into findings: inout [Finding]) {
        guard document.records.indices.contains(index) else { return }
        let record = document.records[index]
        if let byte = record.undecodable {
            findings.append(Finding(XMLFinding.undecodable, at: place(byte)))
            return
        }
        if let fault = record.fault {
            let kind: FindingKind =
                switch fault.fault {
                case .tag, .mismatch, .truncated, .outside: XMLFinding.malformedRecord
                default: XMLFinding.kind(fault.fault)
                }
            let location = document.location(fault.at, record: index, path: nil)
            findings.append(Finding(kind, at: location, XMLFinding.detail(fault.fault)))
            return
        }
        let piece = document.piece(index)
        let violations = format.schema?.check(piece) ?? WellFormedness.check(piece)
        for violation in violations { findings.append(finding(violation, record)) }
        if format.money != nil, violations.isEmpty,
            format.cents(document, record: index) == nil
        {
            let start = Int(record.range.start)
            findings.append(
                Finding(
                    XMLFinding.money,
                    at: document.location(start, record: index, path: format.money?.notation)))
        }
    }

    private func place(_ byte: Int) -> Location {
        let number = index < document.page.frames.count ? document.page.frames[index].number : nil
        return document.page.location(at: byte, record: number)
    }

    private func finding(_ violation: Violation, _ record: XMLDocument.Record) -> Finding {
        let unit = min(
            record.elements.lowerBound + violation.element, record.elements.upperBound - 1)
        var at = Int(document.elements[unit].tag.start)
        if let name = violation.attribute, let value = value(of: name, unit) {
            at = value
        } else if violation.kind == .malformed {
            at = broken(violation, record) ?? at
        }
        let path = document.path(ofUnit: unit, attribute: violation.attribute)
        return Finding(
            XMLFinding.kind(violation.kind), at: document.location(at, record: index, path: path),
            violation.detail)
    }

    /// Where an attribute's value begins.
    private func value(of name: String, _ unit: Int) -> Int? {
        for attribute in document.plainAttributes(unit) {
            let entry = document.attributes[attribute]
            if document.local(entry.name).elementsEqual(name.utf8)
                || document.text[entry.name.range].elementsEqual(name.utf8)
            {
                return Int(entry.value.start)
            }
        }
        return nil
    }

    /// The byte of libxml2's line and column: its lines end with LF, and what was added to the
    /// first start tag is not ours.
    private func broken(_ violation: Violation, _ record: XMLDocument.Record) -> Int? {
        guard violation.line > 0, violation.column > 0 else { return nil }
        let range = record.range.range
        var start = range.lowerBound
        for _ in 1..<max(1, violation.line) {
            guard let feed = document.text[start..<range.upperBound].firstIndex(of: 0x0A) else {
                break
            }
            start = feed + 1
        }
        var column = violation.column - 1
        if start == range.lowerBound {
            let added = XMLDocument.written(record.declarations).count
            column = max(0, column - added)
        }
        return min(start + column, range.upperBound - 1)
    }
}
