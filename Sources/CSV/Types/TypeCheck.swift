import Bytes

/// Tells whether a cell's text, in UTF-8 and without escapes, is of a field's type.
enum TypeCheck {
    /// What the text in `range` comes to; `.invalid` when it is not of the type.
    @inline(__always)
    static func measure(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ rule: FieldRule, _ parts: borrowing FieldParts
    ) -> Measure {
        switch rule.type {
        case .string, .any: .plain
        case .number, .integer: rule.number.read(bytes, range)
        case .date: TimeForms.date(bytes, range)
        default: other(bytes, range, rule, parts)
        }
    }

    @inline(never)
    private static func other(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ rule: FieldRule, _ parts: borrowing FieldParts
    ) -> Measure {
        switch rule.type {
        case .string, .any, .number, .integer, .date: return .plain
        case .email: return answer(TextForms.isEmail(bytes, range))
        case .uri: return answer(TextForms.isURI(bytes, range))
        case .binary: return answer(TextForms.isBase64(bytes, range))
        case .uuid: return answer(TextForms.isUUID(bytes, range))
        case .boolean:
            return answer(
                parts.truths.contains(bytes, range) || parts.falsehoods.contains(bytes, range))
        case .looseDate: return TextForms.looseDate(bytes, range)
        case .patternDate:
            guard let stamp = parts.strptime?.parse(bytes, range) else { return .invalid }
            return .key(Int64(stamp.dayNumber))
        case .time: return TimeForms.time(bytes, range)
        case .looseTime: return TextForms.looseTime(bytes, range)
        case .patternTime:
            guard let stamp = parts.strptime?.parse(bytes, range) else { return .invalid }
            return TextForms.timeOfDay(stamp)
        case .datetime: return TimeForms.dateTime(bytes, range)
        case .looseDatetime: return TextForms.looseDateTime(bytes, range)
        case .patternDatetime:
            guard let stamp = parts.strptime?.parse(bytes, range) else { return .invalid }
            return .key(stamp.microseconds())
        case .year: return TimeForms.year(bytes, range)
        case .yearmonth: return TimeForms.yearMonth(bytes, range)
        case .duration: return TimeForms.duration(bytes, range)
        case .geopoint: return answer(TextForms.isGeopoint(bytes, range))
        case .list: return list(bytes, range, rule, parts)
        case .object, .array, .geopointArray, .geopointObject, .geojson, .topojson:
            return json(bytes, range, rule.type)
        }
    }

    private static func answer(_ isRight: Bool) -> Measure { isRight ? .plain : .invalid }

    private static func json(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ type: FieldType
    ) -> Measure {
        guard let value = try? JSONValue.read(bytes, range) else { return .invalid }
        switch (type, value) {
        case (.object, .object(let members)): return .count(members.count)
        case (.array, .array(let items)): return .count(items.count)
        case (.geopointArray, _): return answer(TextForms.isGeopoint(value, asArray: true))
        case (.geopointObject, _): return answer(TextForms.isGeopoint(value, asArray: false))
        case (.geojson, .object): return answer(TextForms.isGeoJSON(value, topology: false))
        case (.topojson, .object): return answer(TextForms.isGeoJSON(value, topology: true))
        default: return .invalid
        }
    }

    private static func list(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ rule: FieldRule, _ parts: borrowing FieldParts
    ) -> Measure {
        var item = FieldRule()
        item.type = parts.itemType
        item.number.isInteger = parts.itemType == .integer
        let separator = parts.separator
        var start = range.lowerBound
        var count = 0
        while true {
            let end =
                bytes.firstIndex(of: separator, in: start..<range.upperBound)
                ?? range.upperBound
            if measure(bytes, start..<end, item, parts) == .invalid { return .invalid }
            count += 1
            if end == range.upperBound { return .count(count) }
            start = end + 1
        }
    }
}
