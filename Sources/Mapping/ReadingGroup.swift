import Bytes
import Exchange

/// A line of a dictionary, without its path: what is the same for every format. A class, since its
/// many parts would be retained one by one.
final class ReadingLine: Sendable {
    let name: String
    let notation: String
    let codec: ValueCodec
    let required: Bool
    let isMany: Bool
    let take: FieldDictionary.Take?

    init(_ entry: FieldDictionary.Entry, zone: Zone?, day: String) {
        name = entry.target
        notation = entry.from
        codec = ValueCodec(entry, zone: zone, day: day)
        required = entry.required
        isMany = entry.isMany
        take = entry.take
    }
}

/// Where findings of one record are.
struct ReadingSite {
    let number: Int
    let page: Page?
    var occurrence = 0
    var group = ""

    /// A finding about `value` of the field `notation`. A remark has no byte and line: counting
    /// lines for something that every record may have would cost more than the mapping.
    func finding(
        _ kind: FindingKind, _ value: FieldValue?, _ notation: String, _ text: String
    ) -> Finding {
        var location = Location(record: number, path: notation)
        if let page, let value, kind.severity > .info {
            location = page.location(at: value.index, record: number, path: notation)
        }
        let detail = occurrence == 0 ? text : "\(text), occurrence \(occurrence) of \(group)"
        return Finding(kind, at: location, detail)
    }
}

/// A record or group of a dictionary, without paths.
struct ReadingGroup: Sendable {
    let entity: String
    let notation: String
    let lines: [ReadingLine]
    var inner: [Int]

    /// The canonical fields of one occurrence, of whose lines `values` holds what was read.
    func fields(
        of values: FieldValues, _ site: ReadingSite, _ findings: inout [Finding]
    ) -> [Canonical.Field] {
        var fields: [Canonical.Field] = []
        fields.reserveCapacity(lines.count)
        for index in lines.indices {
            Self.read(lines[index], values[index], site, &fields, &findings)
        }
        return fields
    }

    private static func read(
        _ line: ReadingLine, _ values: ArraySlice<FieldValue>, _ site: ReadingSite,
        _ fields: inout [Canonical.Field],
        _ findings: inout [Finding]
    ) {
        var stated = 0
        var chosen: FieldValue?
        for value in values where value.isNull || !value.text.isEmpty {
            stated += 1
            if line.isMany {
                read(line, value, site, &fields, &findings)
            } else if stated == 1 || line.take == .last {
                chosen = value
            }
        }
        if let chosen { read(line, chosen, site, &fields, &findings) }
        if stated > 1, !line.isMany, line.take == nil || line.take == .one {
            let kind = line.take == nil ? MappingFindings.firstTaken : MappingFindings.tooMany
            findings.append(
                site.finding(
                    kind, chosen, line.notation, "\(stated) repetitions for `\(line.name)`"))
        }
        if stated == 0, line.required {
            findings.append(
                site.finding(MappingFindings.missing, nil, line.notation, "`\(line.name)`"))
        }
    }

    private static func read(
        _ line: ReadingLine, _ value: FieldValue, _ site: ReadingSite,
        _ fields: inout [Canonical.Field],
        _ findings: inout [Finding]
    ) {
        if value.isNull {
            if line.required {
                findings.append(
                    site.finding(
                        MappingFindings.missing, value, line.notation,
                        "`\(line.name)` is deleted explicitly"))
            }
            fields.append(Canonical.Field(line.name, nil))
            return
        }
        switch line.codec.read(value.text) {
        case .value(let text): fields.append(Canonical.Field(line.name, text))
        case .noted(let text, let kind):
            fields.append(Canonical.Field(line.name, text))
            findings.append(site.finding(kind, value, line.notation, "`\(line.name)`"))
        case .failed(let kind):
            findings.append(
                site.finding(
                    kind, value, line.notation, "`\(line.name)`, \(line.codec.expectation)"))
        }
    }
}
