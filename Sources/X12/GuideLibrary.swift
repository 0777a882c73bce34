import Exchange

/// The guides of `schemas/x12/`, compiled once for a format.
struct GuideLibrary: Sendable {
    /// A schema file that is missing or cannot be read.
    static let unreadable = FindingKind(
        "X12-001", .error, owner: .it, what: "a guide under schemas/x12 is missing or cannot be read",
        fix: "Restore the file from the release.", reach: .file)
    /// A guide that is not there.
    static let unknown = FindingKind(
        "X12-002", .error, owner: .analyst, what: "a guide is not known",
        fix: "Name one of the guides under schemas/x12.", reach: .file)
    static let kinds = [unreadable, unknown]

    private(set) var guides: [Guide] = []
    private(set) var names: [LoopNames] = []
    /// The index of the envelope's own guide (GS, GE, TA1).
    private(set) var controlIndex = 0
    let lists: CodeLists
    private(set) var findings: [Finding] = []

    /// Compiles every `.guide` file of a schema source.
    init(_ schemas: any SchemaSource) {
        lists = CodeLists(schemas)
        for file in schemas.list("x12").sorted() where file.hasSuffix(".guide") {
            let name = file.split(separator: "/").last.map(String.init) ?? file
            guard let bytes = schemas.file("x12/\(name)") else { continue }
            switch GuideReader.read(bytes, lists: lists) {
            case .success(let guide):
                if guide.id == "control" { controlIndex = guides.count }
                guides.append(guide)
                names.append(LoopNames(guide))
            case .failure(let fault):
                findings.append(
                    Finding(
                        Self.unreadable, at: Location(line: fault.line, path: "x12/\(name)"), fault.reason))
            }
        }
        if !guides.contains(where: { $0.id == "control" }) {
            findings.append(Finding(Self.unreadable, at: Location(path: "x12/control.guide")))
        }
    }

    /// Whether anything can be read at all.
    var isUsable: Bool { guides.contains { $0.id == "control" } }
    /// The guide at an index.
    subscript(index: Int) -> Guide {
        @inline(__always) _read { yield guides[index] }
    }
    /// The envelope's own guide.
    var control: Guide { guides[controlIndex] }

    /// The guide for a set: by its set and version, else by its set alone (the version is then a
    /// finding of its own); nil when no guide has the set.
    func guide(set: String, version: String) -> Int? {
        guides.firstIndex { $0.set == set && $0.id == version } ?? guides.firstIndex { $0.set == set }
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

/// Indices of the loops that checks look for, found once; −1 where the guide has none.
struct LoopNames: Sendable {
    let subscriber, patient, subscriberName, payerName, claim, otherSubscriber, otherPayer: Int
    let line, adjudication, billingName, facility, lineFacility, payment, paymentLine: Int
    let isClaim, isPayment: Bool

    init(_ guide: Guide) {
        let index = { (id: String) in guide.loop(id) ?? -1 }
        isClaim = guide.set == "837"
        isPayment = guide.set == "835"
        subscriber = index("2000B")
        patient = index("2000C")
        subscriberName = index("2010BA")
        payerName = index("2010BB")
        claim = index("2300")
        otherSubscriber = index("2320")
        otherPayer = index("2330B")
        line = index("2400")
        adjudication = index("2430")
        billingName = index("2010AA")
        facility = guide.id == "005010X222A1" ? index("2310C") : index("2310E")
        lineFacility = guide.id == "005010X222A1" ? index("2420C") : -1
        payment = index("2100")
        paymentLine = index("2110")
    }
}
