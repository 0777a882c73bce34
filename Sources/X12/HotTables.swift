/// The candidates for one segment id in one loop: a range of `Guide.candidates`.
struct CandidateGroup: Sendable {
    var start: UInt32
    var end: UInt32
}

/// One way a segment may be understood: an item of a loop and one code of its qualifier.
struct Candidate: Sendable {
    /// The packed code; looked at when `element` is not 0.
    var code: UInt64
    var item: UInt16
    var rank: UInt16
    /// Where the qualifier stands; element 0 for a slot without.
    var element: UInt8
    var component: UInt8
    /// Whether a second qualifier must fit too.
    var hasMore: Bool
}

/// What the checks of one segment need of its slot, in 32 bytes.
struct SlotRule: Sendable {
    /// What later levels look at, so that most segments are passed over by one comparison.
    enum Role: UInt8, Sendable {
        case none, claim, line, lineNumber, diagnoses, date, reference, name, party, city
        case subscriber, amount, adjustments, adjudication, drug, taxonomy
        case deposit, payment, service, provider, summary, person, beginning
    }

    /// The first of its elements.
    var elements: UInt32
    /// Bit n for element n, where it must be there.
    var wanted: UInt32
    var loop: UInt16
    /// The first of its conditions, and how many they are.
    var conditions: UInt16
    var conditionCount: UInt8
    var count: UInt8
    var role: Role
    /// Its elements and components that have an external list: a range of `Guide.listed`.
    var listed: UInt16
    var listedCount: UInt8
}

/// An element, or component of one, whose codes stand in an external list.
struct ListedPlace: Sendable {
    var element: UInt8
    /// 0 for a simple element.
    var component: UInt8
    var list: Int16
}

/// What first sight needs of an element or component, in two words, so that it travels in registers.
struct HotSpec: Sendable {
    /// How a value is looked at.
    enum Look {
        static let text: UInt64 = 0
        static let code: UInt64 = 1
        static let oneCode: UInt64 = 2
        static let number: UInt64 = 3
        static let whole: UInt64 = 4
        static let date: UInt64 = 5
        static let time: UInt64 = 6
        static let composite: UInt64 = 7
        /// What first sight leaves to a closer look.
        static let close: UInt64 = 8
    }

    /// Bits 0–7 the look, 8–15 the element that states a date's form, 16–31 the shortest length,
    /// 32–47 the longest.
    private let bounds: UInt64
    /// A single code itself; the range of several (bits 0–31 the first, 32–63 how many); of a
    /// composite the first component (bits 0–23), how many (24–31), and which must be there (32–63).
    let more: UInt64

    init(_ spec: ElementSpec, _ codes: [UInt64]) {
        var look = Look.close
        switch spec.kind {
        case .identifier, .text:
            look = spec.codeCount == 0 ? Look.text : spec.codeCount == 1 ? Look.oneCode : Look.code
        case .whole:
            look = spec.codeCount == 0 ? Look.whole : spec.longest <= 8 ? Look.code : Look.close
        case .decimal: if spec.codeCount == 0 { look = Look.number }
        case .date: if spec.longest >= 8 { look = Look.date }
        case .time: look = Look.time
        case .composite: look = Look.composite
        }
        if spec.usage == .notUsed || spec.digits > 0 { look = Look.close }
        let longest = spec.advised > 0 ? Swift.min(Int(spec.advised), spec.max) : spec.max
        bounds =
            look | UInt64(spec.formatBy) << 8 | UInt64(spec.shortest) << 16
            | UInt64(longest) << 32
        switch look {
        case Look.composite:
            more =
                UInt64(spec.partStart) | UInt64(spec.partCount) << 24
                | UInt64(spec.wantedParts) << 32
        case Look.oneCode: more = codes[spec.codes.lowerBound]
        default: more = UInt64(spec.codeStart) | UInt64(spec.codeCount) << 32
        }
    }

    @inline(__always) var look: UInt64 { bounds & 0xFF }
    @inline(__always) var formatBy: Int { Int(truncatingIfNeeded: bounds >> 8 & 0xFF) }
    @inline(__always) var shortest: Int { Int(truncatingIfNeeded: bounds >> 16 & 0xFFFF) }
    @inline(__always) var longest: Int { Int(truncatingIfNeeded: bounds >> 32) }
    @inline(__always) var first: Int { Int(truncatingIfNeeded: more & 0xFFFF_FFFF) }
    @inline(__always) var count: Int { Int(truncatingIfNeeded: more >> 32) }
    @inline(__always) var partStart: Int { Int(truncatingIfNeeded: more & 0xFF_FFFF) }
    @inline(__always) var partCount: Int { Int(truncatingIfNeeded: more >> 24 & 0xFF) }
    @inline(__always) var wantedParts: UInt32 { UInt32(truncatingIfNeeded: more >> 32) }
}

/// A syntax note over a mask of the elements that are there: bit n for element n.
struct Condition: Sendable {
    var kind: UInt8
    var mask: UInt32
    /// The bit of the first element.
    var first: UInt32

    /// Whether the elements that are there break it (X12.6: P all or none, R at least one, E at
    /// most one, C if the first then all, L if the first then one more).
    @inline(__always)
    func isBroken(by present: UInt32) -> Bool {
        let there = present & mask
        switch kind {
        case UInt8(ascii: "P"): return there != 0 && there != mask
        case UInt8(ascii: "R"): return there == 0
        case UInt8(ascii: "E"): return there & (there &- 1) != 0
        case UInt8(ascii: "C"): return there & first != 0 && there != mask
        case UInt8(ascii: "L"): return there & first != 0 && there == first
        default: return false
        }
    }
}

