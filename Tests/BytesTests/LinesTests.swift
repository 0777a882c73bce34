import Bytes
import Testing

@Suite struct LinesTests {
    private func plainly(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
        range.reduce(0) { sum, index in
            switch bytes[index] {
            case 0x0D: sum + 1
            case 0x0A: index > 0 && bytes[index - 1] == 0x0D ? sum : sum + 1
            default: sum
            }
        }
    }

    @Test func `breaks are counted in any range as one byte at a time counts them`() {
        var seed: UInt64 = 3
        func next() -> UInt64 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return seed >> 33
        }
        let letters: [UInt8] = [0x0D, 0x0A, 0x41, 0xFF, 0x00]
        let bytes = (0..<9000).map { _ in letters[Int(next() % 5)] }
        for _ in 0..<300 {
            let start = Int(next() % 4500)
            let end = start + Int(next() % 4500)
            let found = Lines.breaks(in: bytes.span, start..<end)
            #expect(found == plainly(bytes, start..<end))
        }
        for length in 0..<40 {
            let found = Lines.breaks(in: bytes.span, 0..<length)
            #expect(found == plainly(bytes, 0..<length))
        }
    }

    @Test(arguments: [("", 0), ("a\r\nb", 1), ("\r\r", 2), ("\n\r", 2), ("a\nb\n", 2)])
    func `CR, LF and CRLF each end one line`(text: String, count: Int) {
        let bytes = Array(text.utf8)
        let found = Lines.breaks(in: bytes.span, 0..<bytes.count)
        #expect(found == count)
    }

    @Test func `three bytes are counted wherever they lie`() {
        for place in 0..<70 {
            var bytes = [UInt8](repeating: 0x41, count: 70)
            bytes[place] = 0x7C
            for start in [0, 1, 5, 33] {
                let found = bytes.span.count(of: 0x7C, 0x0D, 0x0A, in: start..<70)
                #expect(found == (place >= start ? 1 : 0))
            }
        }
    }

    @Test func `a skip stops before what it looks for and never behind it`() {
        for place in 0..<70 {
            for byte: UInt8 in [0x7C, 0x07, 0x0D] {
                var bytes = [UInt8](repeating: 0x41, count: 70)
                bytes[place] = byte
                let any = bytes.span.skip(0, 70, without: 0x7C, 0x5E, 0x26, 0x7E)
                #expect(any <= place || any >= 64)
                let one = bytes.span.skipASCII(0, 70, without: 0x7C)
                #expect(one <= place || one >= 64)
                if place < 64 { #expect(place - any < 16 && place - one < 16) }
            }
        }
    }

    @Test func `an intake gives the same bytes and lines however it is taken from`() throws {
        let text = Array(String(repeating: "one\r\ntwo\rthree\n", count: 50).utf8)
        for size in [1, 3, 4, 7, 100] {
            var intake = Intake(MemorySource(text, chunk: 5))
            var all: [UInt8] = []
            while try intake.fill(to: size + 1) || !intake.pending.isEmpty {
                let line = intake.line
                let breaks = Lines.breaks(in: text.span, 0..<all.count)
                #expect(line == 1 + breaks)
                all += intake.take(min(size, intake.pending.count))
                #expect(intake.offset == all.count)
            }
            #expect(all == text)
        }
    }
}
