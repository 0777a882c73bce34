import Bytes
import CSV
import Exchange
import Synthetic
import Testing

@Suite struct SyntheticChargesTests {
    @Test(arguments: [UInt64(1), 2, 3])
    func `synthetic charges are read without a finding and balance`(seed: UInt64) throws {
        let shelf = Shelf(files: ["csv/charges.json": ChargeTable.schema])
        let node = settings([
            ("type", "csv"), ("schema", "charges"), ("group", "CLAIM"), ("money", "AMOUNT"),
            ("trailer", settings([("match", "TRL"), ("count", "1"), ("total", "2")])),
        ])
        let read = CSVFamily().read(node, schemas: shelf)
        let format = try #require(read.format as? CSVFormat)
        let table = try Table(ChargeTable(claims: 3_000, seed: seed).bytes(), format, chunk: 65_536)
        #expect(table.frames.count == 3_000)
        #expect(table.codes.flatMap { $0 } == [])
        #expect(table.fileCodes.isEmpty)
        #expect(table.closing.declaredCents == table.frames.reduce(0) { $0 + $1.cents })
    }
}
