import Exchange

/// Finds the overlay that `schema:` names, and compiles it.
enum ProfileStore {
    /// Where overlays lie below a schemas folder.
    static let folder = "hl7v2/"

    /// The compiled overlay `name`; nil with findings when there is none or it cannot be used.
    static func load(
        _ name: String, schemas: [Schema], from source: any SchemaSource
    ) -> (profile: CompiledProfile?, findings: [Finding])? {
        let file = "\(folder)\(name).yaml"
        guard let bytes = source.file(file) else { return nil }
        let (read, broken) = ProfileReader.read(bytes, file: "schemas/\(file)")
        guard let read else { return (nil, broken) }
        var compiler = ProfileCompiler(read, schemas: schemas, file: "schemas/\(file)")
        let (profile, findings) = compiler.compile()
        return (profile, findings)
    }

    /// The names of the overlays that there are.
    static func names(in source: any SchemaSource) -> [String] {
        source.list(folder).filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
    }
}
