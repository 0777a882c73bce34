import ArgumentParser

/// `waybill schema`: schemas and partners' overlays.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Imports implementation guides as overlays.",
        discussion: """
            An overlay says what a partner's guide asks beyond the standard. A feed or destination \
            names it in `format: {type: hl7v2, schema: NAME}`.

            Example:
              waybill schema import nist guides/lab --as lab-results
            """,
        subcommands: [SchemaImport.self])
}

/// `waybill schema import`.
struct SchemaImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Imports a guide in the format of somebody else.",
        discussion: """
            Example:
              waybill schema import nist guides/lab --as lab-results
            """,
        subcommands: [SchemaImportNIST.self])
}
