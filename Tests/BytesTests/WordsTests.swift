import Testing

@testable import Bytes

@Suite struct WordsTests {
    @Test func `a word holds its first byte lowest, wherever the span ends`() {
        let bytes = Array("ABCDEFGHIJ".utf8)
        let span = bytes.span
        for start in 0...10 {
            for count in 0...min(8, 10 - start) {
                let wanted = (0..<count).reversed().reduce(UInt64(0)) {
                    $0 << 8 | UInt64(bytes[start + $1])
                }
                let word = span.word(at: start, count: count)
                #expect(word == wanted)
            }
        }
        let whole = span.eight(at: 2)
        #expect(whole == span.word(at: 2, count: 8))
    }

    @Test func `questions about a word are answered for every byte in every place`() {
        for place in 0..<8 {
            for value in UInt64(0)...255 {
                let shift = UInt64(place * 8)
                let word = ByteWord.all(0x35) & ~(0xFF << shift) | value << shift
                let isOther = value != 0x35
                let top = UInt64(0x80) << shift
                #expect(ByteWord.unprintable(word) == (0x20...0x7E ~= value ? 0 : top))
                #expect(ByteWord.isDigits(word) == (0x30...0x39 ~= value))
                if isOther {
                    #expect(ByteWord.places(word, ByteWord.all(UInt8(value))) == top)
                    #expect(ByteWord.count(ByteWord.places(word, ByteWord.all(0x35))) == 7)
                }
            }
        }
    }

    @Test(arguments: ["20261120", "00000000", "99999999", "12345678"])
    func `eight digits are one number`(text: String) {
        let bytes = Array(text.utf8)
        let span = bytes.span
        let number = ByteWord.number(span.eight(at: 0))
        #expect(number == Int(text))
    }

    @Test func `the first place of a byte is found whatever the length of the run`() {
        for length in 0..<150 {
            for place in [0, 1, 7, 8, 15, 16, 63, 64, 65, 100, 149] {
                var bytes = [UInt8](repeating: 0x41, count: length)
                if place < length { bytes[place] = 0x7E }
                let span = bytes.span
                let found = span.firstIndex(of: 0x7E, in: 0..<length)
                #expect(found == (place < length ? place : nil))
            }
        }
    }

    @Test func `lines are counted alike with and without carriage returns`() {
        let text = String(repeating: "ABC\nDE\n\nFGHIJKLMN\n", count: 9)
        let plain = Array(text.utf8)
        let windows = Array(
            text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
                .utf8)
        let count = Lines.breaks(in: plain.span, 0..<plain.count)
        let same = Lines.breaks(in: windows.span, 0..<windows.count)
        #expect(count == 36)
        #expect(same == 36)
        let rest = Lines.breaks(in: plain.span, 4..<plain.count)
        #expect(rest == 35)
    }
}
