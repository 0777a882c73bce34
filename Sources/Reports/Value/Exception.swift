public import Exchange

extension Report {
    /// The findings of one code, of one feed (section 6).
    public struct Exception: Codable, Sendable, Hashable {
        /// The code, `X12-104`.
        public var code: String
        /// How much it weighs.
        public var severity: Severity
        /// Who deals with it.
        public var owner: Role
        /// What is wrong.
        public var what: String
        /// What to do about it.
        public var fix: String
        /// The feed; nil for the run as a whole.
        public var feed: String?
        /// How many findings there are.
        public var findings: Int
        /// How many records have one.
        public var records: Int
        /// How many files have one.
        public var files: Int
        /// What those records come to in cents; nil where they carry no money.
        public var cents: Int?
        /// The first few records or files, by reference.
        public var references: [String]

        /// Describes the findings of one code.
        public init(
            code: String, severity: Severity, owner: Role, what: String, fix: String,
            feed: String? = nil, findings: Int, records: Int = 0, files: Int = 0,
            cents: Int? = nil, references: [String] = []
        ) {
            self.code = code
            self.severity = severity
            self.owner = owner
            self.what = what
            self.fix = fix
            self.feed = feed
            self.findings = findings
            self.records = records
            self.files = files
            self.cents = cents
            self.references = references
        }

        /// Describes the findings of one kind, in the kind's own words.
        public init(
            _ kind: FindingKind, feed: String? = nil, findings: Int, records: Int = 0,
            files: Int = 0, cents: Int? = nil, references: [String] = []
        ) {
            self.init(
                code: kind.code, severity: kind.severity, owner: kind.owner, what: kind.what,
                fix: kind.fix, feed: feed, findings: findings, records: records, files: files,
                cents: cents, references: references)
        }
    }
}
