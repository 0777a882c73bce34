public import Exchange
import Markup

/// Turns an implementation guide in NIST's format (the XML of IGAMT and of its validation engine)
/// into an overlay.
///
/// A guide is several documents: the profile (`ConformanceProfile`), constraints and predicates
/// (`ConformanceContext`), value sets (`ValueSetLibrary`), and sometimes bindings
/// (`ValueSetBindingsContext`). They are known by their root elements, whatever the files are
/// called. What is not translated is a finding each, and is listed in the overlay as well.
public struct NISTImport {
    /// One document.
    public struct File: Sendable {
        /// Its name, for findings.
        public let name: String
        /// Its bytes.
        public let bytes: [UInt8]

        /// Names a document.
        public init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// What came of an import.
    public struct Result: Sendable {
        /// The overlay's file; nil when there is no profile among the documents.
        public let overlay: [UInt8]?
        /// What is not translated (warnings), and what NIST's engine does not check either (info).
        public let findings: [Finding]
        /// How much is in it: messages, segments, types, value sets, statements, conditions.
        public let counts: [(what: String, count: Int)]
    }

    /// The profile so far.
    var profile = Profile()
    private(set) var findings: [Finding] = []
    /// The value sets of the library, by identifier.
    var library: [String: ValueSet] = [:]
    /// Value sets that the library excludes from validation.
    var excluded: Set<String> = []
    /// Those of them that something names, and that were told.
    var toldExcluded: Set<String> = []
    /// Where the targets of predicates are, so that conditional elements without one are told.
    var targets: Set<String> = []
    /// The structure id of each message, by which constraints name it.
    var structures: [String: String] = [:]
    private var file = ""

    /// Imports `files` as the overlay `name`.
    ///
    /// - Parameters:
    ///   - message: the id of the message wanted, where the profile has several of one kind.
    ///   - schemas: the schemas that it lies over, against which the overlay is tried.
    public static func run(
        _ files: [File], as name: String, message: String?, schemas: any SchemaSource
    ) -> Result {
        var made = NISTImport()
        made.profile.name = name
        made.read(files, message)
        guard !made.profile.messages.isEmpty else {
            if made.findings.isEmpty {
                made.leftOut(ProfileFinding.broken, "no document is a ConformanceProfile")
            }
            return Result(overlay: nil, findings: made.findings, counts: [])
        }
        made.profile.leftOut = made.findings.map { finding in
            "\(finding.location.path ?? ""): \(finding.detail)"
        }
        let bytes = ProfileWriter.write(made.profile)
        return Result(
            overlay: bytes, findings: made.findings + tried(bytes, name, schemas),
            counts: made.counts)
    }

    private var counts: [(what: String, count: Int)] {
        [
            ("message", profile.messages.count), ("segment", profile.segments.count),
            ("data type", profile.types.count), ("value set", profile.valueSets.count),
            ("statement", profile.statements.count), ("condition", profile.conditions.count),
        ]
    }

    /// What reading the overlay back and compiling it finds.
    private static func tried(
        _ bytes: [UInt8], _ name: String, _ schemas: any SchemaSource
    ) -> [Finding] {
        let file = "\(ProfileStore.folder)\(name).yaml"
        let (read, broken) = ProfileReader.read(bytes, file: file)
        guard let read else { return broken }
        let (loaded, faults) = HL7v2Family.load(schemas)
        guard let loaded else { return faults }
        var compiler = ProfileCompiler(read, schemas: loaded, file: file)
        return compiler.compile().findings
    }

    private mutating func read(_ files: [File], _ message: String?) {
        var roots: [(name: String, root: Element)] = []
        for item in files.sorted(by: { $0.name < $1.name }) {
            guard let root = Element.read(item.bytes) else {
                file = item.name
                leftOut("the document is not well-formed XML, or has a DTD")
                continue
            }
            roots.append((item.name, root))
        }
        // Codes and types first: what refers to them comes after.
        let order = [
            "ValueSetLibrary", "ConformanceProfile", "ValueSetBindingsContext",
            "ConformanceContext",
        ]
        for kind in order {
            for item in roots where item.root.name == kind {
                file = item.name
                switch kind {
                case "ValueSetLibrary": valueSets(item.root)
                case "ConformanceProfile": profile(item.root, message)
                case "ValueSetBindingsContext": bindings(item.root)
                default: constraints(item.root)
                }
            }
        }
        // Many guides come with co-constraints and slicing that are empty.
        for item in roots where !order.contains(item.root.name) {
            file = item.name
            let isKnown = ["CoConstraintContext", "ProfileSlicing"].contains(item.root.name)
            if !isKnown { leftOut("a document `\(item.root.name)`", item.root) }
            for child in item.root.children where isKnown {
                leftOut("`\(child.name)` in `\(item.root.name)`", child)
            }
        }
        file = "profile"
        unconditioned()
        keepUsedValueSets()
    }

    /// Adds a finding about something that is not translated.
    mutating func leftOut(_ detail: String, _ element: Element? = nil) {
        leftOut(ProfileFinding.leftOut, detail, element)
    }

    /// Adds a note about something that NIST's engine does not check either.
    mutating func unchecked(_ detail: String, _ element: Element? = nil) {
        leftOut(ProfileFinding.unchecked, detail, element)
    }

    private mutating func leftOut(
        _ kind: FindingKind, _ detail: String, _ element: Element? = nil
    ) {
        let place = element.map { "\(file):\($0.line)" } ?? file
        findings.append(
            Finding(kind, at: Location(line: element?.line, path: place), detail))
    }

    /// Reports attributes and children that nothing here reads.
    mutating func expect(
        _ element: Element, _ attributes: Set<String>, children: Set<String> = []
    ) {
        for name in element.attributes.keys.sorted()
        where !attributes.contains(name) && element[name] != nil {
            leftOut("attribute `\(name)` of `\(element.name)`", element)
        }
        for child in element.children where !children.contains(child.name) {
            leftOut("`\(child.name)` in `\(element.name)`", child)
        }
    }

    /// Conditional elements without a predicate cannot be checked.
    private mutating func unconditioned() {
        func part(_ owner: String, _ part: PartProfile) -> String? {
            let identity = "\(owner)/\(part.number)"
            return part.usage == .conditional && !targets.contains(identity) ? identity : nil
        }
        var open: [String] = []
        for segment in profile.segments {
            open += segment.fields.compactMap { part("segment \(segment.id)", $0) }
        }
        for type in profile.types { open += type.parts.compactMap { part("type \(type.id)", $0) } }
        for message in profile.messages {
            open += Self.conditional(message.members, "message \(message.id)", targets)
        }
        for identity in open { unchecked("\(identity): usage C without a predicate") }
    }

    private static func conditional(
        _ members: [Member], _ owner: String, _ targets: Set<String>
    ) -> [String] {
        members.enumerated().flatMap { ordinal, member in
            let identity = "\(owner)/\(ordinal + 1)"
            let own = member.usage == .conditional && !targets.contains(identity) ? [identity] : []
            return own + conditional(member.members, "group \(member.id)", targets)
        }
    }
}
