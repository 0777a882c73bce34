import Bytes
public import Exchange

/// The second stage: what content is, by its first bytes and never by its name.
public enum Identify {
    /// Content that no format recognizes.
    public static let unknownContent = FindingKind(
        "FIL-201", .error, owner: .it, what: "the content is no known format",
        fix:
            "Ask the sender what this file is; name its format with --as or in the feed's settings.",
        reach: .file)
    /// A file without a byte.
    public static let empty = FindingKind(
        "FIL-202", .error, owner: .it, what: "the file is empty",
        fix: "Ask the sender to send it again, or tell the feed that empty files are usual.",
        reach: .file)
    /// Content of another format than the feed takes.
    public static let otherFormat = FindingKind(
        "FIL-203", .error, owner: .it, what: "the content is not of the feed's format",
        fix: "Look whether the file was dropped into the wrong folder.", reach: .file)
    /// Bytes that could not be read.
    public static let unreadable = FindingKind(
        "FIL-204", .error, owner: .it, what: "the file could not be read to its end",
        fix: "Look at the disk and the file's owner and mode, then run again.", reach: .file)
    /// A format or schema that could not be had.
    public static let noFormat = FindingKind(
        "FIL-205", .error, owner: .analyst, what: "the format or schema asked for is not known",
        fix: "Name one of those that `waybill validate --help` lists.", reach: .file)
    /// All kinds of finding made here.
    public static let kinds = [unknownContent, empty, otherFormat, unreadable, noFormat]

    /// How many bytes are looked at.
    public static let headLength = 64 * 1024

    /// What `head` is: a certain answer before a guess, in the registry's order.
    public static func sniff(_ head: [UInt8], _ registry: Registry) -> Sniffed? {
        let answers = registry.formats.compactMap { $0.sniff(head) }
        return answers.first { $0.isCertain } ?? answers.first
    }
}

/// Bytes already read, and then the rest of the source they came from.
struct ResumedSource: ByteSource {
    private var head: [UInt8]
    private var rest: any ByteSource

    init(head: [UInt8], rest: any ByteSource) {
        self.head = head
        self.rest = rest
    }

    mutating func read(into buffer: inout [UInt8], count: Int) throws(SystemError) -> Int {
        guard !head.isEmpty else { return try rest.read(into: &buffer, count: count) }
        if count >= head.count {
            buffer += head
            defer { head = [] }
            return head.count
        }
        buffer += head[0..<count]
        head.removeSubrange(0..<count)
        return count
    }
}
