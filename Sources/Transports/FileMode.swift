import Exchange

/// `mode:` of files and folders, as `chmod` writes it.
enum FileMode {
    /// Reads `mode:`; nil when it is not stated, or is no mode.
    static func read(_ reader: inout SettingsReader) -> UInt32? {
        guard let text = reader.string("mode") else { return nil }
        if let mode = UInt32(text, radix: 8), mode <= 0o777 { return mode }
        if let node = reader.node("mode") {
            reader.report(
                SettingsReader.malformed, node.mark,
                "`mode` wants an octal mode such as \"0640\"")
        }
        return nil
    }
}
