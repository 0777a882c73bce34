/// What a finding condemns when its severity is `error`.
public enum Reach: String, Sendable, Codable {
    /// The record alone.
    case record
    /// The smallest part of the envelope around it: an X12 transaction set.
    case part
    /// The whole file.
    case file
}

/// One kind of finding: declared once, as a value, beside the check that makes it.
///
/// The catalogue that `waybill explain` and the documents show is the list of these. No text here
/// or in a finding ever holds a value from the data (law 7).
public struct FindingKind: Hashable, Sendable {
    /// The stable code, such as `HL7-104`: prefix of the module, a hyphen, three digits.
    public let code: String
    /// How much it weighs.
    public let severity: Severity
    /// Who deals with it.
    public let owner: Role
    /// What is wrong, as the beginning of a sentence without a full stop.
    public let what: String
    /// What to do about it, as an imperative sentence.
    public let fix: String
    /// What an error of this kind condemns.
    public let reach: Reach

    /// Declares a kind of finding.
    public init(
        _ code: String, _ severity: Severity, owner: Role, what: String, fix: String,
        reach: Reach = .record
    ) {
        self.code = code
        self.severity = severity
        self.owner = owner
        self.what = what
        self.fix = fix
        self.reach = reach
    }
}

/// Where a finding is.
public struct Location: Hashable, Sendable {
    /// The 0-based byte in the content.
    public var byte: Int?
    /// The 1-based line; CR, LF and CRLF each end one.
    public var line: Int?
    /// The 1-based number of the record in the file; nil for the file and its envelope.
    public var record: Int?
    /// The place in the standard's own notation: `OBX[4]-5.1`, `2400/SV102-2`, a column, an XPath.
    public var path: String?

    /// Describes a place.
    public init(byte: Int? = nil, line: Int? = nil, record: Int? = nil, path: String? = nil) {
        self.byte = byte
        self.line = line
        self.record = record
        self.path = path
    }
}

/// Something wrong with the data or the settings, as a value.
public struct Finding: Hashable, Sendable {
    /// What kind it is.
    public let kind: FindingKind
    /// How much it weighs here: a partner's overlay may differ from the kind.
    public var severity: Severity
    /// Where it is.
    public var location: Location
    /// Particulars: names, counts, positions, expected forms; never a value from the data.
    public let detail: String
    /// What an acknowledgement says of it: `["IK403": "7"]`; empty where none would.
    public let ack: [String: String]

    /// Makes a finding of `kind`.
    public init(
        _ kind: FindingKind, at location: Location = Location(), _ detail: String = "",
        ack: [String: String] = [:], severity: Severity? = nil
    ) {
        self.kind = kind
        self.severity = severity ?? kind.severity
        self.location = location
        self.detail = detail
        self.ack = ack
    }

    /// The code of its kind.
    public var code: String { kind.code }
    /// What is wrong, with the particulars.
    public var message: String { detail.isEmpty ? kind.what : "\(kind.what): \(detail)" }
    /// What to do.
    public var fix: String { kind.fix }
}

/// The findings about one receipt, bounded: counts stay exact, examples are capped.
///
/// One wrong delimiter must not make a million lines (style, "three channels").
public struct FindingLog: Sendable {
    /// How many findings of one code are kept as they are.
    public let limit: Int
    /// The findings kept, in the order they came.
    public private(set) var kept: [Finding] = []
    /// How often each code came, kept or not.
    public private(set) var counts: [String: Int] = [:]

    /// Keeps up to `limit` findings of each code.
    public init(limit: Int = 1000) { self.limit = limit }

    /// Adds a finding.
    public mutating func append(_ finding: Finding) {
        let count = counts[finding.code, default: 0] + 1
        counts[finding.code] = count
        if count <= limit { kept.append(finding) }
    }

    /// Adds many.
    public mutating func append(contentsOf findings: some Sequence<Finding>) {
        for finding in findings { append(finding) }
    }

    /// How many came in all.
    public var total: Int { counts.values.reduce(0, +) }
}
