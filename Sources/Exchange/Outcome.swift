/// Whether a record was taken in. Every record ends in exactly one of these (law 2).
public enum Outcome: Int, Sendable, CaseIterable {
    case accepted = 1, rejected, duplicate, held, filtered

    /// The word that people see.
    public var word: String {
        switch self {
        case .accepted: "accepted"
        case .rejected: "rejected"
        case .duplicate: "duplicate"
        case .held: "held"
        case .filtered: "filtered"
        }
    }
}

/// What became of one file.
public enum FileOutcome: Int, Sendable, CaseIterable {
    case claimed = 1, processed, rejected, duplicate, held
}

/// The state of one accepted record on its way to one destination.
public enum LegState: Int, Sendable, CaseIterable {
    case queued = 1, staged, published, held, failed, suppressed, withdrawn

    /// The word that people see.
    public var word: String { "\(self)" }
}

/// The state of one file for one destination.
public enum DeliveryState: Int, Sendable, CaseIterable {
    case staged = 1, released, published, collected, withdrawn

    /// The word that people see.
    public var word: String { "\(self)" }
}

/// A SHA-256, as a value; hashing itself is done where bytes are read.
public struct ContentDigest: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Takes over 32 bytes.
    public init(_ bytes: [UInt8]) {
        precondition(bytes.count == 32)
        self.bytes = bytes
    }

    /// 64 lower-case hexadecimal digits.
    public var description: String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
