public import Exchange

extension Report {
    /// One file for one destination, with the proof that it is there (section 5).
    public struct Delivery: Codable, Sendable, Hashable {
        /// Where it stands.
        public enum State: String, Codable, Sendable, CaseIterable {
            case staged, released, published, collected, withdrawn
            /// It was let out and could not be put in its place.
            case failed

            /// The ledger's state as the report says it.
            public init(_ state: DeliveryState) {
                switch state {
                case .staged: self = .staged
                case .released: self = .released
                case .published: self = .published
                case .collected: self = .collected
                case .withdrawn: self = .withdrawn
                }
            }
        }

        /// How it is known to have arrived, the strongest proof there is.
        public enum Proof: String, Codable, Sendable, CaseIterable {
            case none
            /// Read again in its place after publishing, with the same SHA-256.
            case reread = "re-read"
            /// The receiver took it away.
            case collected
            /// The receiver acknowledged it.
            case acknowledged
        }

        /// The destination.
        public var destination: String
        /// The file's name, or its id where the name may hold patient data.
        public var file: String
        /// The release unit.
        public var unit: String
        /// Where it stands.
        public var state: State
        /// Records in it, as staged.
        public var records: Int
        /// Records that our own reader found in it; nil when it was not read back.
        public var readBack: Int?
        /// What it comes to in cents; nil where it carries no money.
        public var cents: Int?
        /// Its size.
        public var bytes: Int
        /// 64 hexadecimal digits.
        public var sha256: String
        /// Its control numbers: ISA13, GS06, MSH-10 of the batch.
        public var controls: [String]
        /// How it is known to have arrived.
        public var proof: Proof
        /// When that was known.
        public var provedAt: String?
        /// The code of what went wrong; nil when nothing did.
        public var problem: String?

        /// Describes a delivery.
        public init(
            destination: String, file: String, unit: String, state: State, records: Int,
            readBack: Int? = nil, cents: Int? = nil, bytes: Int, sha256: String,
            controls: [String] = [], proof: Proof = .none, provedAt: String? = nil,
            problem: String? = nil
        ) {
            self.destination = destination
            self.file = file
            self.unit = unit
            self.state = state
            self.records = records
            self.readBack = readBack
            self.cents = cents
            self.bytes = bytes
            self.sha256 = sha256
            self.controls = controls
            self.proof = proof
            self.provedAt = provedAt
            self.problem = problem
        }
    }
}
