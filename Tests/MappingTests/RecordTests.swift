import Bytes
import Exchange
import Mapping
import Testing

@Suite struct RecordTests {
    private let record = Canonical(nodes: [
        .init(
            entity: "patient",
            fields: [
                .init("patient.identifier.mrn", "7"), .init("patient.name.family", "Mu\u{F1}oz"),
            ]),
        .init(
            entity: "diagnosticReport", parent: 0,
            fields: [.init("encounter.identifier", "V1"), .init("diagnosticReport.code", "cbc")]),
        .init(
            entity: "observation", parent: 1,
            fields: [
                .init("observation.value", "a"), .init("observation.value", ""),
                .init("observation.unit", nil),
            ]),
    ])

    @Test func `a record comes back from its bytes as it was`() throws {
        let bytes = CanonicalCodec.encode(record)
        #expect(try CanonicalCodec.decode(bytes) == record)
        #expect(try CanonicalCodec.encode(CanonicalCodec.decode(bytes)) == bytes)
        #expect(
            try CanonicalCodec.decode(CanonicalCodec.encode(Canonical(nodes: []))).nodes.isEmpty)
    }

    @Test func `a record comes back from its packed bytes as it was`() throws {
        let names = Bench.names()
        #expect(Bench.view(record, names).record == record)
        #expect(names.pack(Canonical(nodes: [])).isEmpty)
        let strange = Canonical(nodes: [
            .init(entity: "patient", fields: [.init("patient.of.yore", "x"), .init("other", nil)]),
            .init(entity: "relic", parent: 0, fields: [.init("patient.of.yore", "")]),
            .init(entity: "observation", parent: 1),
            .init(entity: "relic", parent: 0),
        ])
        #expect(Bench.view(strange, names).record == strange, "names without a number are kept")
    }

    @Test func `a digest does not depend on how the names are numbered`() {
        let other = CanonicalNames(
            Bench.model, besides: ["appointment.custom.a", "patient.custom.b"])
        let few = Bench.dictionary(
            "dictionary: d\nsystem: pms\nentity: patient\nformat: pair\nfields: []\n"
        ).dictionary
        #expect(Bench.view(record, other).digest == Bench.view(record, Bench.names(few)).digest)
        var changed = record
        changed.nodes[2].fields[0].value = "b"
        #expect(Bench.view(changed).digest != Bench.view(record).digest)
        changed = record
        changed.nodes[2].parent = 0
        #expect(Bench.view(changed).digest != Bench.view(record).digest)
    }

    @Test func `any cut or changed packed bytes give a record or a fault and never a trap`() {
        let names = Bench.names()
        let bytes = names.pack(record)
        for end in 1..<bytes.count {
            #expect(throws: CanonicalFault.self) { try names.view(Array(bytes[..<end])) }
        }
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                if let read = try? names.view(changed) { #expect(read.bytes == changed) }
            }
        }
        #expect(throws: CanonicalFault.self) { try names.view(bytes + [0]) }
        #expect(throws: CanonicalFault.self) { try names.view([0]) }
    }

    @Test func `null and empty and absent have different bytes and digests`() {
        func digest(_ fields: [Canonical.Field]) -> UInt64 {
            Bench.view(Canonical(nodes: [.init(entity: "patient", fields: fields)])).digest
        }
        let name = "patient.gender"
        #expect(
            Set([digest([]), digest([.init(name, nil)]), digest([.init(name, "")])]).count == 3)
        #expect(digest([.init(name, nil)]) == digest([.init(name, nil)]))
    }

    @Test func `any cut or changed bytes give a record or a fault and never a trap`() {
        let bytes = CanonicalCodec.encode(record)
        for end in bytes.indices {
            #expect(throws: CanonicalFault.self) {
                try CanonicalCodec.decode(Array(bytes[..<end]))
            }
        }
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                if let read = try? CanonicalCodec.decode(changed) {
                    #expect(read != record)
                    for (place, node) in read.nodes.enumerated() {
                        #expect(node.parent ?? -1 < place)
                    }
                }
            }
        }
        #expect(throws: CanonicalFault.self) { try CanonicalCodec.decode(bytes + [0]) }
    }

    @Test(
        arguments: [
            [], [2], [1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
            [1, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [1, 1, 1, 0xFF, 0], [1, 0x80, 0, 0],
            [1, 1, 1, 0x61, 1, 0, 2, 0],
        ] as [[UInt8]])
    func `hostile bytes are a fault in little memory`(bytes: [UInt8]) {
        #expect(throws: CanonicalFault.self) { try CanonicalCodec.decode(bytes) }
    }

    @Test func `each entity of a node gives a row with the keys around it`() {
        let rows = WorkspacePlan(Bench.model, Bench.names()).rows(of: Bench.view(record))
        #expect(rows.map(\.table) == ["patient", "diagnostic_report", "encounter", "observation"])
        #expect(rows.map(\.parent) == [nil, 0, 0, 1])
        let columns = rows[3].values.map { column, place in
            Bench.view(record).withValue(at: place) { value in
                guard let value else { return "\(column)=NULL" }
                return column + "=" + String(decoding: value.copy(0..<value.count), as: UTF8.self)
            }
        }
        #expect(columns == ["value=a", "unit=NULL", "mrn=7", "visit=V1"])
    }

    @Test func `only the columns that a rule reads are filled`() {
        let plan = WorkspacePlan(
            Bench.model, Bench.names(), wanted: ["observation": ["visit", "unit"]])
        let rows = plan.rows(of: Bench.view(record))
        #expect(rows.map(\.table) == ["observation"])
        #expect(rows[0].values.map(\.column) == ["unit", "visit"])
        #expect(
            WorkspacePlan(Bench.model, Bench.names(), wanted: [:]).rows(of: Bench.view(record))
                .isEmpty)
    }

    @Test func `a clinic's own field has a column of its own`() {
        let lot = Canonical(nodes: [
            .init(entity: "patient", fields: [.init("patient.custom.implantLot", "L1")])
        ])
        let rows = WorkspacePlan(Bench.model, Bench.names()).rows(of: Bench.view(lot))
        #expect(rows.first?.values.map(\.column) == ["custom_implant_lot"])
    }

    private func dictionary(_ system: String, _ lines: String...) -> FieldDictionary? {
        let yaml =
            "dictionary: \(system)-patients\nsystem: \(system)\nentity: patient\nformat: csv\nfields:\n"
            + lines.map { "  - \($0)\n" }.joined()
        return Bench.dictionary(yaml).dictionary
    }

    @Test func `dictionaries are joined and their blind spots told`() throws {
        let pms = try #require(
            dictionary(
                "pms", "{from: MRN, as: patient.identifier.mrn, owner: pms}",
                "{from: LOT, as: patient.custom.lot, type: integer, phi: false, note: \"of the implant\"}",
                "{from: RACE, as: patient.race}"))
        let ehr = try #require(
            dictionary(
                "ehr", "{from: PID, as: patient.identifier.mrn, owner: ehr}",
                "{from: SEX, as: patient.gender, required: true}"))
        let joined = DataDictionary(
            reading: [pms], writing: [ehr], model: Bench.model, used: ["patient.race"])
        #expect(
            joined.rows.map(\.field) == [
                "patient.custom.lot", "patient.gender", "patient.identifier.mrn", "patient.race",
            ])
        #expect(joined.rows[0].notes == ["of the implant"] && joined.rows[0].type == .integer)
        #expect(
            joined.rows[2].uses.map { "\($0.system) \($0.notation) \($0.direction)" } == [
                "pms MRN read", "ehr PID write",
            ])
        #expect(joined.rows[2].owner == "pms" && joined.rows[2].phi)
        #expect(joined.findings.map(\.code).sorted() == ["MAP-221", "MAP-222", "MAP-223"])
        let nowhere = joined.findings.first { $0.code == "MAP-222" }
        #expect(nowhere?.location.path == "test.yaml:7:5")
    }
}
