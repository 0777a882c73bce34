import Exchange

/// The guides of `schemas/x12/`, compiled once for a format.
final class GuideLibrary: Sendable {
    /// A schema file that is missing or cannot be read.
    static let unreadable = FindingKind(
        "X12-001", .error, owner: .it,
        what: "a guide under schemas/x12 is missing or cannot be read",
        fix: "Restore the file from the release.", reach: .file)
    /// A guide that is not there.
    static let unknown = FindingKind(
        "X12-002", .error, owner: .analyst, what: "a guide is not known",
        fix: "Name one of the guides under schemas/x12.", reach: .file)
    static let kinds = [unreadable, unknown]

    let guides: [Guide]
    /// The index of the envelope's own guide (GS, GE, TA1).
    let controlIndex: Int
    let lists: CodeLists
    let findings: [Finding]

    /// Compiles every `.guide` file of a schema source.
    init(_ schemas: any SchemaSource) {
        let lists = CodeLists(schemas)
        var guides: [Guide] = []
        var controlIndex = 0
        var findings: [Finding] = []
        for file in schemas.list("x12").sorted() where file.hasSuffix(".guide") {
            let name = file.split(separator: "/").last.map(String.init) ?? file
            guard let bytes = schemas.file("x12/\(name)") else { continue }
            switch GuideReader.read(bytes, lists: lists) {
            case .success(let guide):
                if guide.id == "control" { controlIndex = guides.count }
                guides.append(guide)
            case .failure(let fault):
                findings.append(
                    Finding(
                        Self.unreadable, at: Location(line: fault.line, path: "x12/\(name)"),
                        fault.reason))
            }
        }
        if !guides.contains(where: { $0.id == "control" }) {
            findings.append(Finding(Self.unreadable, at: Location(path: "x12/control.guide")))
        }
        self.lists = lists
        self.guides = guides
        self.controlIndex = controlIndex
        self.findings = findings
    }

    /// Whether anything can be read at all.
    var isUsable: Bool { guides.contains { $0.id == "control" } }
    /// The guide at an index.
    subscript(index: Int) -> Guide { guides[index] }
    /// The envelope's own guide.
    var control: Guide { guides[controlIndex] }

    /// The guide for a set of a version (GS08); nil when there is none.
    func guide(set: String, version: String) -> Int? {
        guides.firstIndex { $0.set == set && $0.id == version }
    }
    /// The guide of an identifier, or of identifier and set: `005010X212/276`.
    func index(of name: String) -> Int? {
        guides.firstIndex { $0.key == name } ?? guides.firstIndex { $0.id == name }
    }
    /// Whether some guide has ST01 `set`.
    func knows(set: String) -> Bool { guides.contains { $0.set == set } }
    /// Whether some guide has GS01 `group`.
    func knows(group: String) -> Bool { guides.contains { $0.group == group } }
    /// Whether some guide of GS01 `group` has GS08 `version`.
    func knows(version: String, group: String) -> Bool {
        guides.contains { $0.group == group && $0.id == version }
    }
    /// Whether any guide has a segment of this id.
    func knows(segment: UInt32) -> Bool { guides.contains { $0.segments.contains(segment) } }
}
