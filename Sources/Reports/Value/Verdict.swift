public import Exchange

extension Report {
    /// Section 0: how the night went, in one word, one sentence, and what to do next.
    ///
    /// Green means that nobody has to do anything. Amber means balanced, with work for somebody.
    /// Red means that something was stopped, or is missing and must not be.
    public struct Verdict: Codable, Sendable, Hashable {
        /// The word.
        public enum Status: String, Codable, Sendable, CaseIterable {
            case green = "GREEN"
            case amber = "AMBER"
            case red = "RED"
        }

        /// Why it is not green, gravest first.
        public enum Cause: String, Codable, Sendable, CaseIterable {
            case outOfBalance = "out of balance"
            case failSafe = "fail-safe engaged"
            case failedPublish = "publishing failed"
            case missingCritical = "critical feed missing"
            case missing = "feed missing"
            case stoppedFeed = "feed held by its breaker"
            case partnerArithmetic = "a partner's file does not add up"
            case files = "files rejected or held"
            case rejected = "records rejected"
            case held = "records held"
            case flagged = "records to review"

            /// The word that this alone would call for.
            public var status: Status {
                switch self {
                case .outOfBalance, .failSafe, .failedPublish, .missingCritical: .red
                default: .amber
                }
            }

            /// What `waybill run` ends with for this alone (product.md, section 3).
            public var exitCode: Int32 {
                switch self {
                case .outOfBalance: 4
                case .failSafe: 5
                case .failedPublish: 6
                case .missingCritical, .missing: 7
                default: 3
                }
            }
        }

        /// Something to do, and who does it.
        public struct NextAction: Codable, Sendable, Hashable {
            /// Who.
            public var owner: Role
            /// What, as an imperative sentence without a full stop.
            public var action: String
            /// The code it is about; nil when it is about no finding.
            public var code: String?

            /// Describes something to do.
            public init(owner: Role, action: String, code: String? = nil) {
                self.owner = owner
                self.action = action
                self.code = code
            }
        }

        /// The word.
        public var status: Status
        /// The sentence.
        public var sentence: String
        /// Whether every equation of ours holds.
        public var isBalanced: Bool
        /// Why it is not green, gravest first; empty when it is.
        public var causes: [Cause]
        /// What to do, the most urgent first, at most one for each role and cause.
        public var next: [NextAction]
        /// What `waybill run` ends with.
        public var exitCode: Int32
    }
}
