import Bytes
import Exchange
import Synthetic
import Testing
import WaybillTesting

@testable import X12

/// Files made at random from each guide: read, written again, read again; cut, and changed.
@Suite struct MadeRoundTripTests {
    /// What we can write: a 999 is written by the acknowledger alone.
    static let written = MadeSetTests.guides.filter { $0.set != "999" }.map(\.name)

    /// A set with each situational loop, segment and element by chance.
    static func set(_ guide: Guide, seed: UInt64) -> SetMaker {
        var needed: Set<Int> = []
        var loop = guide.record.loop
        while loop > 0, let parent = guide.loops[loop].parents.first {
            for item in guide.loops[parent].items where guide.items[item].loop == loop {
                needed.insert(item)
            }
            loop = parent
        }
        let chance = Chance(seed)
        return SetMaker(
            guide, counts: { needed.contains($0) || chance.isUp(1, of: 3) ? 1 : 0 },
            fills: { _, _ in chance.isUp(1, of: 2) }, picks: { chance.number(below: 1000) })
    }

    private func guide(_ name: String) throws -> Guide {
        try #require(MadeSetTests.guides.first { $0.name == name })
    }

    /// The records of a file: each with the loops around it, HLs without their numbers.
    private func records(_ text: String) throws -> [[String]] {
        let format = x12(level: 2)
        var framer = format.framer(over: MemorySource(Array(text.utf8)))
        var all: [[String]] = []
        while let page = try framer.next() {
            let document = format.parse(page)
            for index in page.frames.indices {
                let bytes = try format.edit(document, record: index, edits: [])
                all.append(Self.plain(String(decoding: bytes, as: UTF8.self)))
            }
        }
        return all
    }

    /// Segments without what an assembly makes anew: numbers of HLs, ST and SE.
    private static func plain(_ text: String) -> [String] {
        text.split(separator: "~").map(String.init).compactMap { segment in
            let parts = segment.split(separator: "*", omittingEmptySubsequences: false)
            if parts[0] == "ST" || parts[0] == "SE" { return nil }
            return parts[0] == "HL" && parts.count > 3 ? "HL*" + parts[3] : segment
        }
    }

    @Test(arguments: written)
    func `what is made, read and written again reads the same`(name: String) throws {
        let guide = try guide(name)
        for seed in 1...60 as ClosedRange<UInt64> {
            let text = SetMaker.file(guide, Self.set(guide, seed: seed).segments)
            let reading = try readAll(text, level: 2)
            #expect(
                reading.findings.map { "\($0.code) \($0.location.path ?? "")" } == [], "\(text)")
            let before = try records(text)
            #expect(!before.isEmpty)
            var assembly = try X12Assembly(
                envelope(RoundTripTests().settings), guide: guide, newline: true)
            var bytes = try assembly.begin()
            let format = x12(level: 2)
            var framer = format.framer(over: MemorySource(Array(text.utf8)))
            while let page = try framer.next() {
                let document = format.parse(page)
                for index in page.frames.indices {
                    bytes += try assembly.add(
                        try format.edit(document, record: index, edits: []))
                }
            }
            bytes += try assembly.finish()
            let again = String(decoding: bytes, as: UTF8.self)
            let second = try readAll(again, level: 2)
            #expect(
                second.findings.map { "\($0.code) \($0.location.path ?? "")" } == [],
                "seed \(seed)\n\(text)\n\(again)")
            #expect(try records(again) == before, "seed \(seed)\n\(text)\n\(again)")
        }
    }

    @Test(arguments: written)
    func `what is rendered from its fields is what they were read from`(name: String) throws {
        let guide = try guide(name)
        let place = try #require(library.guides.firstIndex { $0 === guide })
        for seed in 1...60 as ClosedRange<UInt64> {
            let made = Self.set(guide, seed: seed)
            let text = SetMaker.file(guide, made.segments)
            guard let first = try records(text).first else { continue }
            var node = RenderNode<X12Path>()
            let format = x12(level: 2)
            var framer = format.framer(over: MemorySource(Array(text.utf8)))
            let page = try #require(try framer.next())
            let document = format.parse(page)
            for unit in format.units(ofRecord: 0, in: document) {
                try fields(of: unit, document, guide, into: &node)
            }
            var draft = Draft(guide, place)
            try draft.fill(node)
            let rendered = Self.plain(String(decoding: draft.write(), as: UTF8.self))
            #expect(rendered == first, "seed \(seed)")
        }
    }

    /// The values of a segment as fields with their paths.
    private func fields(
        of unit: Int, _ document: X12Document, _ guide: Guide, into node: inout RenderNode<X12Path>
    ) throws {
        let index = Int(document.units[unit].slot)
        let slot = guide.slots[index]
        let id = segmentName(slot.segment)
        if id == "ST" || id == "SE" || id == "HL" { return }
        let loop = guide.loops[slot.loop].id
        var qualifier = ""
        if let key = slot.qualifier(guide), !slot.keys.isEmpty {
            let value = document.bytes(unit, key.element)
            let parts = value.split(separator: 0x3A, omittingEmptySubsequences: false)
            let text = key.component > 0 ? Array(parts[key.component - 1]) : value
            qualifier = "[" + String(decoding: text, as: UTF8.self) + "]"
        }
        for element in 1...max(1, Int(document.units[unit].count)) {
            let value = String(decoding: document.bytes(unit, element), as: UTF8.self)
            guard !value.isEmpty else { continue }
            let isComposite = guide.spec(index, element).kind == .composite
            let number = (element < 10 ? "0" : "") + String(element)
            let start = (loop.isEmpty ? "" : loop + "/") + id + qualifier
            let parts =
                isComposite
                ? value.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
                : [value]
            for (component, part) in parts.enumerated() where !part.isEmpty {
                let path =
                    start + (qualifier.isEmpty ? "" : "/") + number
                    + (isComposite ? "-\(component + 1)" : "")
                node.fields.append((try x12().path(path), .text(part)))
            }
        }
    }

    @Test(arguments: MadeSetTests.guides.map(\.name))
    func `any prefix and any byte changed gives findings, and an answer without faults`(
        name: String
    ) throws {
        let guide = try guide(name)
        let chance = Chance(7)
        let bytes = Array(SetMaker.file(guide, Self.set(guide, seed: 3).segments).utf8)
        for count in stride(from: 0, to: bytes.count - 1, by: 11) {
            let reading = try readAll(Array(bytes[..<count]))
            #expect(!reading.findings.isEmpty)
            try check(reading)
        }
        let values: [UInt8] = [0x00, 0x0A, 0x1A, 0x20, 0x2A, 0x3A, 0x41, 0x5E, 0x7E, 0xC3]
        for place in stride(from: 0, to: bytes.count, by: 3) {
            var copy = bytes
            copy[place] = values[chance.number(below: values.count)]
            try check(try readAll(copy))
        }
        for _ in 0..<200 {
            var copy = bytes
            for _ in 0..<4 {
                copy[chance.number(below: copy.count)] = UInt8(chance.number(below: 256))
            }
            try check(try readAll(copy))
        }
    }

    private func check(_ reading: Reading) throws {
        let reply = answer(reading).text
        guard !reply.isEmpty else { return }
        let found = try readAll(reply).findings
        #expect(found.map { "\($0.code) \($0.location.path ?? "")" } == [], "\(reply)")
    }
}

/// Seeded chance.
final class Chance {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    /// The next number of xorshift, below `limit`.
    func number(below limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 11) % limit
    }

    /// Whether something of so many in so many happens.
    func isUp(_ count: Int, of all: Int) -> Bool { number(below: all) < count }
}
