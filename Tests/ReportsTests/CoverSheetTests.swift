import Testing

@testable import Reports

@Suite struct `the cover sheet` {
    private static let facts = [
        "claims_20261120T080000Z-01_1.837", Samples.digest, "23", "$17,010.00", "ISA13",
        "000000131", "m.ortiz", "20261120T080000Z-01", "Taken over by",
    ]

    @Test(arguments: facts)
    func `text and page state file, digest, claims, dollars, numbers, who and when`(
        fact: String
    ) throws {
        #expect(Samples.cover.text().contains(fact))
        #expect(try Samples.cover.html().contains(fact))
    }

    @Test func `its text is plain ASCII of at most 80 columns, whatever the names are`() {
        var cover = Samples.cover
        cover.file = String(repeating: "\u{E9}x", count: 90)
        cover.collectedBy = Samples.evil
        let lines = cover.text().split(separator: "\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 80 })
        #expect(cover.text().utf8.allSatisfy { $0 == 0x0A || (0x20...0x7E).contains($0) })
        #expect(cover.text().contains(Samples.digest))
    }

    @Test func `its page is well-formed, self-contained and harmless`() throws {
        var cover = Samples.cover
        cover.file = Samples.evil
        let page = try cover.html()
        #expect(Markup.firstFault(in: page) == nil)
        #expect(!page.contains("<script"))
        #expect(!page.contains(" src="))
        #expect(!page.contains("://"))
    }
}
