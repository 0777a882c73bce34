import Exchange

/// A field or group of X12, compiled against every guide of the format.
///
/// Notation: `2300/CLM01`, `2010BA/NM103`, `2300/HI01-2` (component), `2300/REF[G1]/02` or
/// `2300/REF[G1]02` (only where the segment's qualifier is G1), `2400` (a loop), `2400/REF` or
/// `CAS` (a segment that repeats), `ISA13`, `GS06`, `ST02`, `BHT03`. The loop may be left out
/// where only one loop, or the set or record itself, has the segment.
public struct X12Path: Sendable, Hashable {
    /// What the path names.
    enum Kind: UInt8, Sendable { case loop, segment, field }

    /// As it was written.
    public let notation: String
    let kind: Kind
    /// The packed segment id; 0 for a loop.
    let segment: UInt32
    /// The element, from 1; 0 for a group.
    let element: Int
    /// The component, from 1; 0 for the whole element.
    let component: Int
    /// The qualifier's bytes; empty for any.
    let qualifier: [UInt8]
    /// The loop in each guide; −1 where the guide does not have the field.
    let loops: [Int16]
    /// Whether it lies in ISA or GS.
    let isEnvelope: Bool

    /// Compiles `text`; a fault when no guide has it.
    init(_ text: String, guides: GuideLibrary) throws(PathFault) {
        let pieces = X12Path.pieces(text)
        notation = text
        qualifier = pieces.qualifier
        element = pieces.element
        component = pieces.component
        segment = pieces.segment.isEmpty ? 0 : packSegment(pieces.segment)
        kind = pieces.segment.isEmpty ? .loop : pieces.element > 0 ? .field : .segment
        isEnvelope = pieces.segment == "ISA" || (pieces.segment == "GS" && pieces.loop == nil)
        guard pieces.isGood else {
            throw PathFault("`\(text)` is no X12 path; write LOOP/SEGnn, LOOP/SEGnn-n, LOOP/SEG[Q]/nn or LOOP")
        }
        if isEnvelope {
            loops = []
            return
        }
        var found: [Int16] = []
        var isAmbiguous = false
        for guide in guides.guides {
            let answer = X12Path.loop(pieces, segment, guide)
            if answer == -2 { isAmbiguous = true }
            found.append(Int16(max(-1, answer)))
        }
        loops = found
        if found.allSatisfy({ $0 < 0 }) {
            if isAmbiguous { throw PathFault("`\(text)`: several loops have it; name one, as in 2400/\(text)") }
            let names = Set(guides.guides.flatMap { $0.loops.map(\.id) })
            let near = pieces.loop.flatMap { NearestName.find($0, among: Array(names)) }
            throw PathFault(
                "no guide has `\(text)`" + (near.map { $0 == pieces.loop ? "" : "; did you mean loop \($0)?" } ?? ""))
        }
    }

    private typealias Pieces = (
        loop: String?, segment: String, element: Int, component: Int, qualifier: [UInt8], isGood: Bool
    )

    /// Takes a notation apart.
    private static func pieces(_ text: String) -> Pieces {
        var made: Pieces = (nil, "", 0, 0, [], true)
        var rest = Substring(text)
        if let first = rest.first, first.isNumber {
            let loop = rest.prefix { $0 != "/" }
            made.loop = String(loop)
            rest = rest.dropFirst(loop.count)
            if rest.isEmpty { return made }
            rest = rest.dropFirst()
        }
        if let open = rest.firstIndex(of: "["), let close = rest.firstIndex(of: "]"), open < close {
            made.segment = String(rest[..<open])
            made.qualifier = Array(rest[rest.index(after: open)..<close].utf8)
            rest = rest[rest.index(after: close)...]
            if rest.first == "/" { rest = rest.dropFirst() }
            if rest.isEmpty {
                made.isGood = isSegment(made.segment)
                return made
            }
        } else {
            let head = rest.prefix { $0 != "-" && $0 != "/" }
            if isElement(head) {
                made.segment = String(head.dropLast(2))
                rest = rest.dropFirst(made.segment.count)
            } else {
                made.segment = String(head)
                rest = rest.dropFirst(head.count)
                if rest.first == "/" { rest = rest.dropFirst() }
            }
            if rest.isEmpty {
                made.isGood = isSegment(made.segment)
                return made
            }
        }
        let numbers = rest.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        made.element = numbers[0]
        made.component = numbers.count > 1 ? numbers[1] : 0
        made.isGood = isSegment(made.segment) && made.element > 0 && numbers.count <= 2 && !numbers.contains(0)
        return made
    }

    private static func isSegment(_ text: String) -> Bool {
        (2...3).contains(text.utf8.count) && text.utf8.first.map { $0 >= 0x41 && $0 <= 0x5A } == true
            && text.utf8.allSatisfy { $0.isDigit || ($0 >= 0x41 && $0 <= 0x5A) }
    }

    /// Whether the text is a segment id with two digits of an element behind it.
    private static func isElement(_ text: Substring) -> Bool {
        text.utf8.count >= 4 && text.suffix(2).utf8.allSatisfy(\.isDigit) && isSegment(String(text.dropLast(2)))
    }

    /// The loop a path lies in; −1 when the guide does not have it, −2 when several do.
    private static func loop(_ pieces: Pieces, _ segment: UInt32, _ guide: Guide) -> Int {
        if segment == 0 { return pieces.loop.flatMap { guide.loop($0) } ?? -1 }
        let fitting = guide.slots.filter { slot in
            guard slot.segment == segment, pieces.element <= slot.elements.count else { return false }
            if let name = pieces.loop, guide.loops[slot.loop].id != name { return false }
            if pieces.component > 0 {
                let spec = guide.elements[slot.elements.lowerBound + pieces.element - 1]
                if pieces.component > spec.components.count { return false }
            }
            return pieces.qualifier.isEmpty || hasQualifier(slot, pieces.qualifier, guide)
        }
        let loops = Set(fitting.map(\.loop))
        if loops.count == 1, let only = loops.first { return only }
        if loops.isEmpty { return -1 }
        if loops.contains(0) { return 0 }
        return loops.contains(guide.record.loop) ? guide.record.loop : -2
    }

    private static func hasQualifier(_ slot: Slot, _ qualifier: [UInt8], _ guide: Guide) -> Bool {
        guard let key = slot.keys.first else { return false }
        var spec = guide.elements[slot.elements.lowerBound + key.element - 1]
        if key.component > 0 { spec = guide.elements[spec.components.lowerBound + key.component - 1] }
        let code = packCode(String(decoding: qualifier, as: UTF8.self))
        return spec.codes.isEmpty || guide.codes[spec.codes].contains(code)
    }

    /// Its loop in a guide; nil when the guide does not have it.
    func loop(in guide: Int) -> Int? {
        guard loops.indices.contains(guide), loops[guide] >= 0 else { return nil }
        return Int(loops[guide])
    }
}
