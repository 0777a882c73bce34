import Markup

/// The documents `ValueSetLibrary` and `ValueSetBindingsContext`.
extension NISTImport {
    /// Reads the library.
    mutating func valueSets(_ root: Element) {
        for child in root.children {
            switch child.name {
            case "MetaData": break
            case "NoValidation":
                excluded.formUnion(
                    child.children.map(\.text).filter { !$0.isEmpty })
            case "ValueSetDefinitions":
                for item in child.children where item.name == "ValueSetDefinition" {
                    valueSet(item)
                }
            default: leftOut("`\(child.name)` in `\(root.name)`", child)
            }
        }
    }

    private mutating func valueSet(_ element: Element) {
        let id = element["BindingIdentifier"] ?? ""
        if element["ContentDefinition"] == "Intensional" {
            leftOut(
                "value set `\(id)`: its definition is intensional; listed codes are taken", element)
        }
        var set = ValueSet(id: id, isOpen: element["Extensibility"] == "Open")
        for child in element.children {
            guard child.name == "ValueElement", let code = child["Value"] else {
                leftOut("`\(child.name)` in value set `\(id)`", child)
                continue
            }
            let system = child["CodeSystem"] ?? ""
            let usage = ValueSet.CodeUsage(rawValue: child["Usage"] ?? "R")
            guard let usage, !code.contains("\n"), code.trimmedSpaces == code else {
                leftOut("a code of value set `\(id)`: its usage, or spaces around it", child)
                continue
            }
            if set.codes.last?.system == system, set.codes.last?.usage == usage {
                set.codes[set.codes.count - 1].codes.append(code)
            } else {
                set.codes.append(.init(system: system, usage: usage, codes: [code]))
            }
        }
        library[id] = set
    }

    /// The overlay holds the value sets that something in it names.
    mutating func keepUsedValueSets() {
        var used: Set<String> = []
        func add(_ clause: Clause) {
            switch clause {
            case .coded(_, let binding, _): used.formUnion(binding.sets)
            case .all(let list), .any(let list): list.forEach(add)
            case .not(let inner): add(inner)
            case .exactlyOne(let left, let right), .implies(let left, let right):
                add(left)
                add(right)
            default: break
            }
        }
        for part in profile.segments.flatMap(\.fields) + profile.types.flatMap(\.parts) {
            for binding in part.bindings { used.formUnion(binding.sets) }
        }
        for statement in profile.statements { add(statement.clause) }
        for condition in profile.conditions { add(condition.clause) }
        profile.valueSets = used.sorted().compactMap { library[$0] }
        for index in profile.segments.indices { Self.clean(&profile.segments[index].fields) }
        for index in profile.types.indices { Self.clean(&profile.types[index].parts) }
    }

    private static func clean(_ parts: inout [PartProfile]) {
        for index in parts.indices { parts[index].bindings.removeAll { $0.sets.isEmpty } }
    }

    // MARK: Bindings

    /// Reads the bindings that stand in a document of their own.
    mutating func bindings(_ root: Element) {
        for section in root.children {
            switch section.name {
            case "ValueSetBindings", "SingleCodeBindings":
                for (context, element) in contexts(section) { binding(element, context) }
            default: leftOut("`\(section.name)` in `\(root.name)`", section)
            }
        }
    }

    private mutating func binding(_ element: Element, _ context: Context) {
        var binding = Binding()
        let what = "a value set binding of \(context.kind.byID.rawValue) `\(context.name)`"
        switch element.name {
        case "ValueSetBinding":
            expect(
                element, ["Target", "BindingStrength"], children: ["BindingLocations", "Bindings"])
            binding.strength =
                Binding.Strength(rawValue: element["BindingStrength"] ?? "") ?? .required
            binding.sets =
                element.child("Bindings")?.children.compactMap { $0["BindingIdentifier"] } ?? []
            binding = known(binding, element)
        case "SingleCodeBinding":
            expect(element, ["Target", "Code", "CodeSystem"], children: ["BindingLocations"])
            let code = element["Code"] ?? ""
            let system = element["CodeSystem"] ?? ""
            let id = "\(code)^\(system)"
            library[id] = ValueSet(id: id, codes: [.init(system: system, codes: [code])])
            binding.sets = [id]
        default: return leftOut("`\(element.name)` in bindings", element)
        }
        guard !binding.sets.isEmpty else { return }
        guard let target = element["Target"], let walked = walk(target, context) else {
            return leftOut("\(what): its target is not there", element)
        }
        guard let places = places(element.child("BindingLocations")) else {
            return leftOut("\(what): where its code stands", element)
        }
        binding.places = places
        attach(binding, walked, context, element)
    }

    /// Where the codes stand below the target; nil when that cannot be said here.
    private mutating func places(_ element: Element?) -> [Binding.Place]? {
        var places: [Binding.Place] = []
        for child in element?.children ?? [] {
            guard let code = Self.place(child["CodeLocation"]),
                let system = Self.place(child["CodeSystemLocation"] ?? ".")
            else { return nil }
            if child["CodeSystemOIDLocation"] != nil {
                leftOut("where the OID of a code system stands", child)
            }
            places.append(.init(code: code, system: system))
        }
        // `.`: the value itself.
        return places.allSatisfy { $0.code == 0 } ? [] : places
    }

    /// `1[1]` → 1, `.` → 0.
    private static func place(_ path: String?) -> Int? {
        guard let path, path != "." else { return path == nil ? nil : 0 }
        return Int(path.split(separator: "[").first ?? "")
            .flatMap { path.contains(".") ? nil : $0 }
    }

    /// Attaches a binding to its element; to one further down as a statement.
    private mutating func attach(
        _ binding: Binding, _ target: Walked, _ context: Context, _ element: Element
    ) {
        if context.kind == .segment, target.depth == 1,
            let index = profile.segments.firstIndex(where: { $0.id == context.name }),
            profile.segments[index].fields[target.last - 1].usage != .optional
        {
            profile.segments[index].fields[target.last - 1].bindings.append(binding)
        } else if context.kind == .type, target.depth == 1,
            let index = profile.types.firstIndex(where: { $0.id == context.name }),
            profile.types[index].parts[target.last - 1].usage != .optional
        {
            profile.types[index].parts[target.last - 1].bindings.append(binding)
        } else if !target.isOptional {
            profile.statements.append(
                Statement(
                    id: "binding \(context.name)/\(target.text)", context: context,
                    text: "value set binding", isBinding: true,
                    clause: .coded(target.text, binding, .pass)))
        }
    }
}

extension String {
    /// Without spaces around it.
    fileprivate var trimmedSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
