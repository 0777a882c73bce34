import Bytes

/// The formats of strings (Table Schema, "string"), the loose forms of dates, and places on earth.
enum TextForms {
    /// `local@domain` as RFC 5321 has it, without quoted local parts and address literals.
    static func isEmail(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count <= 254,
            let at = bytes.firstIndex(of: UInt8(ascii: "@"), in: range),
            at > range.lowerBound, at - range.lowerBound <= 64, at + 1 < range.upperBound
        else { return false }
        var previous = UInt8(ascii: ".")
        for index in range.lowerBound..<at {
            let byte = bytes[index]
            guard isAtom(byte) || (byte == 0x2E && previous != 0x2E) else { return false }
            previous = byte
        }
        guard previous != 0x2E else { return false }
        previous = 0x2E
        for index in (at + 1)..<range.upperBound {
            let byte = bytes[index]
            switch byte {
            case 0x2E, 0x2D:
                guard previous != 0x2E, byte == 0x2D || previous != 0x2D else { return false }
            default:
                guard ASCII.isDigit(byte) || ASCII.isLetter(byte) || byte >= 0x80 else {
                    return false
                }
            }
            previous = byte
        }
        return previous != 0x2E && previous != 0x2D
    }

    private static func isAtom(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || ASCII.isLetter(byte) || byte >= 0x80
            || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }

    /// `scheme:…` as RFC 3986 has it: a scheme, and only characters a URI may hold.
    static func isURI(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let colon = bytes.firstIndex(of: 0x3A, in: range), colon > range.lowerBound,
            ASCII.isLetter(bytes[range.lowerBound]), colon + 1 < range.upperBound
        else { return false }
        for index in range.lowerBound..<colon {
            let byte = bytes[index]
            guard ASCII.isLetter(byte) || ASCII.isDigit(byte) || "+-.".utf8.contains(byte) else {
                return false
            }
        }
        for index in (colon + 1)..<range.upperBound {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%") {
                guard index + 2 < range.upperBound, ASCII.hexadecimal(bytes[index + 1]) != nil,
                    ASCII.hexadecimal(bytes[index + 2]) != nil
                else { return false }
                continue
            }
            guard
                ASCII.isLetter(byte) || ASCII.isDigit(byte)
                    || "-._~:/?#[]@!$&'()*+,;=".utf8.contains(byte)
            else { return false }
        }
        return true
    }

    /// Base64 (RFC 4648, section 4), padded.
    static func isBase64(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count % 4 == 0 else { return false }
        var end = range.upperBound
        var padding = 0
        while end > range.lowerBound, padding < 2, bytes[end - 1] == UInt8(ascii: "=") {
            end -= 1
            padding += 1
        }
        for index in range.lowerBound..<end {
            let byte = bytes[index]
            guard ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == 0x2B || byte == 0x2F else {
                return false
            }
        }
        return true
    }

    /// `8-4-4-4-12` hexadecimal digits (RFC 4122).
    static func isUUID(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count == 36 else { return false }
        for offset in 0..<36 {
            let byte = bytes[range.lowerBound + offset]
            if offset == 8 || offset == 13 || offset == 18 || offset == 23 {
                if byte != 0x2D { return false }
            } else if ASCII.hexadecimal(byte) == nil {
                return false
            }
        }
        return true
    }

    private static let looseDates = [
        "%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%b %d %Y",
        "%a, %d %b %Y",
    ].compactMap(StrptimePattern.init)
    private static let looseTimes = ["%H:%M:%S", "%H:%M", "%I:%M %p", "%I:%M:%S %p", "%H:%M:%S.%f"]
        .compactMap(StrptimePattern.init)
    private static let looseDateTimes = [
        "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y%m%d%H%M%S", "%Y%m%d%H%M",
        "%Y-%m-%d %H:%M:%S.%f", "%Y/%m/%d %H:%M:%S", "%d %b %Y %H:%M:%S",
        "%a, %d %b %Y %H:%M:%S %z", "%Y-%m-%d %H:%M:%S%z",
    ].compactMap(StrptimePattern.init)

    /// `format: any`: every form whose meaning is one and the same everywhere. Where day and month
    /// could be taken for each other, nothing is guessed.
    static func looseDate(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Measure {
        for pattern in looseDates {
            if let stamp = pattern.parse(bytes, range) { return .key(Int64(stamp.dayNumber)) }
        }
        return .invalid
    }

    /// `format: any` for times.
    static func looseTime(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Measure {
        if case .key(let micros) = TimeForms.time(bytes, range) { return .key(micros) }
        for pattern in looseTimes {
            if let stamp = pattern.parse(bytes, range) { return timeOfDay(stamp) }
        }
        return .invalid
    }

    /// `format: any` for dates with times.
    static func looseDateTime(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Measure {
        if case .key(let micros) = TimeForms.dateTime(bytes, range) { return .key(micros) }
        for pattern in looseDateTimes {
            if let stamp = pattern.parse(bytes, range) { return .key(stamp.microseconds()) }
        }
        return .invalid
    }

    /// Microseconds of the day.
    static func timeOfDay(_ stamp: Timestamp) -> Measure {
        .key(stamp.microseconds() - Int64(stamp.dayNumber) * 86_400_000_000)
    }

    /// `lon, lat` in degrees (Table Schema, "geopoint", `format: default`).
    static func isGeopoint(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let comma = bytes.firstIndex(of: 0x2C, in: range) else { return false }
        return isDegree(bytes, trimmed(bytes, range.lowerBound..<comma), most: 180)
            && isDegree(bytes, trimmed(bytes, (comma + 1)..<range.upperBound), most: 90)
    }

    private static func isDegree(_ bytes: Span<UInt8>, _ range: Range<Int>, most: Int) -> Bool {
        guard !range.isEmpty, let value = ExactDecimal(bytes, range) else { return false }
        return value <= ExactDecimal(coefficient: Int128(most), scale: 0)
            && ExactDecimal(coefficient: Int128(-most), scale: 0) <= value
    }

    /// The range without blanks around it.
    static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        return start..<end
    }

    /// A geopoint as JSON: `[lon, lat]` or `{"lon": …, "lat": …}`.
    static func isGeopoint(_ value: JSONValue, asArray: Bool) -> Bool {
        let pair: [JSONValue?]
        if asArray {
            guard let items = value.array, items.count == 2 else { return false }
            pair = items
        } else {
            pair = [value["lon"], value["lat"]]
        }
        for (place, most) in zip(pair, [180.0, 90.0]) {
            guard let text = place?.plain, place?.bool == nil, let degrees = Double(text),
                abs(degrees) <= most
            else { return false }
        }
        return true
    }

    /// Whether an object says it is GeoJSON (RFC 7946, section 1.4) or TopoJSON.
    static func isGeoJSON(_ value: JSONValue, topology: Bool) -> Bool {
        guard let type = value["type"]?.string else { return false }
        if topology { return type == "Topology" && value["objects"] != nil }
        switch type {
        case "Feature": return value["geometry"] != nil
        case "FeatureCollection": return value["features"]?.array != nil
        case "GeometryCollection": return value["geometries"]?.array != nil
        case "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon":
            return value["coordinates"]?.array != nil
        default: return false
        }
    }
}
