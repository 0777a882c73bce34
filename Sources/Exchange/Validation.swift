/// A page whose records were split into fields, and not yet checked.
public struct Parsed<F: Format>: Sendable {
    /// The page it was made from.
    public let page: Page
    /// The format's tables.
    public let document: F.Document

    /// Parses `page`.
    public init(_ page: Page, as format: F) {
        self.page = page
        document = format.parse(page)
    }
}

/// A record that passed every check: the only thing that can be mapped (law 5).
///
/// Only `validate` makes one: the initializer is fileprivate.
public struct Valid<F: Format>: Sendable {
    /// The parsed page it lies in.
    public let document: F.Document
    /// Its index in the page.
    public let index: Int
    /// Its place in the page and its tallies.
    public let frame: Frame

    fileprivate init(document: F.Document, index: Int, frame: Frame) {
        self.document = document
        self.index = index
        self.frame = frame
    }
}

/// A page whose records were checked.
public struct Checked<F: Format>: Sendable {
    /// The page.
    public let page: Page
    /// The format's tables; a rejected record may be shown, never mapped.
    public let document: F.Document
    /// The findings about each record.
    public let findings: [[Finding]]

    fileprivate init(page: Page, document: F.Document, findings: [[Finding]]) {
        self.page = page
        self.document = document
        self.findings = findings
    }

    /// Record `index` when it passed; nil when one of its findings is an error.
    public func valid(_ index: Int) -> Valid<F>? {
        guard !findings[index].contains(where: { $0.severity == .error }) else { return nil }
        return Valid(document: document, index: index, frame: page.frames[index])
    }
}

/// Applies the format's schema, then the partner's overlay, to every record of a page. Pure.
public func validate<F: Format>(_ parsed: Parsed<F>, as format: F) -> Checked<F> {
    var all: [[Finding]] = []
    all.reserveCapacity(parsed.page.frames.count)
    for index in parsed.page.frames.indices {
        var findings: [Finding] = []
        format.check(parsed.document, record: index, into: &findings)
        all.append(findings)
    }
    return Checked(page: parsed.page, document: parsed.document, findings: all)
}
