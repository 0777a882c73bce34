internal import Mustache

/// The module's templates, parsed once.
enum Templates {
    /// There is no template of the name.
    struct Missing: Error { let name: String }

    private static let library = Result<MustacheLibrary, any Error> {
        var library = MustacheLibrary()
        try library.register(ReportTemplate.text, named: "report")
        try library.register(TableTemplate.text, named: "table")
        try library.register(CoverTemplate.text, named: "cover")
        return library
    }

    /// Fills in a template.
    static func render(_ name: String, _ scope: Scope) throws -> String {
        guard let text = try library.get().render(scope, withTemplate: name) else {
            throw Missing(name: name)
        }
        return text
    }
}
