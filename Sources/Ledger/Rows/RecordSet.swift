/// A set of record ids as runs of consecutive ones: a file whose records are all accepted takes
/// one run, however many there are.
public struct RecordSet: Sendable, Hashable, Sequence {
    /// The runs, ascending, apart from each other.
    public private(set) var runs: [ClosedRange<Int64>] = []

    /// No ids.
    public init() {}

    /// These ids, in any order, each as often as may be.
    public init(_ ids: some Sequence<Int64>) {
        var unordered: [Int64] = []
        for id in ids where !append(id) { unordered.append(id) }
        guard !unordered.isEmpty else { return }
        var rest = RecordSet()
        for id in unordered.sorted() { _ = rest.append(id) }
        self = union(rest)
    }

    /// Whether there are none.
    public var isEmpty: Bool { runs.isEmpty }
    /// How many ids there are.
    public var count: Int { runs.reduce(0) { $0 + $1.count } }
    /// The lowest id; nil for none.
    public var first: Int64? { runs.first?.lowerBound }

    /// Adds an id that does not come before the last one.
    /// - Returns: false, and adds nothing, when it does.
    @discardableResult
    public mutating func append(_ id: Int64) -> Bool {
        guard let last = runs.last else {
            runs.append(id...id)
            return true
        }
        if id > last.upperBound + 1 {
            runs.append(id...id)
        } else if id == last.upperBound + 1 {
            runs[runs.count - 1] = last.lowerBound...id
        } else {
            return id == last.upperBound
        }
        return true
    }

    private mutating func append(run: ClosedRange<Int64>) {
        if let last = runs.last, run.lowerBound <= last.upperBound + 1 {
            runs[runs.count - 1] =
                last.lowerBound...Swift.max(last.upperBound, run.upperBound)
        } else {
            runs.append(run)
        }
    }

    /// Whether `id` is one of them.
    public func contains(_ id: Int64) -> Bool {
        var (low, high) = (0, runs.count)
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].upperBound < id { low = middle + 1 } else { high = middle }
        }
        return low < runs.count && runs[low].contains(id)
    }

    /// The ids in either.
    public func union(_ other: RecordSet) -> RecordSet {
        var result = RecordSet()
        var (left, right) = (runs[...], other.runs[...])
        while let one = left.first ?? right.first {
            if let two = right.first, left.isEmpty || two.lowerBound < one.lowerBound {
                result.append(run: two)
                right.removeFirst()
            } else {
                result.append(run: one)
                left.removeFirst()
            }
        }
        return result
    }

    /// The ids in both.
    public func intersection(_ other: RecordSet) -> RecordSet {
        var result = RecordSet()
        var (left, right) = (runs[...], other.runs[...])
        while let one = left.first, let two = right.first {
            let low = Swift.max(one.lowerBound, two.lowerBound)
            let high = Swift.min(one.upperBound, two.upperBound)
            if low <= high { result.append(run: low...high) }
            if one.upperBound < two.upperBound { left.removeFirst() } else { right.removeFirst() }
        }
        return result
    }

    /// The ids that are not in `other`.
    public func subtracting(_ other: RecordSet) -> RecordSet {
        var result = RecordSet()
        var right = other.runs[...]
        for run in runs {
            var low = run.lowerBound
            while let two = right.first, two.upperBound < low { right.removeFirst() }
            var rest = right
            while let two = rest.first, two.lowerBound <= run.upperBound {
                if two.lowerBound > low { result.append(run: low...(two.lowerBound - 1)) }
                low = two.upperBound + 1
                rest.removeFirst()
            }
            if low <= run.upperBound { result.append(run: low...run.upperBound) }
        }
        return result
    }

    /// The ids, ascending.
    public func makeIterator() -> some IteratorProtocol<Int64> {
        runs.lazy.flatMap { $0 }.makeIterator()
    }
}

extension RecordSet: ExpressibleByArrayLiteral {
    /// These ids.
    public init(arrayLiteral ids: Int64...) { self.init(ids) }
}
