import Bytes
import Exchange

/// A line of a dictionary, without its path: what is the same for every format. A class, since its
/// many parts would be retained one by one.
final class ReadingLine: Sendable {
    let name: String
    /// The number of the name.
    let number: Int
    let notation: String
    let codec: ValueCodec
    let required: Bool
    let isMany: Bool
    let take: FieldDictionary.Take?

    init(_ entry: FieldDictionary.Entry, _ names: CanonicalNames, zone: Zone?, day: String) {
        name = entry.target
        number = names.number(entry.target) ?? names.count
        notation = entry.from
        codec = ValueCodec(entry, zone: zone, day: day)
        required = entry.required
        isMany = entry.isMany
        take = entry.take
    }
}

/// Where findings of one record are.
struct ReadingSite {
    let page: Page
    let number: Int
    let group: String
    /// Which occurrence of the group; 0 for the record itself.
    let occurrence: Int

    /// A finding about `value` of the field `notation`. A remark has no byte and line: counting
    /// lines for something that every record may have would cost more than the mapping.
    func finding(
        _ kind: FindingKind, _ value: FieldValues.Entry?, _ notation: String, _ text: String
    ) -> Finding {
        var location = Location(record: number, path: notation)
        if let value, kind.severity > .info {
            location = page.location(at: value.index, record: number, path: notation)
        }
        let detail = occurrence == 0 ? text : "\(text), occurrence \(occurrence) of \(group)"
        return Finding(kind, at: location, detail)
    }
}

/// A record or group of a dictionary, without paths. A class for the same reason.
final class ReadingGroup: Sendable {
    /// The number of its entity's name.
    let entity: Int
    let notation: String
    private let lines: [ReadingLine]
    /// For each line the number under which a text is its own canonical value, -1 where more is to
    /// be asked. Read without touching the line.
    private let plain: [Int32]
    private let required: [Bool]

    init(entity: Int, notation: String, lines: [ReadingLine]) {
        self.entity = entity
        self.notation = notation
        self.lines = lines
        plain = lines.map { $0.codec.keepsText ? Int32(truncatingIfNeeded: $0.number) : -1 }
        required = lines.map(\.required)
    }

    /// Writes the canonical fields of one occurrence, of whose lines `values` holds what was read.
    func write(
        _ values: FieldValues, to writer: inout CanonicalWriter,
        _ site: @autoclosure () -> ReadingSite,
        _ findings: inout [Finding]
    ) {
        let (texts, copies) = (values.source, values.copies)
        for index in lines.indices {
            let places = values.places(ofField: index)
            if places.isEmpty {
                if required[index] { lines[index].remark(0, nil, site(), &findings) }
                continue
            }
            let number = plain[index]
            if number >= 0, places.count == 1 {
                let value = values[places.lowerBound]
                if !value.isNull, value.count > 0 {
                    writer.field(
                        Int(number), value.isCopy ? copies.span : texts.span, value.range)
                    continue
                }
            }
            let line = lines[index]
            var stated = 0
            var chosen: FieldValues.Entry?
            for place in places where values[place].isStated {
                stated += 1
                if line.isMany {
                    line.write(values[place], values, to: &writer, site, &findings)
                } else if stated == 1 || line.take == .last {
                    chosen = values[place]
                }
            }
            if let chosen { line.write(chosen, values, to: &writer, site, &findings) }
            if stated != 1 { line.remark(stated, chosen, site(), &findings) }
        }
    }
}

extension ReadingLine {
    /// What is to be said of the number of values.
    fileprivate func remark(
        _ stated: Int, _ chosen: FieldValues.Entry?, _ site: ReadingSite,
        _ findings: inout [Finding]
    ) {
        if stated > 1, !isMany, take == nil || take == .one {
            let kind = take == nil ? MappingFindings.firstTaken : MappingFindings.tooMany
            findings.append(
                site.finding(kind, chosen, notation, "\(stated) repetitions for `\(name)`"))
        }
        if stated == 0, required {
            findings.append(
                site.finding(MappingFindings.missing, nil, notation, "`\(name)`"))
        }
    }

    fileprivate func write(
        _ value: FieldValues.Entry, _ values: FieldValues, to writer: inout CanonicalWriter,
        _ site: () -> ReadingSite, _ findings: inout [Finding]
    ) {
        if value.isNull {
            if required {
                findings.append(
                    site().finding(
                        MappingFindings.missing, value, notation,
                        "`\(name)` is deleted explicitly"))
            }
            return writer.null(number)
        }
        let bytes = values.bytes(of: value)
        if codec.keepsText || codec.isCanonical(bytes.span, value.range) {
            return writer.field(number, bytes.span, value.range)
        }
        switch codec.read(values.text(value)) {
        case .value(let text): writer.field(number, text)
        case .noted(let text, let kind):
            writer.field(number, text)
            findings.append(site().finding(kind, value, notation, "`\(name)`"))
        case .failed(let kind):
            findings.append(
                site().finding(
                    kind, value, notation, "`\(name)`, \(codec.expectation)"))
        }
    }
}
