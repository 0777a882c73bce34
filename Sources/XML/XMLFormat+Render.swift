public import Exchange
import Markup

extension XMLFormat {
    /// One record element, self-contained: it declares the namespaces of the settings, so that it
    /// can be read alone. Elements stand in the schema's order, else in that of the fields.
    public func render(_ record: RenderNode<XMLPath>) throws(WriteFault) -> [UInt8] {
        let name = try recordName()
        let prefix = namespaces.filter { $0.value == name.namespace }.keys.min() ?? ""
        let root = Sprout(name: name, prefix: name.namespace.isEmpty ? "" : prefix)
        try fill(root, record)
        var declarations = namespaces.sorted { $0.key < $1.key }
            .map { Declaration(prefix: $0.key, uri: $0.value) }
        if !name.namespace.isEmpty, prefix.isEmpty {
            declarations.append(Declaration(prefix: "", uri: name.namespace))
        }
        var bytes: [UInt8] = []
        try root.write(
            into: &bytes, outline: schema?.outline, declarations: XMLDocument.written(declarations))
        return bytes
    }

    /// The name of a record's element: the settings', else the schema's one global element.
    private func recordName() throws(WriteFault) -> ExpandedName {
        if let name = selector.name { return name }
        if let outline = schema?.outline, let local = outline.globals.first {
            return ExpandedName(namespace: outline.targetNamespace, local: local)
        }
        throw WriteFault(Finding(XMLFinding.unwritable, "`record:` must name the element to write"))
    }

    private func fill(_ element: Sprout, _ node: RenderNode<XMLPath>) throws(WriteFault) {
        for (path, value) in node.fields {
            let steps = try writable(path)
            switch value {
            case .text(let text): try set(element, steps, text, path)
            case .null: try set(element, steps, "", path)
            case .repetitions(let texts):
                guard let last = steps.last, last.kind == .element else {
                    if let text = texts.first { try set(element, steps, text, path) }
                    if texts.count > 1 { throw clash(path) }
                    continue
                }
                for text in texts {
                    guard let grown = element.grow(steps) else { throw unwritable(path) }
                    try set(grown, [], text, path)
                }
            }
        }
        for child in node.children {
            guard let group = child.group else {
                try fill(element, child)
                continue
            }
            guard let grown = element.grow(try writable(group)) else { throw unwritable(group) }
            try fill(grown, child)
        }
    }

    private func set(
        _ element: Sprout, _ steps: ArraySlice<XMLPath.Step>, _ text: String, _ path: XMLPath
    ) throws(WriteFault) {
        guard element.set(steps, to: text) else { throw clash(path) }
    }

    /// The steps of a path that can be written. Steps into a namespace need its prefix in settings.
    func writable(_ path: XMLPath) throws(WriteFault) -> ArraySlice<XMLPath.Step> {
        guard let steps = path.steps else { throw unwritable(path) }
        return steps[...]
    }

    /// The fault that a path is too clever to be written.
    func unwritable(_ path: XMLPath) -> WriteFault {
        WriteFault(Finding(XMLFinding.unwritable, at: Location(path: path.notation)))
    }

    private func clash(_ path: XMLPath) -> WriteFault {
        WriteFault(Finding(XMLFinding.repetitions, at: Location(path: path.notation)))
    }
}
