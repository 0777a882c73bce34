/// Line numbers as a person's editor counts them: CR, LF and CRLF each end one line.
public enum Lines {
    /// How many lines end within `range`. A CRLF that `range` cuts in two counts where its LF is
    /// when the CR lies before `range`, never twice.
    public static func breaks(in bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        guard !range.isEmpty else { return 0 }
        // Most content has no CR: then the line feeds are all there is, and are counted eight
        // bytes at a time.
        if bytes.firstIndex(of: 0x0D, in: max(0, range.lowerBound - 1)..<range.upperBound) == nil {
            return lineFeeds(in: bytes, range)
        }
        return breaksWithReturns(in: bytes, range)
    }

    private static func lineFeeds(in bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        let pattern = ByteWord.all(0x0A)
        var count = 0
        var index = range.lowerBound
        while index + 8 <= range.upperBound {
            count &+= ByteWord.count(ByteWord.places(bytes.eight(at: index), pattern))
            index += 8
        }
        while index < range.upperBound {
            if bytes[index] == 0x0A { count += 1 }
            index += 1
        }
        return count
    }

    private static func breaksWithReturns(in bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        var count = 0
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            if byte == 0x0A {
                if index == 0 || bytes[index - 1] != 0x0D { count += 1 }
            } else if byte == 0x0D {
                count += 1
            }
            index += 1
        }
        return count
    }
}
