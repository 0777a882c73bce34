public import Exchange

/// `folder: PATH` in a source or destination, with `owner_group:` and `mode:`.
public struct DropFolderFamily: TransportFamily {
    /// A group or mode that is not stated: labs must be able to drop, billing to collect.
    public static let access = FindingKind(
        "FIL-101", .warning, owner: .analyst,
        what: "a drop folder does not state its group and mode",
        fix: "State `owner_group:` and `mode:`, so that the partner can reach the folder.",
        reach: .file)

    /// Makes the family.
    public init() {}

    /// The key in settings that asks for it.
    public var key: String { "folder" }
    /// Its part of the finding catalogue.
    public var findingKinds: [FindingKind] { [Self.access] }

    /// The folder as the settings write it.
    public func identity(of node: SettingsNode) -> String { node.text ?? "" }

    /// Reads settings or bytes: see the protocol.
    public func read(_ reader: inout SettingsReader, site root: String) -> (any Transport)? {
        guard let folder = reader.requiredString("folder") else { return nil }
        var access = DropFolder.Access()
        // `same` is the group of the process: stated, and right on every machine.
        let group = reader.string("owner_group")
        access.group = group == "same" ? nil : group
        if let mode = FileMode.read(&reader) {
            access.mode = mode
        } else if reader.node["mode"] == nil {
            reader.report(Self.access, reader.node.mark, "`mode`")
        }
        let path = folder.hasPrefix("/") ? folder : root + "/" + folder
        return DropFolder(path: path, access: access)
    }
}
