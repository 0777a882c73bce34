import Foundation
import Testing

@testable import Reports

@Suite struct `the page` {
    private static let names = Samples.all.map(\.name)

    private func page(_ name: String) throws -> String {
        try #require(Samples.all.first { $0.name == name }).report.html()
    }

    private func count(_ text: String, in page: String) -> Int {
        page.components(separatedBy: text).count - 1
    }

    @Test(arguments: names)
    func `it is self-contained: no script, nothing fetched`(name: String) throws {
        let page = try page(name)
        for forbidden in [
            "<script", "<link", "<img", "<iframe", "<object", "<embed", "@import", "url(", " src=",
            "<base", "<form", "javascript:", "srcset",
        ] {
            #expect(!page.contains(forbidden), "\(forbidden)")
        }
        #expect(count("href=\"", in: page) == count("href=\"#", in: page))
        #expect(!page.contains("http://") || name == "hostile")
        #expect(!page.contains("https://"))
        #expect(page.contains("default-src 'none'; style-src 'unsafe-inline'"))
    }

    @Test(arguments: names)
    func `behind each picture stands a table, and each picture has a title`(name: String) throws {
        let figures = try page(name).components(separatedBy: "<figure").dropFirst()
        #expect(figures.count == 4)
        for rest in figures {
            let figure = rest.components(separatedBy: "</figure>")[0]
            #expect(count("<svg", in: figure) == 1)
            #expect(figure.contains("role=\"img\""))
            #expect(figure.contains("<title id="))
            #expect(figure.contains("<details><summary>"))
            #expect(figure.contains("<table>") || figure.contains("class=\"empty\""))
        }
    }

    @Test(arguments: names)
    func `every table has a caption, and every heading cell a scope`(name: String) throws {
        let page = try page(name)
        #expect(count("<table>", in: page) == count("<caption>", in: page))
        #expect(count("<th", in: page) - count("<thead", in: page) == count("<th scope=", in: page))
        #expect(count("<h1", in: page) == 1)
        #expect(count("<main", in: page) == 1)
        #expect(page.contains("<html lang=\"en\">"))
    }

    @Test(arguments: names)
    func `its elements are closed in order`(name: String) throws {
        #expect(Markup.firstFault(in: try page(name)) == nil)
    }

    @Test(arguments: names)
    func `no id is given twice and every link has its target`(name: String) throws {
        let page = try page(name)
        let ids = page.matches(of: /\ id="([^"]*)"/).map { String($0.1) }
        #expect(ids.count == Set(ids).count)
        for link in page.matches(of: /href="#([^"]*)"/) { #expect(ids.contains(String(link.1))) }
        for label in page.matches(of: /aria-labelledby="([^"]*)"/) {
            #expect(ids.contains(String(label.1)))
        }
    }

    @Test func `hostile text is shown and does nothing`() throws {
        let page = try page("hostile")
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(!page.contains("<script"))
        #expect(count("</style>", in: page) == 1)
        let scalars = page.unicodeScalars
        #expect(!scalars.contains("\u{202E}"))
        #expect(!scalars.contains("\u{1B}"))
        #expect(Markup.attributes(in: page).allSatisfy { !$0.hasPrefix("on") })
    }

    @Test func `a quotation mark under an accent is escaped as well`() {
        #expect(
            Array(HTML(escaping: "\"\u{301}<\u{338}").renderText.utf8)
                == Array("&quot;\u{301}&lt;\u{338}".utf8))
    }

    @Test func `verdict, sentence and next action come first`() throws {
        let page = try page("trouble")
        let verdict = try #require(page.range(of: "AMBER</span>"))
        let next = try #require(page.range(of: "Call noc: portal-forms did not come (due 01:30)"))
        let pictures = try #require(page.range(of: "At a glance"))
        #expect(verdict.upperBound < next.lowerBound)
        #expect(next.upperBound < pictures.lowerBound)
        #expect(page.contains("<header class=\"banner amber\">"))
        #expect(page.contains("<title>AMBER - Waybill 20261120T080000Z-01</title>"))
    }

    @Test(arguments: [
        "$18,450.00", "HL7-204", "EFT0099127", "9f86d081884c7d65", "ISA13 000000131", "LAB-201",
        "m.ortiz", "IMPLANT_LOT", "America/Chicago", "acme-noc", "awaiting 277CA", "re-read",
        "Ask the lab to send the result again", "9,312.40 CLP04 - 150.00 PLB", "OBX-18",
    ])
    func `it shows the key facts of each section`(fact: String) throws {
        #expect(try page("trouble").contains(fact))
    }

    @Test func `sections 1 to 11 follow each other`() throws {
        let page = try page("quiet")
        let numbers = page.matches(of: /<section id="s([0-9]+)"/).compactMap { Int($0.1) }
        #expect(numbers == Array(1...11))
    }

    @Test func `the broken equations stand above everything that is fine`() throws {
        let page = try page("out-of-balance")
        let alarm = try #require(page.range(of: "3 equations fail"))
        let figures = try #require(page.range(of: "<dl class=\"key\">"))
        #expect(alarm.upperBound < figures.lowerBound)
        #expect(try !self.page("quiet").contains("class=\"alarm\""))
    }

    @Test func `of many broken equations the first stand above, all of them in section 1`() throws {
        let page = try page("forty-feeds")
        let parts = page.components(separatedBy: "<section id=\"s1\"")
        #expect(parts[0].contains("12 equations fail"))
        #expect(count(">NOT OK<", in: parts[0]) == 5)
        #expect(count(">NOT OK<", in: parts[1]) == 12)
    }

    @Test func `paper opens what the screen folds, and repeats the heads of tables`() throws {
        let page = try page("quiet")
        let print = try #require(page.range(of: "@media print"))
        let rules = page[print.lowerBound...]
        #expect(rules.contains("details::details-content{content-visibility:visible"))
        #expect(rules.contains("thead{display:table-header-group}"))
    }
}
