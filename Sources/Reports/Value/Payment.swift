extension Report {
    /// One payment: an 835 transaction set (X12 005010X221A1), in cents.
    public struct Payment: Codable, Sendable, Hashable {
        /// The receipt it came with.
        public var receipt: String
        /// TRN02: the number of the check or transfer, which the deposit shows too.
        public var trace: String
        /// TRN03 or the payer's name in the settings.
        public var payer: String
        /// BPR16: the date of the payment.
        public var date: String?
        /// BPR02: what was paid.
        public var paid: Int
        /// The sum of CLP04.
        public var claims: Int
        /// The sum of the PLB amounts, with their sign in the file.
        public var adjustments: Int
        /// How many CLP it has.
        public var claimCount: Int
        /// What became of it: an outcome's word.
        public var outcome: String

        /// Describes a payment.
        public init(
            receipt: String, trace: String, payer: String, date: String? = nil, paid: Int,
            claims: Int, adjustments: Int, claimCount: Int, outcome: String
        ) {
            self.receipt = receipt
            self.trace = trace
            self.payer = payer
            self.date = date
            self.paid = paid
            self.claims = claims
            self.adjustments = adjustments
            self.claimCount = claimCount
            self.outcome = outcome
        }

        /// BPR02 less (sum CLP04 less sum PLB): nothing, in a payment that adds up.
        public var difference: Int { paid &- (claims &- adjustments) }
    }
}
