import Bytes
import Testing

@Suite struct ScanTests {
    @Test func `the first of three bytes is found wherever it stands`() {
        for length in [0, 1, 15, 16, 17, 127, 128, 129, 200, 400] {
            for place in 0..<length {
                for byte in [0x0A, 0x0D, 0x1C] as [UInt8] {
                    var bytes = [UInt8](repeating: 0x8D, count: length)
                    bytes[place] = byte
                    bytes[length - 1] = 0x0D
                    let found = bytes.span.firstIndex(of: 0x0D, or: 0x0A, or: 0x1C, in: 0..<length)
                    #expect(found == place)
                    let behind = bytes.span.firstIndex(
                        of: 0x0D, or: 0x0A, or: 0x1C, in: (place + 1)..<length)
                    #expect(behind == (place + 1 < length ? length - 1 : nil))
                }
            }
        }
    }

    /// Persisted in ledgers: these numbers must never change.
    @Test func `a record's hash is what it always was`() {
        let bytes = (0..<100).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
        for length in 0...bytes.count {
            for start in [0, 3] where start <= length {
                let found = RecordHash.hash(bytes.span, start..<length)
                #expect(found == plainly(Array(bytes[start..<length])))
            }
        }
    }

    /// The hash by its definition, a byte at a time.
    private func plainly(_ bytes: [UInt8]) -> UInt64 {
        func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
            let product = left.multipliedFullWidth(by: right)
            return product.high ^ product.low ^ left
        }
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
            bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
        var rest = bytes[...]
        while rest.count >= 16 {
            let high = word(rest.dropFirst(8).prefix(8)) ^ 0xE703_7ED1_A0B4_28DB
            state = fold(word(rest.prefix(8)) ^ state, high)
            rest = rest.dropFirst(16)
        }
        if rest.count >= 8 {
            state = fold(word(rest.prefix(8)) ^ state, 0x8EBC_6AF0_9C88_C6E3)
            rest = rest.dropFirst(8)
        }
        state = fold(word(rest) ^ state, 0x5899_65CC_7537_4CC3)
        return fold(state, 0x1D8E_4E27_C47D_124F)
    }
}
