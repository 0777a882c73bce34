import Bytes
import Exchange

/// Turns one system's text into a canonical value and back: crosswalk, then type and form.
///
/// Pure, and compiled once: crosswalks are tables for one day.
struct ValueCodec: Sendable {
    /// A value that does not have its type's form.
    static let misfit = FindingKind(
        "MAP-101", .error, owner: .analyst, what: "a value does not have the form its field needs",
        fix: "Have the sender correct it, or correct `type` and `format` in the dictionary.")
    /// A code without an answer, whose record waits.
    static let missHeld = FindingKind(
        "MAP-103", .error, owner: .analyst, what: "a code has no answer in its crosswalk",
        fix: "Add the code to the crosswalk, then release the record.")
    /// A code without an answer, whose record is refused.
    static let missRejected = FindingKind(
        "MAP-104", .error, owner: .analyst, what: "a code has no answer in its crosswalk",
        fix: "Have the sender correct it, or add the code to the crosswalk and replay.")
    /// A code without an answer that goes on, or whose place the fallback takes.
    static let missPassed = FindingKind(
        "MAP-105", .info, owner: .analyst,
        what: "a code has no answer in its crosswalk and went on as the dictionary says",
        fix: "Add the code to the crosswalk if it means something of its own.")
    /// A local time that does not exist, or exists twice.
    static let clockChange = FindingKind(
        "MAP-106", .warning, owner: .analyst,
        what: "a local time lies where clocks change; it is kept without an offset",
        fix: "Ask the sender for times with their offset.")
    /// A canonical value that the destination's form cannot show.
    static let unwritable = FindingKind(
        "MAP-107", .error, owner: .analyst,
        what: "a value cannot be written in the destination's form",
        fix: "Correct `format` in the destination's dictionary, then release the record.")

    /// What came of one value.
    enum Result: Equatable {
        /// It is this.
        case value(String)
        /// It is this, and something is to be said.
        case noted(String, FindingKind)
        /// It cannot be used.
        case failed(FindingKind)
    }

    let type: ValueType
    let form: ValueForm
    let zone: Zone?
    let miss: MissPolicy
    /// The system's code → canonical; nil without a crosswalk.
    let incoming: [String: String]?
    /// Canonical → the system's code.
    let outgoing: [String: String]?
    let truths: [String]
    let falsehoods: [String]
    /// Whether a text is its own canonical value, and is written as it is.
    let keepsText: Bool

    init(_ entry: FieldDictionary.Entry, zone: Zone?, day: String) {
        type = entry.type
        form = entry.form
        self.zone = zone
        miss = entry.miss
        incoming = entry.crosswalk?.reading(on: day)
        outgoing = entry.crosswalk?.writing(on: day)
        truths = entry.truths
        falsehoods = entry.falsehoods
        keepsText = incoming == nil && outgoing == nil && (type == .string || type == .code)
    }

    // MARK: Reading

    /// Whether the text in `range` is its own canonical value, as can be seen at once: a whole
    /// number without a sign and without zeros in front.
    func isCanonical(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard type == .integer, incoming == nil, !range.isEmpty, range.count <= 18,
            bytes[range.lowerBound] != 0x30 || range.count == 1
        else { return false }
        for index in range where bytes[index] < 0x30 || bytes[index] > 0x39 { return false }
        return true
    }

    /// The canonical value of `text`, which is not empty.
    func read(_ text: String) -> Result {
        if let incoming {
            if let answer = incoming[text] { return .value(answer) }
            return missed(text) { typed($0) }
        }
        return typed(text)
    }

    private func missed(_ text: String, _ keep: (String) -> Result) -> Result {
        switch miss {
        case .hold: return .failed(Self.missHeld)
        case .reject: return .failed(Self.missRejected)
        case .fallback(let value): return .noted(value, Self.missPassed)
        case .keep:
            if case .value(let value) = keep(text) { return .noted(value, Self.missPassed) }
            return .failed(Self.misfit)
        }
    }

