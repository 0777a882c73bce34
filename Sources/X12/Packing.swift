import Bytes

/// Packs up to three bytes of a segment id into a number, the first highest; 0 for a longer id.
@inline(__always)
func packSegment(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt32 {
    if end - start > 3 { return 0 }
    var value: UInt32 = 0
    var index = start
    while index < end {
        value = value << 8 | UInt32(bytes[index])
        index += 1
    }
    return value
}

/// Packs a segment id.
func packSegment(_ text: String) -> UInt32 { text.utf8.reduce(0) { $0 << 8 | UInt32($1) } }

/// The id that was packed.
func segmentName(_ packed: UInt32) -> String {
    var bytes: [UInt8] = []
    for shift in [24, 16, 8, 0] as [UInt32] {
        let byte = UInt8(truncatingIfNeeded: packed >> shift)
        if byte != 0 { bytes.append(byte) }
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// Packs a code: up to eight bytes as they are, the first lowest; longer ones as a hash.
@inline(__always)
func packCode(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
    // A NUL at the end would be lost among the zeros that fill the word.
    if end - start <= 8, end == start || bytes[end - 1] != 0 {
        return bytes.word(at: start, count: end - start)
    }
    return packLong(bytes, start, end)
}

/// The same of a range.
@inline(__always)
func packCode(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
    packCode(bytes, range.lowerBound, range.upperBound)
}

private func packLong(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
    var value: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in start..<end { value = (value ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
    return value | 0x8000_0000_0000_0000
}

/// Packs a code.
func packCode(_ text: String) -> UInt64 {
    let bytes = Array(text.utf8)
    let value = packCode(bytes.span, 0, bytes.count)
    return value
}

/// The code that was packed; empty for one that was hashed.
func codeText(_ packed: UInt64) -> String {
    guard packed >> 63 == 0 else { return "" }
    var bytes: [UInt8] = []
    var rest = packed
    while rest != 0 {
        bytes.append(UInt8(truncatingIfNeeded: rest))
        rest >>= 8
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// A code of one to three characters, packed as `packCode` does; the compiler folds it.
@inline(__always)
func code(_ a: Unicode.Scalar) -> UInt64 { UInt64(a.value) }
@inline(__always)
func code(_ a: Unicode.Scalar, _ b: Unicode.Scalar) -> UInt64 {
    UInt64(a.value) | UInt64(b.value) << 8
}
@inline(__always)
func code(_ a: Unicode.Scalar, _ b: Unicode.Scalar, _ c: Unicode.Scalar) -> UInt64 {
    UInt64(a.value) | UInt64(b.value) << 8 | UInt64(c.value) << 16
}

extension Span where Element == UInt8 {
    /// Whether two ranges hold the same bytes.
    func same(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        for place in 0..<left.count
        where self[left.lowerBound + place] != self[right.lowerBound + place] { return false }
        return true
    }

    /// Whether the bytes in `range` spell `text`.
    @inline(__always)
    func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
        range.count == text.utf8CodeUnitCount && starts(at: range.lowerBound, with: text)
    }

    /// Whether the bytes in `range` spell a packed code of at most eight bytes.
    @inline(__always)
    func isCode(_ range: Range<Int>, _ packed: UInt64) -> Bool {
        range.count <= 8 && word(at: range.lowerBound, count: range.count) == packed
            && (range.isEmpty || self[range.upperBound - 1] != 0)
    }
}

/// Packed ids of the segments that the code knows by name.
enum ID {
    @inline(__always) static var isa: UInt32 { 0x495341 }
    @inline(__always) static var iea: UInt32 { 0x494541 }
    @inline(__always) static var gs: UInt32 { 0x4753 }
    @inline(__always) static var ge: UInt32 { 0x4745 }
    @inline(__always) static var st: UInt32 { 0x5354 }
    @inline(__always) static var se: UInt32 { 0x5345 }
    @inline(__always) static var ta1: UInt32 { 0x544131 }
    @inline(__always) static var hl: UInt32 { 0x484c }
    @inline(__always) static var stc: UInt32 { 0x535443 }
    @inline(__always) static var qty: UInt32 { 0x515459 }
    @inline(__always) static var ak9: UInt32 { 0x414b39 }
    @inline(__always) static var lx: UInt32 { 0x4c58 }
    @inline(__always) static var clm: UInt32 { 0x434c4d }
    @inline(__always) static var sv1: UInt32 { 0x535631 }
    @inline(__always) static var sv2: UInt32 { 0x535632 }
    @inline(__always) static var sv3: UInt32 { 0x535633 }
    @inline(__always) static var cas: UInt32 { 0x434153 }
    @inline(__always) static var amt: UInt32 { 0x414d54 }
    @inline(__always) static var svd: UInt32 { 0x535644 }
    @inline(__always) static var nm1: UInt32 { 0x4e4d31 }
    @inline(__always) static var n1: UInt32 { 0x4e31 }
    @inline(__always) static var n3: UInt32 { 0x4e33 }
    @inline(__always) static var n4: UInt32 { 0x4e34 }
    @inline(__always) static var dmg: UInt32 { 0x444d47 }
    @inline(__always) static var ref: UInt32 { 0x524546 }
    @inline(__always) static var dtp: UInt32 { 0x445450 }
    @inline(__always) static var hi: UInt32 { 0x4849 }
    @inline(__always) static var sbr: UInt32 { 0x534252 }
    @inline(__always) static var clp: UInt32 { 0x434c50 }
    @inline(__always) static var svc: UInt32 { 0x535643 }
    @inline(__always) static var plb: UInt32 { 0x504c42 }
    @inline(__always) static var bpr: UInt32 { 0x425052 }
    @inline(__always) static var bht: UInt32 { 0x424854 }
    @inline(__always) static var ts3: UInt32 { 0x545333 }
    @inline(__always) static var lin: UInt32 { 0x4c494e }
    @inline(__always) static var prv: UInt32 { 0x505256 }
}
