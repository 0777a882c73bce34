import Exchange

/// What a feed's or destination's `format:` settings say of X12.
struct X12Options: Sendable {
    /// GS08 values that are wanted; nil for every guide there is.
    var guides: [String]?
    /// How deep to check, 1 to 7; 6 and 7 have no checks of their own yet.
    var level = 5
    /// Whether test data (ISA15 T) is held; nil where nobody said.
    var production: Bool?
    /// Whether a line feed follows each segment that is written.
    var newline = true

    /// Reads `guides level production newline`.
    static func read(_ node: SettingsNode, _ library: GuideLibrary) -> (X12Options, [Finding]) {
        var reader = SettingsReader(node)
        var options = X12Options()
        _ = reader.node("type")
        options.guides = reader.strings("guides")
        options.level = reader.int("level", in: 1...7) ?? 5
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