/// Derives from a guide what walking and checking touch for every segment.
struct HotTables {
    private(set) var segmentHash = [UInt8](repeating: 0, count: 256)
    private(set) var groups: [CandidateGroup] = []
    private(set) var candidates: [Candidate] = []
    private(set) var rules: [SlotRule] = []
    private(set) var conditions: [Condition] = []
    private(set) var listed: [ListedPlace] = []
    private(set) var specs: [HotSpec] = []
    private(set) var wantedRanges: [Range<Int>] = []
    private(set) var wanted: [Int] = []

    init(_ parts: GuideParts) {
        for (index, packed) in parts.segments.enumerated() {
            var place = Guide.hash(packed)
            while segmentHash[place] != 0 { place = (place + 1) & 255 }
            segmentHash[place] = UInt8(clamping: index + 1)
        }
        for loop in parts.loops.indices {
            for segment in parts.segments.indices { group(loop, segment, parts) }
            let first = wanted.count
            for index in parts.loops[loop].items
            where parts.items[index].usage == .required || parts.items[index].usage == .mandatory {
                wanted.append(index)
            }
            wantedRanges.append(first..<wanted.count)
        }
        for slot in parts.slots { rule(slot, parts) }
        specs = parts.elements.map { HotSpec($0, parts.codes) }
    }

    private mutating func group(_ loop: Int, _ segment: Int, _ parts: GuideParts) {
        let start = candidates.count
        for index in parts.loops[loop].items {
            let item = parts.items[index]
            let place = item.slot >= 0 ? item.slot : parts.loops[item.loop].trigger
            if item.slot >= 0, loop != 0, item.slot == parts.loops[loop].trigger { continue }
            guard parts.slots[place].segmentIndex == segment else { continue }
            add(index, item, parts.slots[place], parts)
        }
        groups.append(
            CandidateGroup(
                start: UInt32(clamping: start), end: UInt32(clamping: candidates.count)))
    }

    private mutating func add(_ index: Int, _ item: Item, _ slot: Slot, _ parts: GuideParts) {
        var made = Candidate(
            code: 0, item: UInt16(clamping: index), rank: UInt16(clamping: item.rank), element: 0,
            component: 0, hasMore: slot.keys.count > 1)
        var codes: ArraySlice<UInt64> = []
        if let key = slot.keys.first {
            var spec = parts.elements[slot.elements.lowerBound + key.element - 1]
            if key.component > 0 {
                spec = parts.elements[spec.components.lowerBound + key.component - 1]
            }
            codes = parts.codes[spec.codes]
            made.element = UInt8(clamping: key.element)
            made.component = UInt8(clamping: key.component)
        }
        if codes.isEmpty {
            made.element = 0
            candidates.append(made)
        }
        for code in codes {
            made.code = code
            candidates.append(made)
        }
    }

    private mutating func rule(_ slot: Slot, _ parts: GuideParts) {
        let first = conditions.count
        for note in parts.notes[slot.notes] {
            var made = Condition(kind: note.kind, mask: 0, first: 0)
            for number in parts.noteElements[note.elements] where number < 32 {
                let bit = UInt32(1) << UInt32(number)
                if made.mask == 0 { made.first = bit }
                made.mask |= bit
            }
            conditions.append(made)
        }
        var wanted: UInt32 = 0
        for (place, index) in slot.elements.enumerated() where place < 31 {
            let usage = parts.elements[index].usage
            if usage == .mandatory || usage == .required { wanted |= 2 << UInt32(place) }
        }
        let firstListed = listed.count
        for (place, index) in slot.elements.enumerated() {
            list(parts.elements[index], place + 1, 0)
            for (inner, part) in parts.elements[index].components.enumerated() {
                list(parts.elements[part], place + 1, inner + 1)
            }
        }
        rules.append(
            SlotRule(
                elements: UInt32(clamping: slot.elements.lowerBound), wanted: wanted,
                loop: UInt16(clamping: slot.loop), conditions: UInt16(clamping: first),
                conditionCount: UInt8(clamping: conditions.count - first),
                count: UInt8(clamping: slot.elements.count), role: Self.role(slot.segment),
                listed: UInt16(clamping: firstListed),
                listedCount: UInt8(clamping: listed.count - firstListed)))
    }

    private mutating func list(_ spec: ElementSpec, _ element: Int, _ component: Int) {
        guard spec.list >= 0 else { return }
        listed.append(
            ListedPlace(
                element: UInt8(clamping: element), component: UInt8(clamping: component),
                list: spec.list))
    }

    private static func role(_ segment: UInt32) -> SlotRule.Role {
        switch segment {
        case ID.clm: .claim
        case ID.sv1, ID.sv2, ID.sv3: .line
        case ID.lx: .lineNumber
        case ID.hi: .diagnoses
        case ID.dtp: .date
        case ID.ref: .reference
        case ID.nm1: .name
        case ID.n1: .party
        case ID.n4: .city
        case ID.sbr: .subscriber
        case ID.amt: .amount
        case ID.cas: .adjustments
        case ID.svd: .adjudication
        case ID.lin: .drug
        case ID.prv: .taxonomy
        case ID.bpr: .deposit
        case ID.clp: .payment
        case ID.svc: .service
        case ID.plb: .provider
        case ID.ts3: .summary
        case ID.dmg: .person
        case ID.bht: .beginning
        default: .none
        }
    }
}
