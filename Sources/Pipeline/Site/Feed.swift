public import Exchange

/// One kind of file, in one direction, with one trading partner.
public struct Feed: Sendable {
    /// The order of the night: identity before appointments before orders and so on.
    public enum Rank: String, Sendable, CaseIterable {
        case identity, appointments, orders, results, charges, answers, other

        /// Its place in the night, from 0.
        public var order: Int { Rank.allCases.firstIndex(of: self) ?? 0 }
    }

    /// Whether a file holds what changed, or everybody.
    public enum Contents: String, Sendable, CaseIterable { case changes, snapshot }
    /// The order of files within the feed.
    public enum Order: String, Sendable, CaseIterable { case name, time }
    /// Which records are answered.
    public enum Answering: String, Sendable, CaseIterable { case all, errors, none }
    /// What a record with a known key and other content means.
    public enum ControlIDs: String, Sendable, CaseIterable { case repeatable, unique }

    /// When a file in the source is whole.
    public struct Readiness: Sendable {
        /// Patterns of names that are not looked at.
        public var ignore: [String] = ["*.tmp", "*.part", "*.filepart", ".*"]
        /// The ending of a marker file beside each file; nil for none.
        public var marker: String?
        /// Seconds that must lie between two equal looks.
        public var stable = 60
        /// Seconds after which a file that does not close is taken and judged.
        public var grace = 7200
    }

    /// How repeats are known.
    public struct Duplicates: Sendable {
        /// The fields that identify a record, in the format's notation.
        public var key: [String] = []
        /// How far back is looked, in seconds.
        public var window = 90 * 86_400
        /// What a known key with other content means.
        public var controlIDs = ControlIDs.repeatable
    }

    /// What a full file of everybody is compared by.
    public struct Snapshot: Sendable {
        /// The fields that identify a row across nights.
        public var key: [String]
        /// The percentage of rows that may be missing before the file is held.
        public var drop: Int
        /// Which trigger a row means; nil derives none.
        public var events: Events?
    }

    /// Which HL7 trigger a full file's row means: `events: {new: A04, changed: A08, when: [...]}`.
    public struct Events: Sendable {
        /// One exception, looked at before `new` and `changed`, in order.
        public struct Condition: Sendable {
            /// The canonical field.
            public var field: String
            /// The value that it must have; nil means that it differs from the last version's.
            public var value: String?
            /// The trigger then.
            public var event: String
        }

        /// The trigger of a row that was not there before.
        public var new: String
        /// The trigger of a row that was there and says something else now.
        public var changed: String
        /// Exceptions.
        public var conditions: [Condition]
    }

    /// What is expected of the feed.
    public struct Expectation: Sendable {
        /// The local time by which files are due, `HH:mm`.
        public var by: String?
        /// Days on which they are due: `mon-sat`, `daily`.
        public var days: String
        /// How many files; nil for no bound.
        public var files: ClosedRange<Int>?
        /// How many records; nil for no bound.
        public var records: ClosedRange<Int>?
        /// Whom to ask.
        public var contact: String?
    }

    /// When a feed is held as a whole.
    public struct Breaker: Sendable {
        /// The percentage of rejected records above which it trips; nil for none.
        public var reject: Int?
        /// The fewest records it judges.
        public var minimum = 20
    }

    /// The name.
    public let name: String
    /// The trading partner's name.
    public let partner: String
    /// Its place in the night.
    public let rank: Rank
    /// The format that reads it.
    public let format: any Format
    /// The `format:` settings, for reports and for what others ask of them.
    public let formatNode: SettingsNode
    /// Where its files come from.
    public let transport: any Transport
    /// What identifies the place, for duplicates and what was seen.
    public let endpoint: String
    /// Patterns of names that belong to it.
    public let match: [String]
    /// When a file is whole.
    public let ready: Readiness
    /// What is done with a file that is safely ours.
    public let after: After
    /// What is expected.
    public let expect: Expectation?
    /// How repeats are known.
    public let duplicates: Duplicates
    /// The zone of date-times that state none.
    public let zone: String
    /// Whether a file holds changes or everybody.
    public let contents: Contents
    /// How snapshots are compared.
    public let snapshot: Snapshot?
    /// The order of files.
    public let order: Order
    /// The dictionary that reads it.
    public let dictionary: String
    /// Which records are answered, and through which destination.
    public let answering: (what: Answering, to: String)
    /// When it is held.
    public let breaker: Breaker
    /// Where its settings stand.
    public let mark: Mark

    /// The pattern that a file's name fits: what may be shown of a name that may hold PHI.
    public func pattern(for name: [UInt8]) -> String? {
        match.first { NamePattern.matches($0, name) }
    }
}
