import Exchange

/// What the framer saw of a file's envelopes: what the acknowledger answers.
struct ReceivedEnvelope: Sendable {
    /// One transaction set.
    struct TransactionSet: Sendable {
        /// Its part, counted from 1 through the file.
        var part: Int
        /// ST01, ST02 and ST03.
        var id: [UInt8]
        var control: [UInt8]
        var version: [UInt8]
        /// What the framer itself found in its segments, up to fifty.
        var findings: [Finding] = []
        /// IK502 codes.
        var codes: [String] = []
    }

    /// One functional group.
    struct Group: Sendable {
        /// GS01, GS06 and GS08.
        var functional: [UInt8]
        var control: [UInt8]
        var version: [UInt8]
        /// GS02 and GS03.
        var sender: [UInt8] = []
        var receiver: [UInt8] = []
        /// GE01; nil when there was no GE.
        var declared: Int?
        var sets: [TransactionSet] = []
        /// AK905 codes.
        var codes: [String] = []
    }

    /// One interchange.
    struct Interchange: Sendable {
        /// ISA01 to ISA16, blanks kept.
        var isa: [[UInt8]]
        var groups: [Group] = []
        /// TA105 codes.
        var codes: [String] = []
        /// Whether the sender asks for a TA1 (ISA14 = 1).
        var asksForTA1 = false
        /// Whether it holds nothing but TA1s, which are never answered.
        var holdsOnlyTA1 = false
    }

    var interchanges: [Interchange] = []
}
