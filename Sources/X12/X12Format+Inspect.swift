public import Bytes
public import Exchange

/// Scrubbing: what a record's receiver would refuse is found before it leaves.
extension X12Format {
    /// Checks one rendered record at the destination's levels, as its receiver would: see `Format`.
    ///
    /// The record is read as the only one of a file, between an envelope that has no faults. Places
    /// are told by their path alone.
    public func inspect(_ rendered: [UInt8], at clock: Timestamp) -> [Finding] {
        let file: [UInt8]
        do throws(WriteFault) { file = try alone(rendered, clock) } catch { return [error.finding] }
        var framer = framer(over: MemorySource(file))
        var findings: [Finding] = []
        while let page = try? framer.next() {
            let document = parse(page)
            for index in page.frames.indices { check(document, record: index, into: &findings) }
        }
        findings += framer.closing.findings.kept
        return findings.map { finding in
            Finding(
                finding.kind, at: Location(path: finding.location.path), finding.detail,
                severity: finding.severity)
        }
    }

    /// A file with one record in it.
    private func alone(_ rendered: [UInt8], _ clock: Timestamp) throws(WriteFault) -> [UInt8] {
        let envelope = Envelope(
            settings: Self.settings, clock: clock, batch: "", numbers: FirstNumbers())
        var assembly = try assembly(envelope)
        return try assembly.begin() + assembly.add(rendered) + assembly.finish()
    }

    private static let settings = map([
        ("sender", map([("id", text("SENDER"))])), ("receiver", map([("id", text("RECEIVER"))])),
        (
            "submitter",
            map([
                ("name", text("SUBMITTER")), ("id", text("SUBMITTER")), ("contact", text("DESK")),
                ("phone", text("5555550100")),
            ])
        ),
        ("receiver_name", text("RECEIVER")),
    ])

    private static func text(_ text: String) -> SettingsNode {
        SettingsNode(.scalar(text), at: Self.nowhere)
    }

    private static func map(_ entries: [(String, SettingsNode)]) -> SettingsNode {
        SettingsNode(
            .map(
                entries.map { SettingsNode.Entry(key: $0.0, mark: Self.nowhere, value: $0.1) }),
            at: Self.nowhere)
    }

    private static let nowhere = Mark(file: "", line: 0, column: 0)
}

/// Gives every series its first number: for files that nobody is sent.
private final class FirstNumbers: ControlNumbers {
    func next(_ series: String) -> Int64 { 1 }
}
