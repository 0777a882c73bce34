import Markup

/// The document `ConformanceProfile`: messages, segments, data types.
extension NISTImport {
    private static let about: Set<String> = ["Name", "OrgName", "Version", "Date"]
    private static let ignored: Set<String> = [
        "ID", "Type", "HL7Version", "SchemaVersion", "schemaLocation", "noNamespaceSchemaLocation",
    ]

    /// Reads the profile; only `wanted` of its messages where one is named.
    mutating func profile(_ root: Element, _ wanted: String?) {
        expect(
            root, Self.ignored,
            children: ["MetaData", "Encodings", "Messages", "Segments", "Datatypes"])
        if let data = root.child("MetaData") {
            profile.about = ["Name", "OrgName", "Version", "Date"].compactMap { data[$0] }
                .joined(separator: ", ")
        }
        if let version = root["HL7Version"] ?? usual(root) { profile.versions = [version] }
        for element in root.child("Datatypes")?.children ?? [] { type(element) }
        for element in root.child("Segments")?.children ?? [] { segment(element) }
        for element in root.child("Messages")?.children ?? [] { message(element, wanted) }
        if profile.messages.isEmpty {
            leftOut(wanted.map { "there is no message `\($0)`" } ?? "there is no message", root)
        }
    }

    /// The version that most segments state, where the profile names none.
    private mutating func usual(_ root: Element) -> String? {
        var counts: [String: Int] = [:]
        for segment in root.child("Segments")?.children ?? [] {
            guard let version = segment["Version"], version.hasPrefix("2.") else { continue }
            counts[version, default: 0] += 1
        }
        let most = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
        if let most {
            unchecked("no HL7Version; \(most), that of most segments, is taken", root)
        }
        return most
    }

    private mutating func message(_ element: Element, _ wanted: String?) {
        expect(
            element, ["ID", "Identifier", "Name", "Type", "Event", "StructID", "Description"],
            children: ["Segment", "Group", "Choice"])
        let id = element["ID"] ?? ""
        if let wanted, wanted != id, wanted != element["Identifier"] { return }
        var message = MessageProfile(
            type: "\(element["Type"] ?? "")^\(element["Event"] ?? "")", id: id)
        guard !profile.messages.contains(where: { $0.type == message.type }) else {
            leftOut("message `\(id)`: there is another of type \(message.type)", element)
            return
        }
        message.members = members(element)
        structures[id] = element["StructID"]
        profile.messages.append(message)
    }

    private mutating func members(_ element: Element) -> [Member] {
        element.children.compactMap { child in
            var member = Member()
            member.usage = usage(child)
            member.cardinality = cardinality(child) ?? member.cardinality
            switch child.name {
            case "Segment":
                expect(child, ["Ref", "Usage", "Min", "Max"])
                member.name = child["Ref"] ?? ""
            case "Group", "Choice":
                expect(
                    child, ["ID", "Name", "Usage", "Min", "Max"],
                    children: ["Segment", "Group", "Choice"])
                member.isGroup = true
                member.name = child["Name"] ?? ""
                member.id = child["ID"] ?? member.name
                member.members = members(child)
                if child.name == "Choice" {
                    leftOut("group `\(member.name)`: that one of its members is chosen", child)
                }
            default: return nil
            }
            return member
        }
    }

    private mutating func segment(_ element: Element) {
        expect(
            element, ["ID", "Name", "Label", "Description", "Version"],
            children: ["Field", "DynamicMapping"])
        var segment = SegmentProfile(id: element["ID"] ?? "", name: element["Name"] ?? "")
        segment.isClosed = true
        segment.fields = element.children.filter { $0.name == "Field" }.enumerated()
            .map { part($1, $0 + 1) }
        for child in element.children where child.name == "DynamicMapping" {
            segment.mappings += mappings(child)
        }
        profile.segments.append(segment)
    }

    private mutating func mappings(_ element: Element) -> [Mapping] {
        expect(element, [], children: ["Mapping"])
        return element.children.filter { $0.name == "Mapping" }.map { child in
            expect(child, ["Position", "Reference", "SecondReference"], children: ["Case"])
            var mapping = Mapping(field: child["Position"].flatMap { Int($0) } ?? 0)
            mapping.reference = child["Reference"] ?? ""
            mapping.second = child["SecondReference"] ?? ""
            mapping.cases = child.children.filter { $0.name == "Case" }.map { item in
                expect(item, ["Value", "SecondValue", "Datatype"])
                return (item["Value"] ?? "", item["SecondValue"] ?? "", item["Datatype"] ?? "")
            }
            return mapping
        }
    }

