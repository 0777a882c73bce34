/// A pattern for file names: `*` is any run of bytes, `?` is one; all else stands for itself.
enum NamePattern {
    /// Whether the whole of `name` fits `pattern`. Linear in practice: one point to go back to.
    static func matches(_ pattern: String, _ name: [UInt8]) -> Bool {
        let wanted = Array(pattern.utf8)
        var p = 0
        var n = 0
        var star: (pattern: Int, name: Int)?
        while n < name.count {
            if p < wanted.count, wanted[p] == UInt8(ascii: "*") {
                star = (p + 1, n)
                p += 1
            } else if p < wanted.count, wanted[p] == UInt8(ascii: "?") || wanted[p] == name[n] {
                p += 1
                n += 1
            } else if let back = star {
                p = back.pattern
                n = back.name + 1
                star = (back.pattern, back.name + 1)
            } else {
                return false
            }
        }
        while p < wanted.count, wanted[p] == UInt8(ascii: "*") { p += 1 }
        return p == wanted.count
    }
}