    private func typed(_ text: String) -> Result {
        switch type {
        case .string, .code: return .value(text)
        case .date, .dateTime: return time(text)
        case .decimal: return decimal(text).map(Result.value) ?? .failed(Self.misfit)
        case .money: return money(text).map(Result.value) ?? .failed(Self.misfit)
        case .integer:
            guard let number = Int64(text), text.first != "+" else { return .failed(Self.misfit) }
            return .value(String(number))
        case .boolean:
            if truths.contains(text) { return .value("true") }
            if falsehoods.contains(text) { return .value("false") }
            return .failed(Self.misfit)
        }
    }

    private func time(_ text: String) -> Result {
        if case .rd8 = form { return interval(text) }
        guard let stamp = stamp(text) else { return .failed(Self.misfit) }
        if type == .date { return .value(TimeText.iso(stamp.date)) }
        guard let zone, stamp.offset == nil, stamp.precision >= .hour else {
            return .value(TimeText.iso(stamp))
        }
        guard let placed = zone.placed(stamp) else {
            return .noted(TimeText.iso(stamp), Self.clockChange)
        }
        return .value(TimeText.iso(placed))
    }

    private func stamp(_ text: String) -> Timestamp? {
        let bytes = text.utf8.span
        switch form {
        case .hl7: return TimeText.hl7(bytes, 0..<bytes.count)
        case .d8: return bytes.count == 8 ? TimeText.hl7(bytes, 0..<8) : nil
        case .pattern(let pattern): return pattern.parse(bytes, 0..<bytes.count)
        case .iso: return TimeText.iso(text)
        case .rd8Start: return rd8(text)?.first
        case .rd8End: return rd8(text)?.last
        default: return nil
        }
    }

    private func interval(_ text: String) -> Result {
        guard let days = rd8(text) else { return .failed(Self.misfit) }
        return .value(days.map(TimeText.iso).joined(separator: "/"))
    }

    /// One or two days, in order.
    private func rd8(_ text: String) -> [Timestamp]? {
        let bytes = text.utf8.span
        guard bytes.count == 8 || bytes.count == 17 else { return nil }
        guard let first = TimeText.hl7(bytes, 0..<8), first.precision == .day else { return nil }
        if bytes.count == 8 { return [first] }
        guard bytes[8] == 0x2D, let last = TimeText.hl7(bytes, 9..<17), last.precision == .day,
            first.dayNumber <= last.dayNumber
        else { return nil }
        return [first, last]
    }

    private func decimal(_ text: String) -> String? {
        let plain = form == .grouped ? Self.ungrouped(text) : text
        guard let plain, ExactDecimal(plain) != nil else { return nil }
        return Self.tidy(plain)
    }

    private func money(_ text: String) -> String? {
        if form == .cents {
            guard let cents = Int64(text), text.first != "+" else { return nil }
            return ExactDecimal(cents: cents).text(decimals: 2)
        }
        let plain = form == .grouped ? Self.ungrouped(text) : text
        guard let plain, let amount = ExactDecimal(plain), amount.cents != nil else { return nil }
        return amount.text(decimals: 2)
    }

    /// `+.50` → `0.50`, `-5.` → `-5`: all digits behind the point stay, they say how exact it is.
    static func tidy(_ text: String) -> String {
        var digits = Substring(text)
        let isNegative = digits.first == "-"
        if isNegative || digits.first == "+" { digits = digits.dropFirst() }
        if digits.last == "." { digits = digits.dropLast() }
        while digits.first == "0", digits.dropFirst().first?.isNumber == true {
            digits = digits.dropFirst()
        }
        let isZero = digits.allSatisfy { $0 == "0" || $0 == "." }
        return (isNegative && !isZero ? "-" : "") + (digits.first == "." ? "0" : "") + digits
    }

