import Bytes
import Exchange
import Markup

/// A document without its records: what is left to be checked when each record was checked alone.
///
/// A run of records with the same parent is represented by its first two, as empty elements, so
/// that the envelope's content model sees that records are there. What is found within these is
/// dropped; so are keys, which may refer into records.
struct Skeleton: Sendable {
    private struct Place: Sendable {
        let byte: Int
        let line: Int
        let path: String
        let isRecord: Bool
    }

    /// The most bytes that are kept of an envelope.
    static let limit = 4 * 1024 * 1024

    private var bytes: [UInt8] = []
    private var places: [Place] = []
    private var nameLength = 0
    private var run = 0
    /// Whether all of the envelope was kept.
    private(set) var isWhole = true

    /// Keeps an envelope's start tag.
    mutating func start(_ tag: [UInt8], name: Int, at byte: Int, line: Int, path: String) {
        if places.isEmpty { nameLength = name }
        run = 0
        keep(tag)
        places.append(Place(byte: byte, line: line, path: path, isRecord: false))
    }

    /// Keeps what stands between an envelope's tags. White space does not end a run of records.
    mutating func other(_ text: [UInt8]) {
        guard !text.allSatisfy(Scanner.isSpace) else { return }
        keep(text)
    }

    /// Keeps an envelope's end tag.
    mutating func end(_ tag: [UInt8]) {
        run = 0
        keep(tag)
    }

    /// Notes a record by its start tag.
    mutating func record(_ tag: [UInt8], at byte: Int, line: Int, path: String) {
        run += 1
        guard run <= 2 else { return }
        var empty = tag
        if empty.last == UInt8(ascii: ">") { empty.removeLast() }
        if empty.last == UInt8(ascii: "/") { empty.removeLast() }
        keep(empty + "/>".utf8)
        places.append(Place(byte: byte, line: line, path: path, isRecord: true))
    }

    private mutating func keep(_ more: [UInt8]) {
        guard bytes.count + more.count <= Skeleton.limit, places.count < 20_000 else {
            isWhole = false
            return
        }
        bytes += more
    }

    /// What the schema, or XML alone, has against the envelope.
    func findings(_ schema: Schema?) -> [Finding] {
        guard !places.isEmpty else { return [] }
        guard isWhole else { return [Finding(XMLFinding.envelopeTooLarge)] }
        let piece = Piece(bytes: bytes, range: 0..<bytes.count, nameLength: nameLength)
        let violations = schema?.check(piece) ?? WellFormedness.check(piece)
        return violations.compactMap { violation in
            guard violation.element < places.count, violation.kind != .identity else { return nil }
            let place = places[violation.element]
            // A record's own content was left out; that it stands where none may is told here.
            if place.isRecord, violation.kind != .unexpectedContent { return nil }
            let kind = XMLFinding.kind(violation.kind)
            let path = place.path + (violation.attribute.map { "/@\($0)" } ?? "")
            return Finding(
                Skeleton.wholeFile(kind),
                at: Location(byte: place.byte, line: place.line, path: path), violation.detail)
        }
    }

    /// The same kind, condemning the file.
    private static func wholeFile(_ kind: FindingKind) -> FindingKind {
        FindingKind(
            kind.code, kind.severity, owner: kind.owner, what: kind.what, fix: kind.fix,
            reach: .file)
    }
}
