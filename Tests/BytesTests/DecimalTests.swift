import Bytes
import Testing

@Suite struct ExactDecimalTests {
    @Test func `a plain number is read exactly`() {
        #expect(ExactDecimal("12.50")?.description == "12.5")
        #expect(ExactDecimal("12.50")?.cents == 1250)
        #expect(ExactDecimal("-.05")?.cents == -5)
        #expect(ExactDecimal("+0")?.description == "0")
    }

    @Test(arguments: ["", "-", ".", "1.2.3", "1e3", "1,000", " 1", "+"])
    func `what is no plain number is refused`(text: String) {
        #expect(ExactDecimal(text) == nil)
    }

    @Test func `sums are exact where floating point is not`() {
        var sum = ExactDecimal.zero
        for _ in 0..<10 { sum += ExactDecimal("0.1") ?? .zero }
        #expect(sum == ExactDecimal("1"))
    }

    @Test func `a finer fraction than cents has no cents`() {
        #expect(ExactDecimal("1.005")?.cents == nil)
    }
}
