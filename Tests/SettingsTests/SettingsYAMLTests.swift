import Exchange
import Settings
import Testing

@Suite struct SettingsYAMLTests {
    private func parse(_ text: String) -> (documents: [SettingsNode], findings: [Finding]) {
        SettingsYAML.parse(Array(text.utf8), file: "config/feeds/lab.yaml")
    }

    @Test func `every value knows its line and column`() throws {
        let (documents, findings) = parse("feed: lab\nsource:\n  match: [\"*.hl7\", b]\n")
        #expect(findings == [])
        let match = try #require(documents.first?["source"]?["match"])
        #expect(match.mark == Mark(file: "config/feeds/lab.yaml", line: 3, column: 10))
        #expect(match.list?.last?.mark.column == 20)
        #expect(
            documents.first?.map?.last?.mark
                == Mark(file: "config/feeds/lab.yaml", line: 2, column: 1))
    }

    @Test func `scalars stay text and know whether they were quoted`() {
        let (documents, _) = parse("mode: 0640\nyes: \"yes\"\nn: 1e3\nempty:\n")
        #expect(documents.first?["mode"]?.text == "0640")
        #expect(documents.first?["mode"]?.isQuoted == false)
        #expect(documents.first?["yes"]?.isQuoted == true)
        #expect(documents.first?["n"]?.text == "1e3")
        #expect(documents.first?["empty"]?.text == "")
    }

    @Test func `several documents stand in one file`() {
        let (documents, findings) = parse("feed: a\n---\nfeed: b\n---\n")
        #expect(documents.map { $0["feed"]?.text } == ["a", "b"])
        #expect(findings == [])
    }

    @Test func `a key given twice is a finding`() {
        let (_, findings) = parse("feed: a\nzone: x\nfeed: b\n")
        #expect(findings.map(\.code) == ["SET-105"])
        #expect(findings.first?.message.contains("`feed`") == true)
    }

    @Test func `text that is not YAML is a finding with line and column`() {
        let (documents, findings) = parse("feed: a\n---\nsource: [a, b\nmatch: }\n")
        #expect(findings.map(\.code) == ["SET-104"])
        #expect(findings.first?.location.line == 4)
        #expect(documents.count == 1)
        #expect(parse("a:\n\t- b\n").findings.map(\.code) == ["SET-104"])
    }

    @Test func `bytes that are not UTF-8 are a finding at their line`() {
        let (_, findings) = SettingsYAML.parse(
            [0x61, 0x3A, 0x20, 0x62, 0x0A, 0xFF, 0x0A], file: "x.yaml")
        #expect(findings.map(\.code) == ["SET-104"])
        #expect(findings.first?.location.line == 2)
    }

    @Test func `aliases are followed, and counted`() {
        #expect(parse("a: &x {b: 1}\nc: *x\n").documents.first?["c"]?["b"]?.text == "1")
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...7 {
            let reference = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(reference)]\n"
        }
        #expect(parse(text).findings.map(\.code) == ["SET-106"])
    }

    @Test func `nesting is bounded`() {
        let deep = String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
        #expect(parse("a: " + deep).findings.map(\.code) == ["SET-106"])
        #expect(parse("a: *nowhere\n").findings.map(\.code) == ["SET-104"])
    }
}
