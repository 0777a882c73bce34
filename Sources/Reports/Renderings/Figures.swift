import Bytes
import Exchange

/// How figures, times and names are written for people.
enum Figures {
    /// `12,345`, `-1,000`.
    static func grouped(_ value: Int) -> String {
        let digits = Array(String(value.magnitude).utf8)
        var text: [UInt8] = []
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(UInt8(ascii: ",")) }
            text.append(digit)
        }
        return (value < 0 ? "-" : "") + String(decoding: text, as: UTF8.self)
    }

    /// `17,010.00`, `-3.05`: cents as dollars without the sign of the currency.
    static func amount(_ cents: Int) -> String {
        let magnitude = cents.magnitude
        let rest = magnitude % 100
        return (cents < 0 ? "-" : "") + grouped(Int(magnitude / 100)) + (rest < 10 ? ".0" : ".")
            + String(rest)
    }

    /// `$17,010.00`, `-$3.05`.
    static func dollars(_ cents: Int) -> String {
        let text = amount(cents)
        return cents < 0 ? "-$" + text.dropFirst() : "$" + text
    }

    /// `1 record`, `2 records`, `1,200 records`.
    static func count(_ value: Int, _ noun: String) -> String {
        "\(grouped(value)) \(noun)\(value == 1 ? "" : "s")"
    }

    /// `a`, `a and b`, `a, b and 3 more`.
    static func list(_ names: [String], most: Int) -> String {
        guard names.count > most else {
            guard let last = names.last, names.count > 1 else { return names.first ?? "" }
            return names.dropLast().joined(separator: ", ") + " and " + last
        }
        return names.prefix(most).joined(separator: ", ") + " and \(names.count - most) more"
    }

    /// The names, each once, in the order of their first coming.
    static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    /// A difference: `0`, `+1`, `-12`.
    static func difference(_ value: Int, measure: Report.Equation.Measure) -> String {
        let text = measure == .cents ? amount(value) : grouped(value)
        return value > 0 ? "+" + text : text
    }

    /// A figure in the manner of its measure.
    static func figure(_ value: Int, measure: Report.Equation.Measure) -> String {
        switch measure {
        case .count: grouped(value)
        case .cents: amount(value)
        case .hash: String(value)
        }
    }

    /// One side of an equation: `42 received + 2 released`, `CLP04 9,312.40 - PLB 100.00`.
    static func side(_ terms: [Report.Equation.Term], measure: Report.Equation.Measure) -> String {
        var text = ""
        for (index, term) in terms.enumerated() {
            if index > 0 { text += " " }
            if index > 0 || term.sign == .minus { text += term.sign.rawValue + " " }
            text += figure(term.value, measure: measure) + " " + term.name
        }
        return text.isEmpty ? "0" : text
    }

    /// `05:12` of `2026-11-20T05:12:00-06:00`; the text itself when it is no such time.
    static func clock(_ iso: String) -> String {
        let bytes = Array(iso.utf8)
        guard minutes(iso) != nil else { return iso }
        return String(decoding: bytes[11..<16], as: UTF8.self)
    }

    /// Minutes since midnight of an ISO time as it is stated; nil when there is none.
    static func minutes(_ iso: String) -> Int? {
        let bytes = Array(iso.utf8)
        guard bytes.count >= 16, bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":")
        else { return nil }
        let digits = [bytes[11], bytes[12], bytes[14], bytes[15]].map { Int($0) - 0x30 }
        guard digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
        return (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3]
    }

    /// The date part's day number; nil when the text does not begin with a date that exists.
    static func dayNumber(_ iso: String) -> Int? {
        let parts = iso.prefix(10).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2])
        else { return nil }
        return Timestamp(year: year, month: month, day: day)?.dayNumber
    }

    /// `Friday 20 November 2026` of an ISO date or time; the text itself when it is none.
    static func longDate(_ iso: String) -> String {
        guard let number = dayNumber(iso) else { return iso }
        let parts = iso.prefix(10).split(separator: "-").compactMap { Int($0) }
        let weekday = days[((number + 3) % 7 + 7) % 7]
        return "\(weekday) \(parts[2]) \(months[parts[1] - 1]) \(parts[0])"
    }

    /// `20 Nov` of an ISO date or time; the text itself when it is none.
    static func shortDate(_ iso: String) -> String {
        guard dayNumber(iso) != nil else { return iso }
        let parts = iso.prefix(10).split(separator: "-").compactMap { Int($0) }
        return "\(parts[2]) \(months[parts[1] - 1].prefix(3))"
    }

    private static let days = [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]

    /// A role as it begins a sentence: `Front desk`.
    static func title(_ role: Role) -> String {
        switch role {
        case .billing: "Billing"
        case .lab: "Lab"
        case .frontDesk: "Front desk"
        case .it: "IT"
        case .privacy: "Privacy officer"
        case .analyst: "Analyst"
        }
    }
}
