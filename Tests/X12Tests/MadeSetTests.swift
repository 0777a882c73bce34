import Bytes
import Exchange
import Testing

@testable import X12

/// Sets made from the guides' own data.
@Suite struct MadeSetTests {
    /// Every transaction but the envelope's own.
    static let guides = library.guides.filter { $0.id != "control" }

    @Test(arguments: guides.map(\.name))
    func `each slot and loop that a guide has may stand in a valid file`(name: String) throws {
        let guide = try #require(Self.guides.first { $0.name == name })
        var wrong: [String] = []
        for item in guide.items.indices {
            let made = SetMaker.least(guide, with: item)
            let reading = try readAll(SetMaker.file(guide, made.segments), level: 2)
            let faults = reading.findings.filter { $0.code != "X12-143" }
            if !faults.isEmpty || reading.records.isEmpty {
                let slot = guide.slots[guide.slot(guide.items[item])]
                wrong.append(
                    "\(guide.loops[slot.loop].id)/\(segmentName(slot.segment)): "
                        + faults.prefix(3).map { "\($0.code) \($0.location.path ?? "")" }
                        .joined(separator: ", ") + "\n" + made.segments.joined(separator: "\n"))
            }
        }
        #expect(
            wrong.count == 0,
            "\(wrong.count) of \(guide.items.count)\n\(wrong.prefix(3).joined(separator: "\n\n"))")
    }
}
