import Exchange

/// What a feed's or destination's `format:` settings say of X12.
struct X12Options: Sendable {
    /// GS08 values that are wanted; nil for every guide there is.
    var guides: [String]?
    /// What each level of checks does; 6 has no checks of its own yet.
    var levels = X12Levels(to: 5)
    /// The partner's rules beside the guide (level 7).
    var overlay: Overlay?
    /// Whether test data (ISA15 T) is held; nil where nobody said.
    var production: Bool?
    /// Whether a line feed follows each segment that is written.
    var newline = true

    /// Reads `guides level levels overlay production newline`. An overlay turns level 7 on where
    /// `levels:` does not say otherwise.
    static func read(
        _ node: SettingsNode, _ library: GuideLibrary, _ schemas: any SchemaSource
    ) -> (X12Options, [Finding]) {
        var reader = SettingsReader(node)
        var options = X12Options()
        _ = reader.node("type")
        options.guides = reader.strings("guides")
        options.levels = X12Levels.read(&reader)
        if let name = reader.string("overlay") {
            let read = Overlay.read(name, schemas, library)
            options.overlay = read.overlay
            reader.report(read.findings)
            if node["levels"]?["7"] == nil { options.levels[7] = .error }
        }
        options.production = reader.flag("production")
        options.newline = reader.flag("newline") ?? true
        let known = library.guides.map(\.id).filter { $0 != "control" }
        for guide in options.guides ?? [] where !known.contains(guide) && guide != "TA1" {
            let near = NearestName.find(guide, among: known)
            reader.report(
                GuideLibrary.unknown, node["guides"]?.mark ?? node.mark,
                "`\(guide)`" + (near.map { "; did you mean \($0)?" } ?? ""))
        }
        return (options, reader.finish())
    }
}
