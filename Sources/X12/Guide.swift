/// One implementation guide, compiled from its data file into flat tables that never change.
///
/// Loops own a contiguous run of items in guide order; an item is a segment slot or a child loop.
/// Items of equal rank may come in any order (X12: same position). All indices are into the
/// arrays here, so that a walk touches no String and allocates nothing.
final class Guide: Sendable {
    /// The guide's identifier as GS08 has it: `005010X222A1`.
    let id: String
    /// The short name: `837P`.
    let name: String
    /// ST01.
    let set: String
    /// GS01.
    let group: String
    /// What a record is.
    let record: RecordRule
    /// Where the money of a record stands: the segment and the element; nil for none.
    let money: (segment: UInt32, element: Int)?
    /// Loop 0 is the set itself.
    let loops: [Loop]
    let items: [Item]
    let slots: [Slot]
    let elements: [ElementSpec]
    /// Packed codes, each list sorted; `ElementSpec.codes` is a range of it.
    let codes: [UInt64]
    let notes: [SyntaxNote]
    /// The element numbers of all notes.
    let noteElements: [Int]
    /// The distinct segment ids, packed; a slot's `segmentIndex` is an index here.
    let segments: [UInt32]
    /// The loops that an HL opens.
    let hlLoops: [Int]
    /// Indices of the loops that checks look for.
    let names: LoopNames
    /// Packed segment id hashed to 256 → index in `segments` + 1, probed linearly.
    let segmentHash: [UInt8]
    /// `loop * segments.count + segment` → the candidates for that segment in that loop.
    let groups: [CandidateGroup]
    /// In guide order; a loop's trigger is not its own candidate, but that of the loop around it.
    let candidates: [Candidate]
    /// What the hot path needs of each slot, by its index.
    let rules: [SlotRule]
    /// What first sight needs of each element, by its index in `elements`.
    let specs: [HotSpec]
    /// The conditions of all slots.
    let conditions: [Condition]
    /// What of all slots has an external list.
    let listed: [ListedPlace]
    /// By loop: the items that must be there, a range of `wanted`.
    let wantedRanges: [Range<Int>]
    /// Items that must be there.
    let wanted: [Int]

    /// Compiles what was read.
    init(_ parts: GuideParts) {
        let tables = HotTables(parts)
        id = parts.id
        name = parts.name
        set = parts.set
        group = parts.group
        record = parts.record
        money = parts.money
        loops = parts.loops
        items = parts.items
        slots = parts.slots
        elements = parts.elements
        codes = parts.codes
        notes = parts.notes
        noteElements = parts.noteElements
        segments = parts.segments
        hlLoops = parts.hlLoops
        names = LoopNames(parts)
        segmentHash = tables.segmentHash
        groups = tables.groups
        candidates = tables.candidates
        rules = tables.rules
        conditions = tables.conditions
        listed = tables.listed
        specs = tables.specs
        wantedRanges = tables.wantedRanges
        wanted = tables.wanted
    }

    /// What a 999 names as the business unit of a record (X231A1, CTX01): where it stands; nil
    /// where it names none.
    var businessUnit: String? {
        switch set {
        case "837": "CLM01"
        case "835", "276", "277": "TRN02"
        default: nil
        }
    }

    /// The codes that element `number` of a segment may have, in any of its slots.
    func codes(of segment: String, _ number: Int) -> Set<String> {
        var all: Set<String> = []
        for slot in slots
        where slot.segment == packSegment(segment) && slot.elements.count >= number {
            let spec = elements[slot.elements.lowerBound + number - 1]
            all.formUnion(codes[spec.codes].map(codeText))
        }
        return all
    }

    /// What tells it from all others: `005010X279A1/270`, since 270 and 271 share an identifier.
    var key: String { id + "/" + set }

    /// The index in `segments` of a packed id; nil when the guide does not have it.
    @inline(__always)
    func segmentIndex(_ packed: UInt32) -> Int? {
        var place = Guide.hash(packed)
        while true {
            let found = segmentHash[place]
            if found == 0 { return nil }
            if segments[Int(found) - 1] == packed { return Int(found) - 1 }
            place = (place + 1) & 255
        }
    }

    @inline(__always)
    static func hash(_ packed: UInt32) -> Int {
        Int(truncatingIfNeeded: (packed &* 0x9E37_79B1) >> 24)
    }

    /// The index of a loop by its id.
    func loop(_ id: String) -> Int? { loops.firstIndex { $0.id == id } }

    /// The slot of an item: its own, or the one that opens its loop.
    @inline(__always)
    func slot(_ item: Item) -> Int { item.slot >= 0 ? item.slot : loops[item.loop].trigger }
}

/// A guide while its data file is being read.
struct GuideParts {
    var id = ""
    var name = ""
    var set = ""
    var group = ""
    var record = RecordRule()
    var money: (segment: UInt32, element: Int)?
    var loops: [Loop] = []
    var items: [Item] = []
    var slots: [Slot] = []
    var elements: [ElementSpec] = []
    var codes: [UInt64] = []
    var notes: [SyntaxNote] = []
    var noteElements: [Int] = []
    var segments: [UInt32] = []
    var hlLoops: [Int] = []

    /// The index of a loop by its id.
    func loop(_ id: String) -> Int? { loops.firstIndex { $0.id == id } }
}

/// Indices of the loops that checks look for, found once; −1 where the guide has none.
struct LoopNames: Sendable {
    let subscriber, patient, subscriberName, payerName, claim, otherSubscriber, otherPayer: Int
    let line, adjudication, billingName, facility, lineFacility, payment, paymentLine: Int
    let isClaim, isPayment, isProfessional, isInstitutional: Bool

    init(_ guide: GuideParts) {
        let index = { (id: String) in guide.loop(id) ?? -1 }
        isClaim = guide.set == "837"
        isPayment = guide.set == "835"
        isProfessional = guide.id == "005010X222A1"
        isInstitutional = guide.id == "005010X223A2"
        subscriber = index("2000B")
        patient = index("2000C")
        subscriberName = index("2010BA")
        payerName = index("2010BB")
        claim = index("2300")
        otherSubscriber = index("2320")
        otherPayer = index("2330B")
        line = index("2400")
        adjudication = index("2430")
        billingName = index("2010AA")
        // Service facilities: 837I has 2310E, the others 2310C; 837P 2420C too, 837D 2420D.
        facility = isInstitutional ? index("2310E") : index("2310C")
        lineFacility =
            isProfessional ? index("2420C") : isInstitutional ? -1 : index("2420D")
        payment = index("2100")
        paymentLine = index("2110")
    }
}
