import Bytes

/// What a page's records need from around them: delimiters, guide, envelope, and the segments of
/// the loops they lie in (submitter, billing provider, subscriber, payer, patient).
///
/// The bytes are copies, so that any record of the page can be parsed alone with the same context:
/// it is found by its number in the file. A *block* is a run of segments that stand before records
/// and belong to one HL (or, the first, to the head of the set).
public struct X12Context: Sendable {
    /// A run of segments that records lie beneath.
    struct Block: Sendable {
        /// Where it lies in `bytes`.
        var range: Range<Int>
        /// The block it lies beneath; −1 for the head of the set.
        var parent: Int
        /// The byte of the content where it begins.
        var offset: Int
        /// The position in its set of its first segment, ST being 1.
        var position: Int
        /// The record whose check reports on it; 0 for none.
        var reporter: Int
        /// How many loops of its kind its parent had before it.
        var occurrence: Int
    }

    /// What belongs to one record.
    struct Record: Sendable {
        /// Its number in the file.
        var number: Int
        /// The innermost block around it; −1 when it is the whole set, or a TA1.
        var block: Int
        /// The position in its set of its first segment.
        var position: Int
        /// How many records its block had before it.
        var occurrence: Int
    }

    /// The separators of the interchange.
    public var delimiters: Delimiters
    /// Index in the format's guides.
    var guide: Int
    /// The guide's key, by which a saved context finds it again.
    var guideKey = ""
    /// ISA, GS and the blocks.
    var bytes: [UInt8] = []
    /// The ISA in `bytes`, without its terminator.
    var isa = 0..<0
    /// The GS in `bytes`, without its terminator.
    var gs = 0..<0
    var blocks: [Block] = []
    var records: [Record] = []

    /// The entry of record `number`.
    func record(_ number: Int) -> Record? {
        guard let first = records.first else { return nil }
        let index = number - first.number
        if records.indices.contains(index), records[index].number == number {
            return records[index]
        }
        return records.first { $0.number == number }
    }
}