    /// `$1,234.50` → `1234.50`, `(12.00)` → `-12.00`; nil when groups are not of three digits.
    static func ungrouped(_ text: String) -> String? {
        var rest = Substring(text)
        var sign = ""
        if rest.first == "(", rest.last == ")" {
            sign = "-"
            rest = rest.dropFirst().dropLast()
        } else if rest.first == "-" {
            sign = "-"
            rest = rest.dropFirst()
        }
        if rest.first == "$" { rest = rest.dropFirst() }
        let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty else { return nil }
        let groups = whole.split(separator: ",", omittingEmptySubsequences: false)
        let isGrouped = groups.count > 1
        for (index, group) in groups.enumerated() {
            guard group.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
            guard !isGrouped || (index == 0 ? (1...3).contains(group.count) : group.count == 3)
            else { return nil }
        }
        return sign + groups.joined() + (parts.count > 1 ? "." + parts[1] : "")
    }

    // MARK: Writing

    /// The system's text for the canonical `value`, which is not empty.
    func write(_ value: String) -> Result {
        if let outgoing {
            if let answer = outgoing[value] { return .value(answer) }
            // A fallback is canonical: where the table knows it, its code is what goes out.
            if case .fallback(let fallback) = miss, let answer = outgoing[fallback] {
                return .noted(answer, Self.missPassed)
            }
            return missed(value) { formed($0) }
        }
        return formed(value)
    }

    private func formed(_ value: String) -> Result {
        (text(value)).map(Result.value) ?? .failed(Self.unwritable)
    }

    private func text(_ value: String) -> String? {
        switch type {
        case .string, .code: return value
        case .date, .dateTime: return timeText(value)
        case .decimal:
            guard let number = ExactDecimal(value) else { return nil }
            return form == .shortest ? number.description : value
        case .money:
            guard let number = ExactDecimal(value), let cents = number.cents else { return nil }
            switch form {
            case .shortest: return number.description
            case .cents: return String(cents)
            default: return number.text(decimals: 2)
            }
        case .integer:
            guard let number = ExactDecimal(value), number.scale == 0 else { return nil }
            return number.description
        case .boolean:
            return value == "true" ? truths.first : value == "false" ? falsehoods.first : nil
        }
    }

    private func timeText(_ value: String) -> String? {
        switch form {
        case .rd8, .rd8Start, .rd8End: return intervalText(value)
        default: return TimeText.iso(value).flatMap { timeText($0) }
        }
    }

    private func intervalText(_ value: String) -> String? {
        let ends = value.utf8.split(separator: 0x2F, omittingEmptySubsequences: false).map {
            TimeText.iso(String(Substring($0)))
        }
        guard ends.count <= 2, let start = ends.first ?? nil, let end = ends.last ?? nil,
            start.precision >= .day, end.precision >= .day
        else { return nil }
        switch form {
        case .rd8Start: return TimeText.hl7(start.date)
        case .rd8End: return TimeText.hl7(end.date)
        default: return TimeText.hl7(start.date) + "-" + TimeText.hl7(end.date)
        }
    }

    private func timeText(_ stamp: Timestamp) -> String? {
        // In a zone of its own, a system's times are wall clock there and state no offset.
        var stamp = stamp
        if let zone {
            stamp = zone.local(stamp)
            if !statesOffset { stamp = stamp.with(offset: nil) }
        }
        if type == .date { stamp = stamp.date }
        switch form {
        case .hl7: return TimeText.hl7(stamp)
        case .iso: return TimeText.iso(stamp)
        case .d8: return stamp.precision >= .day ? TimeText.hl7(stamp.date) : nil
        case .pattern(let pattern): return pattern.format(stamp)
        default: return nil
        }
    }

    /// Whether the form shows an offset even where the system has a zone.
    private var statesOffset: Bool {
        switch form {
        case .iso: true
        case .pattern(let pattern): pattern.description.contains("X")
        default: false
        }
    }
}
