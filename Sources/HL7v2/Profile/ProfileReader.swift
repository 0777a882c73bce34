import Exchange
import Settings

/// Reads a profile from `schemas/hl7v2/NAME.yaml`. What is wrong with the file is a finding at its
/// line; nothing of it is used then.
struct ProfileReader {
    private(set) var profile = Profile()
    private(set) var findings: [Finding] = []

    /// The profile in `bytes`; nil with findings when it cannot be used.
    static func read(_ bytes: [UInt8], file: String) -> (profile: Profile?, findings: [Finding]) {
        let (documents, broken) = SettingsYAML.parse(bytes, file: file)
        guard let root = documents.first, broken.isEmpty else {
            let mark = Mark(file: file, line: 1, column: 1)
            let empty = Finding.settings(ProfileFinding.broken, at: mark, "the file is empty")
            return (nil, broken.isEmpty ? [empty] : broken)
        }
        var reader = ProfileReader()
        reader.read(root)
        return (reader.findings.isEmpty ? reader.profile : nil, reader.findings)
    }

    private mutating func read(_ node: SettingsNode) {
        var map = SettingsReader(node)
        profile.name = map.requiredString("profile") ?? ""
        profile.about = map.string("about") ?? ""
        profile.versions = map.strings("versions") ?? []
        profile.leftOut = map.strings("left_out") ?? []
        profile.messages = items("messages", &map) { $0.message($1) }
        profile.segments = items("segments", &map) { $0.segment($1) }
        profile.types = items("types", &map) { $0.type($1) }
        profile.valueSets = items("value_sets", &map) { $0.valueSet($1) }
        profile.statements = items("statements", &map) { $0.statement($1) }
        profile.conditions = items("conditions", &map) { $0.condition($1) }
        if let fields = map.node("fields") { paths(fields) }
        findings += map.finish()
    }

    private mutating func items<T>(
        _ key: String, _ map: inout SettingsReader,
        _ read: (inout ProfileReader, SettingsNode) -> T?
    ) -> [T] {
        guard let node = map.node(key) else { return [] }
        guard let list = node.list else {
            broken(node, "`\(key)` wants a list")
            return []
        }
        return list.compactMap { read(&self, $0) }
    }

    /// Adds a finding at `node`.
    mutating func broken(_ node: SettingsNode, _ detail: String) {
        findings.append(.settings(ProfileFinding.broken, at: node.mark, detail))
    }

    /// Adds what another reader found.
    mutating func take(_ others: [Finding]) { findings += others }

    // MARK: Structure

    private mutating func message(_ node: SettingsNode) -> MessageProfile? {
        if let type = node.text { return MessageProfile(type: type, id: type) }
        var map = SettingsReader(node)
        var message = MessageProfile(type: map.requiredString("message") ?? "")
        message.id = map.string("id") ?? message.type
        message.members = items("members", &map) { $0.member($1) }
        findings += map.finish()
        return message
    }

    private mutating func member(_ node: SettingsNode) -> Member? {
        var map = SettingsReader(node)
        var member = Member()
        if let group = map.string("group") {
            member.name = group
            member.isGroup = true
            member.id = map.string("id") ?? group
            member.members = items("members", &map) { $0.member($1) }
        } else {
            member.name = map.requiredString("segment") ?? ""
        }
        member.usage = usage(&map) ?? .optional
        member.cardinality = range("repeat", &map) ?? member.cardinality
        findings += map.finish()
        return member
    }

    private mutating func segment(_ node: SettingsNode) -> SegmentProfile? {
        var map = SettingsReader(node)
        var segment = SegmentProfile(id: map.requiredString("id") ?? "")
        segment.name = map.string("segment") ?? segment.id
        segment.isClosed = map.flag("closed") ?? false
        if let fields = map.node("fields") {
            segment.fields = parts(fields, .init(kind: .segment, name: segment.id))
        }
        segment.mappings = items("varies", &map) { $0.mapping($1) }
        findings += map.finish()
        if segment.name.utf8.count != 3 { broken(node, "a segment's name has three letters") }
        return segment
    }

    private mutating func mapping(_ node: SettingsNode) -> Mapping? {
        var map = SettingsReader(node)
        var mapping = Mapping(field: map.int("field", in: 1...999) ?? 0)
        mapping.reference = map.requiredString("by") ?? ""
        mapping.second = map.string("and") ?? ""
        mapping.cases = items("cases", &map) { reader, node in
            var map = SettingsReader(node)
            let item = (
                value: map.requiredString("is") ?? "", second: map.string("and") ?? "",
                type: map.requiredString("type") ?? ""
            )
            reader.take(map.finish())
            return item
        }
        findings += map.finish()
        return mapping
    }

    private mutating func type(_ node: SettingsNode) -> TypeProfile? {
        var map = SettingsReader(node)
        var type = TypeProfile(id: map.requiredString("id") ?? "")
        type.name = map.string("type") ?? type.id
        type.isClosed = map.flag("closed") ?? false
        if let components = map.node("components") {
            type.parts = parts(components, .init(kind: .type, name: type.id))
        }
        findings += map.finish()
        return type
    }

