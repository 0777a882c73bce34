import Exchange

/// What the framer saw of a file's envelopes: what the acknowledger answers.
///
/// A file may hold millions of sets: of each, 16 bytes are kept, and more only of those that have
/// faults.
struct ReceivedEnvelope: Sendable {
    /// ST02 and what kind of set it is.
    struct TransactionSet: Sendable {
        /// ST02, packed.
        var control: UInt64
        /// An index into `Group.kinds`.
        var kind: UInt16
    }

    /// ST01 and ST03.
    struct Kind: Sendable, Equatable {
        var id: [UInt8]
        var version: [UInt8]
    }

    /// What is wrong with a set, as far as the framer saw it.
    struct Faults: Sendable {
        /// Findings about its segments, up to fifty.
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
        /// The part, counted from 1 through the file, of its first set.
        var firstPart = 0
        var kinds: [Kind] = []
        var sets: [TransactionSet] = []
        /// By part.
        var faults: [Int: Faults] = [:]
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

    /// The last interchange and its last group; nil when there is none.
    private var place: (interchange: Int, group: Int)? {
        guard let last = interchanges.indices.last,
            let inner = interchanges[last].groups.indices.last
        else { return nil }
        return (last, inner)
    }

    /// Adds a set to the last group.
    mutating func add(part: Int, id: [UInt8], control: [UInt8], version: [UInt8]) {
        guard let place else { return }
        interchanges[place.interchange].groups[place.group].add(
            part, Kind(id: id, version: version), Self.pack(control))
    }

    /// Names an IK502 code of the last set.
    mutating func condemn(_ code: String) {
        guard let place else { return }
        interchanges[place.interchange].groups[place.group].lastFaults { faults in
            if !faults.codes.contains(code) { faults.codes.append(code) }
        }
    }

    /// Keeps a finding about a segment of the last set.
    mutating func note(_ finding: Finding) {
        guard let place else { return }
        interchanges[place.interchange].groups[place.group].lastFaults { faults in
            if faults.findings.count < 50 { faults.findings.append(finding) }
        }
    }

    /// Up to nine characters of ASCII in one number: seven bits each, the last lowest. Of a longer
    /// control number, which is a fault, the end is kept.
    static func pack(_ control: [UInt8]) -> UInt64 {
        control.suffix(9).reduce(0) { packed, byte in
            packed << 7 | UInt64(byte > 0x20 && byte < 0x7F ? byte : UInt8(ascii: "?"))
        }
    }

    /// The control number that was packed.
    static func unpack(_ packed: UInt64) -> String {
        var bytes: [UInt8] = []
        var rest = packed
        while rest != 0 {
            bytes.append(UInt8(rest & 0x7F))
            rest >>= 7
        }
        return String(decoding: bytes.reversed(), as: UTF8.self)
    }
}

extension ReceivedEnvelope.Group {
    /// Adds a set; its part follows that of the set before it.
    fileprivate mutating func add(
        _ part: Int, _ kind: ReceivedEnvelope.Kind, _ control: UInt64
    ) {
        if sets.isEmpty { firstPart = part }
        var index = kinds.firstIndex(of: kind)
        if index == nil, kinds.count < 1000 {
            kinds.append(kind)
            index = kinds.count - 1
        }
        sets.append(.init(control: control, kind: UInt16(clamping: index ?? 0)))
    }

    /// Changes what is known to be wrong with the last set.
    fileprivate mutating func lastFaults(_ change: (inout ReceivedEnvelope.Faults) -> Void) {
        guard !sets.isEmpty else { return }
        change(&faults[firstPart + sets.count - 1, default: .init()])
    }
}

/// The counts of an envelope's trailers: each as it came as long as they are few, or differ from
/// what was declared; the others of a name in one sum, so that a file of millions of sets needs no
/// more memory than one of thousands.
struct CountTally: Sendable {
    private static let most = 10_000
    private var single: [EnvelopeCount] = []
    private var sums: [String: (declared: Int, counted: Int)] = [:]

    /// Adds one trailer's count.
    mutating func add(_ name: String, declared: Int, counted: Int) {
        if single.count < Self.most || (declared != counted && single.count < 2 * Self.most) {
            single.append(EnvelopeCount(name, declared: declared, counted: counted))
        } else {
            let before = sums[name] ?? (0, 0)
            sums[name] = (before.declared &+ declared, before.counted &+ counted)
        }
    }

    /// All that were added.
    var counts: [EnvelopeCount] {
        single
            + sums.sorted { $0.key < $1.key }.map {
                EnvelopeCount($0.key, declared: $0.value.declared, counted: $0.value.counted)
            }
    }
}

extension ReceivedEnvelope.Interchange {
    /// What tells it from every other, as it stands in `Closing.envelopeKeys`: sender, receiver and
    /// ISA13.
    var key: [UInt8] {
        [4, 5, 6, 7, 12].reduce(Array("ISA".utf8)) { $0 + [0x7C] + isa[$1].trimmed }
    }
}
