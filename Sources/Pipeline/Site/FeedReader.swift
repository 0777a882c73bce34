import Exchange

extension Feed {
    /// Reads one feed document.
    static func read(_ node: SettingsNode, _ context: SiteContext) -> (Feed?, [Finding]) {
        var reader = SettingsReader(node)
        let name = reader.requiredString("feed") ?? ""
        let partner = reader.requiredString("partner") ?? ""
        let rank = reader.choice("rank", Rank.self) ?? .other
        let format = context.format(&reader)
        let (place, placeFindings) =
            reader.required("source").map { source($0, context) } ?? (nil, [])
        reader.report(placeFindings)
        let dictionary = reader.requiredString("dictionary") ?? ""
        let zone = reader.string("zone") ?? context.zone
        let contents = reader.choice("contents", Contents.self) ?? .changes
        let order = reader.choice("order", Order.self) ?? .name
        let (expect, a) = nested(reader.node("expect"), expectation)
        let (duplicates, b) = nested(reader.node("duplicates"), self.duplicates)
        let (snapshot, c) = nested(reader.node("snapshot"), self.snapshot)
        let (answering, d) = nested(reader.node("acknowledge"), self.answering)
        let (breaker, e) = nested(reader.node("breaker"), self.breaker)
        reader.report(a + b + c + d + e)
        if contents == .snapshot, snapshot == nil {
            reader.report(SettingsReader.missing, node.mark, "`snapshot:` with the key of its rows")
        }
        _ = reader.string("note")
        let findings = reader.finish()
        guard let format, let place, !name.isEmpty else { return (nil, findings) }
        return (
            Feed(
                name: name, partner: partner, rank: rank, format: format.format,
                formatNode: format.node, transport: place.transport, endpoint: place.endpoint,
                match: place.match, ready: place.ready, after: place.after, expect: expect,
                duplicates: duplicates ?? Duplicates(), zone: zone, contents: contents,
                snapshot: snapshot, order: order, dictionary: dictionary,
                answering: answering ?? (.none, ""), breaker: breaker ?? Breaker(), mark: node.mark),
            findings
        )
    }

    private struct Place {
        var transport: any Transport
        var endpoint: String
        var match: [String]
        var ready: Readiness
        var after: After
    }

    private static func nested<T>(
        _ node: SettingsNode?, _ read: (inout SettingsReader) -> T?
    ) -> (T?, [Finding]) {
        guard let node else { return (nil, []) }
        var reader = SettingsReader(node)
        let value = read(&reader)
        return (value, reader.finish())
    }

    private static func source(_ node: SettingsNode, _ context: SiteContext) -> (Place?, [Finding])
    {
        var reader = SettingsReader(node)
        let transport = context.transport(&reader)
        let match = reader.strings("match") ?? ["*"]
        var after = After.leave
        if let text = reader.string("after") {
            switch text {
            case "leave": after = .leave
            case "delete": after = .delete
            default:
                let folder = text.hasPrefix("move:") ? text.dropFirst(5).filter { $0 != " " } : ""
                if folder.isEmpty || folder.contains("/") {
                    reader.report(
                        SettingsReader.malformed, node.mark,
                        "`after` wants leave, delete or \"move: FOLDER\"")
                } else {
                    after = .move(folder)
                }
            }
        }
        let (ready, findings) = nested(reader.node("ready"), readiness)
        reader.report(findings)
        let all = reader.finish()
        guard let transport else { return (nil, all) }
        return (
            Place(
                transport: transport.transport, endpoint: transport.endpoint, match: match,
                ready: ready ?? Readiness(), after: after), all
        )
    }

    private static func readiness(_ reader: inout SettingsReader) -> Readiness? {
        var ready = Readiness()
        if let ignore = reader.strings("ignore") { ready.ignore = ignore }
        if let marker = reader.string("marker"), marker != "none" { ready.marker = marker }
        if let stable = reader.seconds("stable") { ready.stable = stable }
        if let grace = reader.seconds("grace") { ready.grace = grace }
        return ready
    }

    private static func duplicates(_ reader: inout SettingsReader) -> Duplicates? {
        var result = Duplicates()
        if let key = reader.strings("key") { result.key = key }
        if let window = reader.seconds("window") { result.window = window }
        if let ids = reader.choice("control_ids", ControlIDs.self) { result.controlIDs = ids }
        return result
    }

    private static func snapshot(_ reader: inout SettingsReader) -> Snapshot? {
        let key = reader.strings("key") ?? []
        let drop = percent(&reader, "drop") ?? 5
        let (events, findings) = nested(reader.node("events"), self.events)
        reader.report(findings)
        return Snapshot(key: key, drop: drop, events: events)
    }

    private static func events(_ reader: inout SettingsReader) -> Events? {
        var conditions: [Events.Condition] = []
        for item in reader.node("when")?.list ?? [] {
            var inner = SettingsReader(item)
            let changed = inner.string("changed")
            let field = changed ?? inner.requiredString("field")
            let value = changed == nil ? inner.requiredString("is") : nil
            let event = inner.requiredString("event")
            reader.report(inner.finish())
            if let field, let event {
                conditions.append(Events.Condition(field: field, value: value, event: event))
            }
        }
        guard let new = reader.requiredString("new"), let changed = reader.requiredString("changed")
        else { return nil }
        return Events(new: new, changed: changed, conditions: conditions)
    }

    private static func answering(_ reader: inout SettingsReader) -> (what: Answering, to: String)?
    {
        let what = reader.choice("send", Answering.self) ?? .all
        let to = what == .none ? reader.string("to") ?? "" : reader.requiredString("to") ?? ""
        return (what, to)
    }

    private static func breaker(_ reader: inout SettingsReader) -> Breaker? {
        var breaker = Breaker()
        breaker.reject = percent(&reader, "reject")
        breaker.minimum = reader.int("minimum", in: 1...1_000_000) ?? 20
        return breaker
    }

    private static func expectation(_ reader: inout SettingsReader) -> Expectation? {
        Expectation(
            by: reader.string("by"), days: reader.string("days") ?? "daily",
            files: range(&reader, "files"), records: range(&reader, "records"),
            contact: reader.string("contact"))
    }

    private static func percent(_ reader: inout SettingsReader, _ key: String) -> Int? {
        guard let text = reader.string(key) else { return nil }
        if text.hasSuffix("%"), let value = Int(text.dropLast()), (0...100).contains(value) {
            return value
        }
        if let node = reader.node(key) {
            reader.report(
                SettingsReader.malformed, node.mark, "`\(key)` wants a percentage such as 10%")
        }
        return nil
    }

    /// `5`, `1..`, `5..500`.
    private static func range(_ reader: inout SettingsReader, _ key: String) -> ClosedRange<Int>? {
        guard let text = reader.string(key) else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: true).compactMap {
            Int($0)
        }
        let isOpen = text.hasSuffix("..")
        if let first = parts.first, parts.count == 1 { return first...(isOpen ? Int.max : first) }
        if parts.count == 2, parts[0] <= parts[1], text.contains("..") {
            return parts[0]...parts[1]
        }
        if let node = reader.node(key) {
            reader.report(
                SettingsReader.malformed, node.mark, "`\(key)` wants a number or 5..500 or 1..")
        }
        return nil
    }
}
