import Markup
import Testing

@Suite struct PatternTests {
    @Test func `a pattern matches the whole of a value`() throws {
        let pattern = try #require(Pattern("[A-Z]{2}\\d+"))
        #expect(pattern.match("AB12") == .matches)
        #expect(pattern.match("xAB12") == .differs)
        #expect(pattern.match("AB12 ") == .differs)
    }

    @Test func `what is no expression makes no pattern`() {
        #expect(Pattern("[A-") == nil)
        #expect(Pattern("(") == nil)
    }

    @Test func `a pattern that would backtrack for ever gives up or answers, and says which`()
        throws
    {
        let pattern = try #require(Pattern("(a?){30}a{30}b"))
        let verdict = pattern.match(String(repeating: "a", count: 40))
        #expect(verdict == .gaveUp || verdict == .differs)
    }

    @Test func `a value that is too long is not tried`() throws {
        let pattern = try #require(Pattern("a*"))
        #expect(pattern.match(String(repeating: "a", count: Pattern.lengthLimit + 1)) == .gaveUp)
    }
}
