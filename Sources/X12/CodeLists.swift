import Exchange

/// External code lists by name, from `schemas/x12/codes/NAME.codes`: replaceable without a release.
///
/// A file holds codes separated by blanks, `#` begins a comment, and the word `authoritative`
/// alone on a line makes a code that is not listed an error instead of a warning (level 5).
/// Lists that are not there check nothing.
struct CodeLists: Sendable {
    private(set) var names: [String] = []
    private var codes: [[UInt64]] = []
    private var authoritative: [Bool] = []

    /// Reads every list of a schema source.
    init(_ schemas: any SchemaSource) {
        for file in schemas.list("x12/codes").sorted() where file.hasSuffix(".codes") {
            let name = file.split(separator: "/").last.map { String($0.dropLast(6)) } ?? ""
            guard !name.isEmpty, let bytes = schemas.file("x12/codes/\(name).codes") else {
                continue
            }
            var list: Set<UInt64> = []
            var isAuthoritative = false
            for line in bytes.split(separator: 0x0A) where line.first != UInt8(ascii: "#") {
                let words = String(decoding: line, as: UTF8.self).split(separator: " ")
                if words == ["authoritative"] {
                    isAuthoritative = true
                } else {
                    list.formUnion(words.map { packCode(String($0)) })
                }
            }
            names.append(name)
            codes.append(list.sorted())
            authoritative.append(isAuthoritative)
        }
    }

    /// The index of a list; −1 when it is not loaded.
    func index(of name: String) -> Int { names.firstIndex(of: name) ?? -1 }
    /// Whether list `index` has the packed code.
    func contains(_ code: UInt64, in index: Int) -> Bool { codes[index].binarySearch(code) }
    /// The first code of list `index`; nil for an empty list.
    func first(of index: Int) -> String? { codes[index].first.map(codeText) }
    /// Whether an unlisted code is an error.
    func isAuthoritative(_ index: Int) -> Bool { authoritative[index] }
}

extension Collection where Element == UInt64, Index == Int {
    /// Whether a sorted list holds `value`.
    @inline(__always)
    func binarySearch(_ value: UInt64) -> Bool {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = (low + high) / 2
            if self[middle] == value { return true }
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return false
    }
}
