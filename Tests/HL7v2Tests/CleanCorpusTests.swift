import Exchange
import HL7v2
import Testing

@Suite struct CleanCorpusTests {
    @Test(arguments: Corpus.clean().map(\.name))
    func `a clean message has no finding above info`(name: String) throws {
        let message = try #require(Corpus.clean().first { $0.name == name })
        let reading = try HL7.read(message.text)
        #expect(reading.faults == [])
        #expect(reading.texts == [message.text])
        #expect(reading.closing.findings.total == 0)
        #expect(reading.closing.isComplete)
    }

    @Test(arguments: ["2.5", "2.6", "2.7", "2.8"])
    func `a later version is read by 2.5.1 and says so`(version: String) throws {
        let text = Corpus.oru().replacing("|P|2.5.1", with: "|P|\(version)")
        let reading = try HL7.read(text)
        #expect(reading.faults == [])
        #expect(reading.findings.map(\.code) == ["HL7-108"])
    }

    @Test func `a Z segment may stand anywhere`() throws {
        var lines = Corpus.oru().split(separator: "\r").map(String.init)
        for place in [1, 3, 6, 9] { lines.insert("ZDS|1|anything^at all", at: place) }
        #expect(try HL7.read(lines.joined(separator: "\r")).faults == [])
    }

    @Test func `results behind a specimen are results of their order`() throws {
        let text =
            Corpus.oru() + "SPM|1|S1||BLD^Blood^HL70487\rOBX|1|NM|2951-2^Sodium^LN||140|||N|||F\r"
        let format = try HL7.format()
        #expect(try HL7.read(text).faults == [])
        let document = HL7.document(text, as: format)
        let orders = format.occurrences(
            of: try format.path("ORDER_OBSERVATION"),
            within: format.scope(ofRecord: 0, in: document),
            in: document)
        #expect(orders.count == 2)
        let results = format.occurrences(
            of: try format.path("OBSERVATION"), within: orders[1], in: document)
        let values = try results.map {
            format.values(of: try format.path("OBX-3.1"), within: $0, in: document).map(\.text)
        }
        #expect(values == [["718-7"], ["2951-2"]])
    }

    @Test func `resources of an appointment may come in any order with a warning`() throws {
        let lines = Corpus.siu("S12", "2.5.1").split(separator: "\r").map(String.init)
        let moved = (lines.dropLast(3) + [lines[7], lines[6], lines[5]]).joined(separator: "\r")
        let faults = try HL7.read(moved).faults
        #expect(faults == ["HL7-206 AIL", "HL7-206 AIS"])
    }

    @Test(arguments: ["2.4", "2.5.1"])
    func `an order behind a prior result is an order, and a prior result has all it needs`(
        version: String
    ) throws {
        let prior =
            "PID|1||10001^^^CLINIC^MR||TEST^ADA\rORC|RE|OLD1\r"
            + "OBR|1|OLD1||24323-8^CMP^LN|||20261019\rOBX|1|NM|2345-7^Glucose^LN||90||||||F\r"
        let order = "ORC|NW|ORD1\rOBR|1|ORD1||24323-8^CMP^LN\r"
        let text =
            Corpus.segments(
                Corpus.header("OML^O21^OML_O21", version) + "\n\(Corpus.patient)")
            + order + prior + prior.dropFirst(35) + order + "ORC|CA|ORD3\r"
        let format = try HL7.format()
        #expect(try HL7.read(text).faults == [])
        let document = HL7.document(text, as: format)
        let scope = format.scope(ofRecord: 0, in: document)
        let orders = format.occurrences(of: try format.path("ORDER"), within: scope, in: document)
        #expect(orders.count == 3)
        let old = format.occurrences(
            of: try format.path("ORDER_PRIOR"), within: scope, in: document)
        #expect(old.count == 2)
    }

    @Test func `a second order is an order of its own and not a prior one`() throws {
        let text = Corpus.orm("2.5.1").replacing("ORM^O01", with: "OML^O21^OML_O21")
        let format = try HL7.format()
        #expect(try HL7.read(text).faults == [])
        let document = HL7.document(text, as: format)
        let scope = format.scope(ofRecord: 0, in: document)
        let orders = format.occurrences(of: try format.path("ORDER"), within: scope, in: document)
        #expect(orders.count == 2)
        let prior = format.occurrences(
            of: try format.path("PRIOR_RESULT"), within: scope, in: document)
        #expect(prior == [])
    }
}
