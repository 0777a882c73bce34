import Bytes
import Exchange

/// A line of a dictionary that writes, without its path: what is the same for every format. A
/// class, since its many parts would be retained one by one.
final class WritingLine: Sendable {
    let name: String
    /// The number of the name.
    let number: Int
    let notation: String
    let codec: ValueCodec
    let required: Bool
    let isMany: Bool

    init(_ entry: FieldDictionary.Entry, _ names: CanonicalNames, zone: Zone?, day: String) {
        name = entry.target
        number = names.number(entry.target) ?? names.count
        notation = entry.from
        codec = ValueCodec(entry, zone: zone, day: day)
        required = entry.required
        isMany = entry.isMany
    }

    /// What the field is to hold instead of what stands there, of which `values` holds `before`;
    /// nil when it stays as it is.
    func change(
        from before: Range<Int>, of values: FieldValues, at place: Int, _ record: CanonicalView,
        _ findings: inout [Finding]
    ) -> RenderValue? {
        let found = record.find(number, at: place)
        switch found {
        case .values(let first, _, 1):
            if before.count == 1 {
                let value = values[before.lowerBound]
                if value.isStated, says(value, values, first, record) { return nil }
            } else if before.count > 1, says(before, values, [first], record) {
                return nil
            }
        case .values where says(before, values, record.places(number, found), record): return nil
        // What the feed did not read is there already, and stays.
        case .absent where before.contains(where: { !values[$0].isNull && values[$0].count > 0 }):
            return nil
        default: break
        }
        guard let value = value(found, record, &findings), !Self.stands(before, values, value)
        else { return nil }
        return value
    }

    /// What it is to hold for the node at `place`; nil when the record does not state it.
    func value(
        at place: Int, _ record: CanonicalView, _ findings: inout [Finding]
    ) -> RenderValue? {
        value(record.find(number, at: place), record, &findings)
    }

    private func value(
        _ found: Found, _ record: CanonicalView, _ findings: inout [Finding]
    ) -> RenderValue? {
        func report(_ kind: FindingKind) {
            findings.append(Finding(kind, at: Location(path: notation), "`\(name)`"))
        }
        switch found {
        case .absent:
            if required { report(MappingFindings.destinationMissing) }
            return nil
        case .ambiguous:
            report(MappingFindings.ambiguous)
            return nil
        case .values(let first, _, 1):
            guard let value = record.text(at: first) else {
                if required { report(MappingFindings.destinationMissing) }
                return .null
            }
            switch codec.write(value) {
            case .value(let text): return .text(text)
            case .noted(let text, let kind):
                report(kind)
                return .text(text)
            case .failed(let kind):
                report(kind)
                return nil
            }
        case .values:
            var texts: [String] = []
            for place in record.places(number, found) {
                guard let value = record.text(at: place) else { continue }
                switch codec.write(value) {
                case .value(let text): texts.append(text)
                case .noted(let text, let kind):
                    texts.append(text)
                    report(kind)
                case .failed(let kind):
                    report(kind)
                    return nil
                }
            }
            if texts.isEmpty {
                if required { report(MappingFindings.destinationMissing) }
                return .null
            }
            if texts.count == 1 { return .text(texts[0]) }
            if isMany { return .repetitions(texts) }
            report(MappingFindings.ambiguous)
            return nil
        }
    }

    /// Whether what stands there reads, by this dictionary, as the values at `wanted`.
    private func says(
        _ before: Range<Int>, _ values: FieldValues, _ wanted: [Int],
        _ record: CanonicalView
    ) -> Bool {
        let stated = before.map { values[$0] }.filter { $0.isStated }
        // A field that repeats gave its first value, or its last; the rest is not ours to judge.
        if !isMany, stated.count > 1 {
            return wanted.count == 1
                && stated.contains { says($0, values, wanted[0], record) }
        }
        guard stated.count == wanted.count else { return false }
        return zip(stated, wanted).allSatisfy { says($0, values, $1, record) }
    }

    /// Whether one value reads as the one at `wanted`.
    private func says(
        _ value: FieldValues.Entry, _ values: FieldValues, _ wanted: Int, _ record: CanonicalView
    ) -> Bool {
        guard let range = record.range(wanted), !value.isNull else {
            return value.isNull && record.range(wanted) == nil
        }
        if codec.keepsText {
            let span = record.bytes.span
            return values.bytes(of: value).span.equals(value.range, span, range)
        }
        switch codec.read(values.text(value)) {
        case .value(let text), .noted(let text, _): return record.text(at: wanted) == text
        case .failed: return false
        }
    }

    /// Whether exactly `value` stands at the places `before`.
    static func stands(
        _ before: Range<Int>, _ values: FieldValues, _ value: RenderValue
    ) -> Bool {
        switch value {
        case .null: before.count == 1 && values[before.lowerBound].isNull
        case .text(let text):
            before.count == 1 && holds(values[before.lowerBound], values, text)
        case .repetitions(let texts):
            before.count == texts.count
                && zip(before, texts).allSatisfy { holds(values[$0], values, $1) }
        }
    }

    private static func holds(
        _ value: FieldValues.Entry, _ values: FieldValues, _ text: String
    ) -> Bool {
        !value.isNull && value.count == text.utf8.count
            && values.bytes(of: value)[value.range].elementsEqual(text.utf8)
    }
}
