import Exchange
import Testing

@Suite struct CorpusTests {
    @Test func `the corpus has its cases, each with a name of its own`() {
        #expect(CorpusCase.all.count >= 200)
        #expect(Set(CorpusCase.all.map(\.name)).count == CorpusCase.all.count)
    }

    @Test(arguments: CorpusCase.all)
    func `a defect is found with its code, its place and its answer, and nothing else is`(
        one: CorpusCase
    ) throws {
        #expect(one.faults == [])
        let result = try CaseResult(one)
        #expect(result.records == one.records)
        #expect(result.told.map(\.words) == one.finds)
        #expect(result.infos.map(\.code) == one.infos)
        #expect(result.aboutFile.map(\.code) == one.fileCodes)
        #expect(result.closing.isComplete == !one.fileCodes.contains("HL7-013"))
        #expect(result.closing.parts == one.parts)
        guard !one.answer.isEmpty else { return }
        #expect(result.answer == one.answer)
        #expect(result.errors.told == result.errors.wanted)
    }
}
