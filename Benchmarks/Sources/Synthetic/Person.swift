/// A person who does not exist.
struct Person: Sendable {
    let number: Int
    let last: String
    let first: String
    let birth: Day
    let isFemale: Bool
    let street: String
    let city: String
    let state: String
    let zip: String

    /// The person with this number: the same one in every file of every kind.
    init(number: Int) {
        var random = SplitMix64(seed: 0x5EED ^ UInt64(truncatingIfNeeded: number))
        self.number = number
        last = random.pick(Names.last)
        isFemale = random.chance(52)
        first = random.pick(isFemale ? Names.female : Names.male)
        birth = Day(
            year: random.number(1930...2020), month: random.number(1...12),
            day: random.number(1...28))
        street = "\(random.number(1...9999)) \(random.pick(Names.streets))"
        let place = random.pick(Names.places)
        (city, state) = (place.0, place.1)
        zip = "\(place.2)\(1000 + random.number(0...8999))"
    }

    /// The clinic's number for the person.
    var record: String { "MRN\(1_000_000 + number)" }
    /// The payer's number for the person.
    var member: String { "W\(200_000_000 + number)" }
    /// F or M.
    var sex: String { isFemale ? "F" : "M" }
}

/// A date, as the formats write it.
struct Day: Sendable {
    var year: Int
    var month: Int
    var day: Int

    /// `yyyyMMdd`
    var compact: String { pad(year, 4) + pad(month, 2) + pad(day, 2) }
    /// `yyyy-MM-dd`
    var dashed: String { "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))" }
    /// `MM/dd/yyyy`
    var american: String { "\(pad(month, 2))/\(pad(day, 2))/\(pad(year, 4))" }
}

/// The number with zeros in front.
func pad(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

/// Money in cents as X12's R: no zeros at the end, no point without a fraction.
func plain(_ cents: Int) -> String {
    let sign = cents < 0 ? "-" : ""
    let (whole, rest) = (abs(cents) / 100, abs(cents) % 100)
    if rest == 0 { return "\(sign)\(whole)" }
    return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(pad(rest, 2))"
}

/// A national provider identifier with its check digit (Luhn over 80840 + nine digits).
func npi(_ number: Int) -> String {
    let base = "1" + pad(number % 100_000_000, 8)
    var sum = 24
    for (index, digit) in base.utf8.reversed().enumerated() {
        var value = Int(digit) - 48
        if index % 2 == 0 {
            value *= 2
            if value > 9 { value -= 9 }
        }
        sum += value
    }
    return base + String((10 - sum % 10) % 10)
}

enum Names {
    static let last = [
        "ABBOTT", "ALVAREZ", "BAKER", "BENNETT", "CARTER", "CHEN", "COLLINS", "DAVIS", "DIAZ",
        "EDWARDS", "EVANS", "FISCHER", "FOSTER", "GARCIA", "GRAY", "HALL", "HERNANDEZ", "HUGHES",
        "IVERSON", "JACKSON", "JOHNSON", "KAUR", "KELLY", "KIM", "LEE", "LOPEZ", "MARTIN", "MILLER",
        "NGUYEN", "OLSEN", "ORTIZ", "PARKER", "PATEL", "QUINN", "REED", "ROBINSON", "SANCHEZ",
        "SMITH", "TAYLOR", "TORRES", "UNDERWOOD", "VARGAS", "WALKER", "WILSON", "YOUNG", "ZHANG",
    ]
    static let female = [
        "ALICE", "AMINA", "BEATRIZ", "CLARA", "DIANE", "ELENA", "FATIMA", "GRACE", "HANNAH",
        "IRENE",
        "JULIA", "KEIKO", "LAURA", "MARIA", "NORA", "OLIVIA", "PRIYA", "ROSA", "SARAH", "TERESA",
    ]
    static let male = [
        "AARON", "BORIS", "CARLOS", "DANIEL", "EDWARD", "FELIX", "GEORGE", "HENRY", "IVAN", "JAMES",
        "KEVIN", "LIAM", "MARCUS", "NATHAN", "OMAR", "PETER", "QUENTIN", "RAUL", "SAMUEL", "THOMAS",
    ]
    static let streets = [
        "OAK ST", "MAPLE AVE", "2ND ST", "LAKE DR", "HILL RD", "ELM CT", "PARK BLVD",
    ]
    static let places = [
        ("SPRINGFIELD", "IL", "62701"), ("PEORIA", "IL", "61602"), ("MADISON", "WI", "53703"),
        ("DUBUQUE", "IA", "52001"), ("GARY", "IN", "46402"), ("CHICAGO", "IL", "60614"),
    ]
    static let payers = [
        ("AETNA EXAMPLE", "60054"), ("EXAMPLE HEALTH", "87726"), ("MIDWEST PLAN", "36273"),
    ]
    static let diagnoses = [
        "E119", "I10", "J069", "M5450", "E785", "K219", "R7303", "Z0000", "J45909", "F411",
    ]
    /// Code, least and greatest charge in dollars.
    static let procedures = [
        ("99213", 120, 190), ("99214", 180, 260), ("85025", 20, 45), ("80053", 30, 70),
        ("83036", 25, 60), ("36415", 8, 20), ("93000", 40, 90), ("99395", 190, 280),
    ]
}