    private mutating func parts(_ node: SettingsNode, _ context: Context) -> [PartProfile] {
        guard let entries = node.map else {
            broken(node, "expected numbers and what is asked of them")
            return []
        }
        return entries.compactMap { entry in
            guard let number = Int(entry.key), (1...999).contains(number) else {
                broken(entry.value, "`\(entry.key)` is no number of a field or component")
                return nil
            }
            return part(number, entry.value, entry.key, context)
        }
    }

    /// Reads what is asked of a field or component; its own condition is kept with the others.
    private mutating func part(
        _ number: Int, _ node: SettingsNode, _ target: String, _ context: Context
    ) -> PartProfile {
        var map = SettingsReader(node)
        var part = PartProfile(number: number)
        part.name = map.string("name") ?? ""
        part.type = map.string("type") ?? ""
        part.constant = map.string("constant")
        part.cardinality = range("repeat", &map)
        part.length = range("length", &map)
        let pair = self.pair(map.node("usage")?.text)
        part.usage = pair == nil ? usage(&map) ?? .optional : .conditional
        if let when = map.node("when"), let clause = clause(when) {
            if let pair {
                profile.conditions.append(
                    Condition(
                        id: "\(context.name)-\(target)", context: context,
                        text: map.string("text") ?? "", target: target, clause: clause,
                        whenTrue: pair.0, whenFalse: pair.1))
            } else {
                broken(when, "`when` goes with a usage such as C(R/X)")
            }
        }
        if let codes = map.node("codes") { part.bindings = bindings(codes) }
        findings += map.finish()
        return part
    }

    /// `fields:`, the short form: `PID-3.4.2: {usage: R}`, of every segment of that name.
    private mutating func paths(_ node: SettingsNode) {
        guard let entries = node.map else { return broken(node, "expected paths such as PID-3.1") }
        for entry in entries {
            var notation = PathNotation(entry.key.utf8)
            guard let path = notation.read(), path.field > 0, path.repetition == 0,
                path.occurrence == 0
            else {
                broken(entry.value, "`\(entry.key)` is no field such as PID-3.1")
                continue
            }
            let name = SegmentID.text(path.segment)
            let steps = [path.field, path.component, path.subcomponent].filter { $0 > 0 }
            let target = steps.map(String.init).joined(separator: ".")
            let part = part(
                steps[steps.count - 1], entry.value, target, .init(kind: .segment, name: name))
            place(part, at: steps, of: name)
        }
    }

    /// Puts a part where its path says, with segments and types made on the way.
    private mutating func place(_ part: PartProfile, at steps: [Int], of name: String) {
        if !profile.segments.contains(where: { $0.id == name }) {
            profile.segments.append(SegmentProfile(id: name, name: name))
        }
        guard let segment = profile.segments.firstIndex(where: { $0.id == name }) else { return }
        if steps.count == 1 { return Self.put(part, into: &profile.segments[segment].fields) }
        var id = Self.typeOfPart(steps[0], in: &profile.segments[segment].fields, "\(name)-")
        for (offset, step) in steps.dropFirst().enumerated() {
            if !profile.types.contains(where: { $0.id == id }) {
                profile.types.append(TypeProfile(id: id, name: ""))
            }
            guard let type = profile.types.firstIndex(where: { $0.id == id }) else { return }
            if offset == steps.count - 2 {
                return Self.put(part, into: &profile.types[type].parts)
            }
            id = Self.typeOfPart(step, in: &profile.types[type].parts, id + ".")
        }
    }

    private static func typeOfPart(
        _ number: Int, in parts: inout [PartProfile], _ prefix: String
    ) -> String {
        if !parts.contains(where: { $0.number == number }) {
            parts.append(PartProfile(number: number))
        }
        guard let index = parts.firstIndex(where: { $0.number == number }) else { return "" }
        if parts[index].type.isEmpty { parts[index].type = "\(prefix)\(number)" }
        return parts[index].type
    }

    private static func put(_ part: PartProfile, into parts: inout [PartProfile]) {
        guard let index = parts.firstIndex(where: { $0.number == part.number }) else {
            return parts.append(part)
        }
        var part = part
        if part.type.isEmpty { part.type = parts[index].type }
        parts[index] = part
    }

    // MARK: Small forms

    /// `C(R/X)`: the usages when a condition holds and when not.
    func pair(_ text: String?) -> (Usage, Usage)? {
        guard let text, text.hasPrefix("C("), text.hasSuffix(")") else { return nil }
        let names = text.dropFirst(2).dropLast().split(separator: "/").map(String.init)
        guard names.count == 2, let first = Usage(rawValue: names[0]),
            let second = Usage(rawValue: names[1]), first != .conditional, second != .conditional
        else { return nil }
        return (first, second)
    }

    private mutating func usage(_ map: inout SettingsReader) -> Usage? {
        map.choice("usage", Usage.self)
    }

    private mutating func range(_ key: String, _ map: inout SettingsReader) -> Cardinality? {
        guard let text = map.string(key) else { return nil }
        if let range = Cardinality(text) { return range }
        broken(map.node, "`\(key)` wants a range such as 1..5 or 0..*")
        return nil
    }
}
