/// One implementation guide, compiled from its data file into flat tables.
///
/// Loops own a contiguous run of items in guide order; an item is a segment slot or a child loop.
/// Items of equal rank may come in any order (X12: same position). All indices are into the
/// arrays here, so that a walk touches no String and allocates nothing.
struct Guide: Sendable {
    /// The guide's identifier as GS08 has it: `005010X222A1`.
    var id = ""
    /// The short name: `837P`.
    var name = ""
    /// ST01.
    var set = ""
    /// GS01.
    var group = ""
    /// What a record is.
    var record = RecordRule()
    /// Where the money of a record stands: the segment and the element; nil for none.
    var money: (segment: UInt32, element: Int)?
    /// Loop 0 is the set itself.
    var loops: [Loop] = []
    var items: [Item] = []
    var slots: [Slot] = []
    var elements: [ElementSpec] = []
    /// Packed codes, each list sorted; `ElementSpec.codes` is a range of it.
    var codes: [UInt64] = []
    var notes: [SyntaxNote] = []
    /// The element numbers of all notes.
    var noteElements: [Int] = []
    /// The distinct segment ids, packed; a slot's `segmentIndex` is an index here.
    var segments: [UInt32] = []
    /// `loop * segments.count + segment` → range of `candidates`.
    var candidateRanges: [Range<Int>] = []
    /// Item indices, by loop and segment id, in guide order; a loop's trigger is not its own
    /// candidate, but that of the loop around it.
    var candidates: [Int] = []
    /// The loops that an HL opens.
    var hlLoops: [Int] = []
    /// Packed segment id hashed to 256 → index in `segments` + 1, probed linearly.
    var segmentHash: [UInt8] = []

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
}

/// How records are cut from a set, and which segments may stand before them.
struct RecordRule: Sendable {
    /// The loop of a record; 0 when the whole set is one.
    var loop = 0
    /// The packed id of the segment that opens one.
    var opens: UInt32 = 0
    /// A segment that opens one when the set has none before it (999: AK9).
    var opensAlone: UInt32 = 0
    /// HL codes under which the segment opens a record; empty for any.
    var under: [UInt64] = []
    /// The HL03 that opens a record, when HL does.
    var hlCode: UInt64 = 0
    /// Whether the whole set is the record (835).
    var isSet = false
}

/// One loop: its items in guide order.
struct Loop: Sendable {
    var id = ""
    var items = 0..<0
    /// The slot that opens it.
    var trigger = -1
    /// Loops that hold it (2300 lies under 2000B and 2000C).
    var parents: [Int] = []
    /// HL03 of its trigger, when that is an HL.
    var hlCode: UInt64 = 0
}

/// A place in a loop, for a segment or a child loop.
struct Item: Sendable {
    /// Order within the loop; equal ranks in any order.
    var rank: Int
    /// The slot, or −1.
    var slot: Int
    /// The child loop, or −1.
    var loop: Int
    var usage: Usage
    /// How often it may occur; `Int.max` for without limit.
    var max: Int
}

/// Up to two qualifiers of a slot, without an array of their own.
struct Keys: Sendable {
    private(set) var count = 0
    private var one = (element: 0, component: 0)
    private var two = (element: 0, component: 0)

    var isEmpty: Bool { count == 0 }
    var first: (element: Int, component: Int)? { count > 0 ? one : nil }

    @inline(__always)
    subscript(index: Int) -> (element: Int, component: Int) { index == 0 ? one : two }

    /// Adds a qualifier; a third is not looked at.
    mutating func append(_ key: (element: Int, component: Int)) {
        if count == 0 { one = key } else if count == 1 { two = key } else { return }
        count += 1
    }
}

/// A segment's meaning in its loop.
struct Slot: Sendable {
    var segment: UInt32
    var segmentIndex = 0
    var loop: Int
    var usage: Usage
    /// Its elements, in order from 01; components lie elsewhere.
    var elements = 0..<0
    var notes = 0..<0
    /// Up to two qualifiers by which it is told from others of the same segment id.
    var keys = Keys()
    /// Whether one of its elements or components has an external list.
    var hasLists = false
    /// The first position (010) where the guide has it, for people.
    var position = 0
}

extension Slot {
    /// The element by which a path's `[qualifier]` picks: the first key, else element 01.
    func qualifier(_ guide: Guide) -> (element: Int, component: Int)? {
        if let key = keys.first { return key }
        guard !elements.isEmpty else { return nil }
        return (1, guide.elements[elements.lowerBound].components.isEmpty ? 0 : 1)
    }
}

/// How the guide uses a thing. `mandatory` is required by the standard itself (level 1).
enum Usage: UInt8, Sendable { case mandatory, required, situational, notUsed }

/// An element or component.
struct ElementSpec: Sendable {
    /// The data types of X12.6 that these guides use.
    enum Kind: UInt8, Sendable { case identifier, text, whole, decimal, date, time, composite }
    var usage: Usage
    var kind: Kind = .text
    var isKey = false
    var min = 1
    var max = 1
    /// How often it may repeat.
    var repeats = 1
    var codes = 0..<0
    /// An external list: index into `CodeLists.names` order, or −1.
    var list = -1
    var components = 0..<0
    /// The element whose value (D8, RD8) is the format of this one; 0 for none.
    var formatBy = 0
    /// The length the guide advises; longer is a warning. 0 for none.
    var advised = 0
    /// Exactly so many digits are wanted; 0 for no pattern.
    var digits = 0
}

/// A syntax note of a segment (X12.6: P, R, E, C, L).
struct SyntaxNote: Sendable {
    var kind: UInt8
    /// Element numbers: a range of the guide's `noteElements`.
    var elements: Range<Int>
}

/// Packs up to four bytes of a segment id into a number.
@inline(__always)
func packSegment(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt32 {
    var value: UInt32 = 0
    var index = start
    while index < end, index < start + 4 {
        value = value << 8 | UInt32(bytes[index])
        index += 1
    }
    return end - start > 3 ? 0 : value
}

/// Packs a segment id.
func packSegment(_ text: String) -> UInt32 { text.utf8.reduce(0) { $0 << 8 | UInt32($1) } }

/// The id that was packed.
func segmentName(_ packed: UInt32) -> String {
    var bytes: [UInt8] = []
    for shift in [24, 16, 8, 0] as [UInt32] {
        let byte = UInt8(truncatingIfNeeded: packed >> shift)
        if byte != 0 { bytes.append(byte) }
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// Packs a code: up to eight bytes as they are, longer ones as a hash.
@inline(__always)
func packCode(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
    var value: UInt64 = 0
    if end - start <= 8 {
        var index = start
        while index < end {
            value = value << 8 | UInt64(bytes[index])
            index += 1
        }
        return value
    }
    value = 0xCBF2_9CE4_8422_2325
    for index in start..<end { value = (value ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
    return value | 0x8000_0000_0000_0000
}

/// Packs a code.
func packCode(_ text: String) -> UInt64 {
    let bytes = Array(text.utf8)
    let value = packCode(bytes.span, 0, bytes.count)
    return value
}
