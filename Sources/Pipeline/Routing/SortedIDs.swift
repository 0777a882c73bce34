/// Record ids in ascending order, each once: sets that take eight bytes a record.
enum SortedIDs {
    /// The ids in either.
    static func union(_ left: [Int64], _ right: [Int64]) -> [Int64] {
        var result: [Int64] = []
        result.reserveCapacity(max(left.count, right.count))
        var (i, j) = (0, 0)
        while i < left.count || j < right.count {
            if j == right.count || (i < left.count && left[i] < right[j]) {
                result.append(left[i])
                i += 1
            } else {
                if i < left.count, left[i] == right[j] { i += 1 }
                result.append(right[j])
                j += 1
            }
        }
        return result
    }

    /// The ids in `left` that are not in `right`.
    static func subtracting(_ left: [Int64], _ right: [Int64]) -> [Int64] {
        var j = 0
        return left.filter { id in
            while j < right.count, right[j] < id { j += 1 }
            return j == right.count || right[j] != id
        }
    }

    /// Whether `id` is in `ids`.
    static func contains(_ ids: [Int64], _ id: Int64) -> Bool {
        var (low, high) = (0, ids.count)
        while low < high {
            let middle = (low + high) / 2
            if ids[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low < ids.count && ids[low] == id
    }
}