    private mutating func type(_ element: Element) {
        expect(
            element, ["ID", "Name", "Label", "Description", "Version"], children: ["Component"])
        var type = TypeProfile(id: element["ID"] ?? "", name: element["Name"] ?? "")
        type.isClosed = true
        type.parts = element.children.filter { $0.name == "Component" }.enumerated()
            .map { part($1, $0 + 1) }
        profile.types.append(type)
    }

    private mutating func part(_ element: Element, _ number: Int) -> PartProfile {
        expect(
            element,
            [
                "Name", "Usage", "Datatype", "MinLength", "MaxLength", "ConfLength", "Binding",
                "BindingStrength", "BindingLocation", "ConstantValue", "Hide", "Show", "ItemNo",
                "Min", "Max",
            ])
        var part = PartProfile(number: number)
        part.name = element["Name"] ?? ""
        part.usage = usage(element)
        part.type = element["Datatype"] ?? ""
        part.constant = element["ConstantValue"]
        if element.name == "Field" { part.cardinality = cardinality(element) }
        // NIST's engine validates neither length nor codes of what is optional (usage O).
        guard part.usage != .optional else { return part }
        part.length = length(element)
        if let name = element["Binding"] {
            part.bindings = [binding(name, element, type: part.type)]
        }
        return part
    }

    private mutating func usage(_ element: Element) -> Usage {
        let text = element["Usage"] ?? ""
        if let usage = Usage(rawValue: text) { return usage }
        // CE: conditional but may be empty; a predicate says so where there is one.
        if text == "CE" { return .conditional }
        leftOut("usage `\(text)`: the element is not checked", element)
        return .optional
    }

    private mutating func cardinality(_ element: Element) -> Cardinality? {
        guard let minimum = element["Min"].flatMap({ Int($0) }), let maximum = element["Max"]
        else { return nil }
        guard maximum == "*" || Int(maximum) != nil else {
            leftOut("cardinality with a maximum of `\(maximum)`", element)
            return nil
        }
        return Cardinality(minimum: minimum, maximum: Int(maximum))
    }

    /// Minimum and maximum; else from 1 to the conformance length, as NIST's engine has it.
    private func length(_ element: Element) -> Cardinality? {
        if let minimum = element["MinLength"].flatMap({ Int($0) }), let text = element["MaxLength"],
            text == "*" || Int(text) != nil
        {
            return minimum <= 0 && text == "*"
                ? nil : Cardinality(minimum: minimum, maximum: Int(text))
        }
        guard let text = element["ConfLength"] else { return nil }
        let digits = text.hasSuffix("=") || text.hasSuffix("#") ? String(text.dropLast()) : text
        return Int(digits).map { Cardinality(minimum: 1, maximum: $0) }
    }

    /// The binding in a field's or component's own attributes: its place counts for coded types.
    mutating func binding(_ name: String, _ element: Element, type: String) -> Binding {
        var binding = Binding(sets: name.split(separator: ":").map(String.init))
        if let strength = element["BindingStrength"] {
            if let known = Binding.Strength(rawValue: strength) {
                binding.strength = known
            } else {
                leftOut("binding strength `\(strength)`", element)
            }
        }
        let title = profile.types.first { $0.id == type }?.name ?? type
        guard ["CE", "CWE", "CNE"].contains(title) else { return known(binding, element) }
        let places = (element["BindingLocation"] ?? "1").split(separator: ":").compactMap {
            Int($0)
        }
        binding.places = places.map { .init(code: $0, system: $0 + 2) }
        binding.isExclusive = places.count > 1
        return known(binding, element)
    }

    /// Reports value sets that cannot be looked into.
    mutating func known(_ binding: Binding, _ element: Element) -> Binding {
        var binding = binding
        binding.sets = binding.sets.filter { name in
            if excluded.contains(name) {
                if toldExcluded.insert(name).inserted {
                    unchecked("Excluded From Validation: value set `\(name)`", element)
                }
                return false
            }
            guard let set = library[name] else {
                leftOut("VS Not Found: value set `\(name)`", element)
                return false
            }
            if set.codes.allSatisfy(\.codes.isEmpty) {
                leftOut("Empty VS: value set `\(name)`", element)
                return false
            }
            return true
        }
        return binding
    }
}
