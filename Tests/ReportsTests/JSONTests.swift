import Foundation
import Testing

@testable import Reports

@Suite struct `report.json` {
    private func value(_ report: Report) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: report.json())
    }

    @Test(arguments: ["quiet", "trouble", "out-of-balance", "empty", "forty-feeds"])
    func `every sample night conforms to the published schema`(name: String) throws {
        let report = try #require(Samples.all.first { $0.name == name }).report
        let check = try SchemaCheck(file: "report.schema.json")
        #expect(try check.complaints(about: value(report)) == [])
    }

    @Test(
        arguments: [
            (["feeds", "0", "received"], JSONValue.integer(-1)),
            (["feeds", "0", "received"], .string("42")),
            (["verdict", "status"], .string("BLUE")),
            (["provenance", "settings"], .string("abc")),
            (["batch", "opened"], .string("20 November")),
            (["patientName"], .string("x")),
            (["deliveries", "0", "sha256"], nil),
            (["equations", "0", "left", "0", "value"], .number(0.5)),
        ] as [([String], JSONValue?)])
    func `a report that was spoiled does not conform`(path: [String], spoiled: JSONValue?) throws {
        let check = try SchemaCheck(file: "report.schema.json")
        let bad = try value(Samples.trouble).changing(path) { _ in spoiled }
        #expect(check.complaints(about: bad).count == 1)
    }

    @Test func `the same report gives the same bytes, and reads back as itself`() throws {
        for (_, report) in Samples.all {
            let json = try report.json()
            #expect(try report.json() == json)
            #expect(try Report(json: json) == report)
        }
    }

    @Test func `the verdict and the sums stand in it for its readers`() throws {
        let json = try value(Samples.outOfBalance)
        #expect(json["verdict"]?["status"] == .string("RED"))
        #expect(json["verdict"]?["exitCode"] == .integer(4))
        #expect(json["totals"]?["difference"] == .integer(1))
        guard case .array(let equations) = json["equations"], let first = equations.first else {
            Issue.record("no equations")
            return
        }
        #expect(first["name"] == .string("B2"))
        #expect(first["leftSum"] == .integer(44))
        #expect(first["rightSum"] == .integer(43))
        #expect(first["ok"] == .bool(false))
    }

    @Test func `keys stand in alphabetical order`() throws {
        let text = try String(decoding: Samples.empty.json(), as: UTF8.self)
        let keys = text.split(separator: "\n").filter { $0.hasPrefix("  \"") }
        #expect(keys.count == 18)
        #expect(keys == keys.sorted())
    }
}
