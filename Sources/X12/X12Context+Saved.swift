public import Exchange

/// A page context that can be saved, and narrowed to one record before.
///
/// A context holds the bytes of the loops around its records (submitter, billing provider,
/// subscriber, payer, patient), and so do the bytes it is saved as: they are data, to be kept where
/// records are kept. Offsets in the content are saved too, so that findings keep their places.
extension X12Context: SavedContext {
    private static let version: UInt8 = 1

    /// The context of record `number` alone: ISA, GS, and the chain of blocks it lies in; nil when
    /// the page does not have that record.
    public func narrowed(toRecord number: Int) -> X12Context? {
        guard var own = record(number) else { return nil }
        var made = self
        made.bytes = Array(bytes[isa]) + bytes[gs]
        made.isa = 0..<isa.count
        made.gs = isa.count..<(isa.count + gs.count)
        made.blocks = []
        var chain: [Block] = []
        var index = own.block
        while blocks.indices.contains(index), chain.count <= blocks.count {
            chain.append(blocks[index])
            index = blocks[index].parent
        }
        for block in chain.reversed() {
            var copy = block
            copy.range = made.bytes.count..<(made.bytes.count + block.range.count)
            copy.parent = made.blocks.count - 1
            made.bytes += bytes[block.range]
            made.blocks.append(copy)
        }
        own.block = made.blocks.count - 1
        made.records = [own]
        return made
    }

    /// The context as bytes: a version, the guide's key, and the tables as they are.
    public var saved: [UInt8] {
        var writer = ContextWriter()
        writer.bytes = [Self.version]
        writer.add(Array(guideKey.utf8))
        writer.add([
            delimiters.element, delimiters.component, delimiters.repetition, delimiters.segment,
        ])
        writer.add(bytes)
        writer.add(isa)
        writer.add(gs)
        writer.add(blocks.count)
        for block in blocks {
            writer.add(block.range)
            for value in [
                block.parent, block.offset, block.position, block.reporter, block.occurrence,
            ] {
                writer.add(value)
            }
        }
        writer.add(records.count)
        for record in records {
            for value in [record.number, record.block, record.position, record.occurrence] {
                writer.add(value)
            }
        }
        return writer.bytes
    }

    /// Reads what `saved` wrote; nil when it is not whole, of another version, or of a guide that
    /// `index` does not find.
    init?(saved: [UInt8], guide index: (String) -> Int?) {
        guard saved.first == Self.version else { return nil }
        var reader = ContextReader(saved, from: 1)
        guard let id = reader.run(), let four = reader.run(), four.count == 4,
            let guide = index(String(decoding: id, as: UTF8.self)), let bytes = reader.run(),
            let isa = reader.range(in: bytes.count), let gs = reader.range(in: bytes.count),
            let blockCount = reader.number(), blockCount >= 0, blockCount <= saved.count
        else { return nil }
        self.init(
            delimiters: Delimiters(
                element: four[0], component: four[1], repetition: four[2], segment: four[3]),
            guide: guide, guideKey: String(decoding: id, as: UTF8.self))
        self.bytes = bytes
        self.isa = isa
        self.gs = gs
        for place in 0..<blockCount {
            guard let range = reader.range(in: bytes.count), let parent = reader.number(),
                parent >= -1, parent < place, let offset = reader.number(),
                let position = reader.number(), let reporter = reader.number(),
                let occurrence = reader.number()
            else { return nil }
            blocks.append(
                Block(
                    range: range, parent: parent, offset: offset, position: position,
                    reporter: reporter, occurrence: occurrence))
        }
        guard let recordCount = reader.number(), recordCount >= 0, recordCount <= saved.count else {
            return nil
        }
        for _ in 0..<recordCount {
            guard let number = reader.number(), let block = reader.number(), block >= -1,
                block < blockCount, let position = reader.number(),
                let occurrence = reader.number()
            else { return nil }
            records.append(
                Record(number: number, block: block, position: position, occurrence: occurrence))
        }
        guard reader.isAtEnd else { return nil }
    }
}

extension X12Format: ContextRestoring {
    /// The context of a re-opened page; nil when the bytes are not whole or their guide is gone.
    public func context(saved: [UInt8]) -> (any Sendable)? {
        X12Context(saved: saved) { id in guides.guides.firstIndex { $0.key == id } }
    }
}

/// Writes numbers of eight bytes, lowest first, and runs of bytes with their length in front.
private struct ContextWriter {
    var bytes: [UInt8] = []

    mutating func add(_ value: Int) {
        var rest = UInt64(bitPattern: Int64(value))
        for _ in 0..<8 {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
    mutating func add(_ range: Range<Int>) {
        add(range.lowerBound)
        add(range.upperBound)
    }
    mutating func add(_ run: [UInt8]) {
        add(run.count)
        bytes += run
    }
}

/// Reads what `ContextWriter` wrote.
private struct ContextReader {
    private let bytes: [UInt8]
    private var place: Int

    init(_ bytes: [UInt8], from place: Int) {
        self.bytes = bytes
        self.place = place
    }

    var isAtEnd: Bool { place == bytes.count }

    mutating func number() -> Int? {
        guard bytes.count - place >= 8 else { return nil }
        var value: UInt64 = 0
        for index in (place..<(place + 8)).reversed() { value = value << 8 | UInt64(bytes[index]) }
        place += 8
        return Int(Int64(bitPattern: value))
    }

    /// A range within `0..<limit`.
    mutating func range(in limit: Int) -> Range<Int>? {
        guard let start = number(), let end = number(), start >= 0, start <= end, end <= limit
        else { return nil }
        return start..<end
    }

    mutating func run() -> [UInt8]? {
        guard let count = number(), count >= 0, count <= bytes.count - place else { return nil }
        defer { place += count }
        return Array(bytes[place..<(place + count)])
    }
}
