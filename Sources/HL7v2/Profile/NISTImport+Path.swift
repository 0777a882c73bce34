import Markup

/// NIST's paths, `2[1].3[*].4[1]`: positions and instances below a context.
extension NISTImport {
    /// A path that leads somewhere.
    struct Walked {
        /// The same in our notation.
        var text: String
        /// What it leads to, for comparing: the owner and the position in it.
        var identity: String
        /// The data type of that; empty for segments and groups.
        var type: String
        /// How many steps it has.
        var depth: Int
        /// The last position.
        var last: Int
        /// Whether it is of usage O.
        var isOptional: Bool
    }

    /// What a step is taken in.
    private enum Place {
        case members([Member], owner: String)
        case parts([PartProfile], owner: String)
        case end
    }

    /// Follows `path` from `context`; nil when it leads nowhere.
    func walk(_ path: String, _ context: Context) -> Walked? {
        guard var place = start(context) else { return nil }
        if path == "." {
            let type = context.kind.byID == .type ? context.name : ""
            return Walked(
                text: ".", identity: ".", type: type, depth: 0, last: 0, isOptional: false)
        }
        var walked = Walked(
            text: "", identity: "", type: "", depth: 0, last: 0, isOptional: false)
        var level = context.kind.byID == .type ? 1 : 0
        for word in path.split(separator: ".", omittingEmptySubsequences: false) {
            let pieces = word.split(whereSeparator: { $0 == "[" || $0 == "]" })
            guard pieces.count == 2, let position = Int(pieces[0]), position > 0 else { return nil }
            let instance = pieces[1] == "*" ? "" : "[\(pieces[1])]"
            walked.depth += 1
            walked.last = position
            switch place {
            case .members(let members, let owner):
                guard position <= members.count else { return nil }
                let member = members[position - 1]
                walked.identity = "\(owner)/\(position)"
                walked.isOptional = member.usage == .optional
                let name = title(member)
                let isUnique = members.filter { title($0) == name }.count == 1
                walked.text += walked.text.isEmpty ? "" : "/"
                walked.text += name + (isUnique ? "" : "@\(position)") + instance
                place = below(member)
                level = 0
            case .parts(let parts, let owner):
                guard let part = parts.first(where: { $0.number == position }) else { return nil }
                walked.identity = "\(owner)/\(position)"
                walked.isOptional = part.usage == .optional
                walked.type = part.type
                let separator =
                    walked.text.isEmpty ? "" : level == 0 ? "-" : "."
                // Components do not repeat: only another instance than the first is worth saying.
                walked.text +=
                    "\(separator)\(position)" + (level > 0 && instance == "[1]" ? "" : instance)
                level += 1
                place =
                    profile.types.first { $0.id == part.type }
                    .map { .parts($0.parts, owner: "type \($0.id)") } ?? .end
            case .end: return nil
            }
        }
        return walked
    }

    private func title(_ member: Member) -> String {
        member.isGroup
            ? member.name
            : profile.segments.first { $0.id == member.name }?.name ?? member.name
    }

    private func below(_ member: Member) -> Place {
        if member.isGroup { return .members(member.members, owner: "group \(member.id)") }
        return profile.segments.first { $0.id == member.name }
            .map { .parts($0.fields, owner: "segment \($0.id)") } ?? .end
    }

    private func start(_ context: Context) -> Place? {
        switch context.kind {
        case .segment, .everySegment:
            profile.segments.first {
                (context.kind == .segment ? $0.id : $0.name) == context.name
            }.map { .parts($0.fields, owner: "segment \($0.id)") }
        case .type, .everyType:
            profile.types.first { (context.kind == .type ? $0.id : $0.name) == context.name }
                .map { .parts($0.parts, owner: "type \($0.id)") }
        case .message, .everyMessage:
            profile.messages.first { $0.id == context.name }
                .map { .members($0.members, owner: "message \($0.id)") }
        case .group, .everyGroup:
            profile.messages.lazy.compactMap { group(context, in: $0.members) }.first
                .map { .members($0.members, owner: "group \($0.id)") }
        }
    }

    private func group(_ context: Context, in members: [Member]) -> Member? {
        for member in members where member.isGroup {
            if (context.kind == .group ? member.id : member.name) == context.name { return member }
            if let found = group(context, in: member.members) { return found }
        }
        return nil
    }

    /// The contexts of a section (`Datatype`, `Segment`, `Group`, `Message`; by id or by name) with
    /// what stands in each.
    mutating func contexts(_ section: Element) -> [(context: Context, element: Element)] {
        var found: [(Context, Element)] = []
        for kind in section.children {
            let names: (id: Context.Kind, name: Context.Kind)? =
                switch kind.name {
                case "Datatype": (.type, .everyType)
                case "Segment": (.segment, .everySegment)
                case "Group": (.group, .everyGroup)
                case "Message": (.message, .message)
                default: nil
                }
            guard let names else {
                leftOut("`\(kind.name)` in `\(section.name)`", kind)
                continue
            }
            for item in kind.children {
                var context = Context(kind: names.id, name: item["ID"] ?? "")
                if item.name == "ByName" {
                    context = Context(kind: names.name, name: item["Name"] ?? "")
                    if kind.name == "Message",
                        let id = structures.first(where: { $0.value == context.name })?.key
                    {
                        context.name = id
                    }
                } else if item.name != "ByID" {
                    leftOut("`\(item.name)` in `\(kind.name)`", item)
                    continue
                }
                found += item.children.map { (context, $0) }
            }
        }
        return found
    }
}
