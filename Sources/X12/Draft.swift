import Bytes
import Exchange

/// A record being written: loop occurrences with their segments, put into guide order at the end.
struct Draft {
    /// A segment's values: element → component (0 for the whole) → text.
    struct Segment {
        var segment: UInt32
        var slot: Int
        var qualifier: [UInt8]
        var values: [Int: [Int: String]] = [:]
    }

    /// One occurrence of a loop.
    final class Loop {
        let loop: Int
        var segments: [Segment] = []
        var children: [Loop] = []
        init(_ loop: Int) { self.loop = loop }
    }

    let guide: Guide
    let index: Int
    let root = Loop(0)
    /// The loop that the record's loop lies beneath where it has two (2000B or 2000C).
    private var parentOfRecord = 0

    init(_ guide: Guide, _ index: Int) {
        self.guide = guide
        self.index = index
    }

    private static func fault(_ kind: FindingKind, _ path: X12Path, _ detail: String = "")
        -> WriteFault
    {
        WriteFault(Finding(kind, at: Location(path: path.notation), detail))
    }

    // MARK: Filling

    /// Takes the fields of a record and of the groups in it.
    mutating func fill(_ node: RenderNode<X12Path>) throws(WriteFault) {
        let rule = guide.record
        if rule.loop > 0 {
            let parents = guide.loops[rule.loop].parents
            parentOfRecord =
                parents.first { parent in
                    parent != parents.first && names(node, loop: parent)
                } ?? parents.first ?? 0
        }
        try fill(node, into: root)
    }

    /// Whether a record has values in a loop or one directly beneath it.
    private func names(_ node: RenderNode<X12Path>, loop: Int) -> Bool {
        node.fields.contains { field in
            guard let own = field.path.loop(in: index), !Self.isEmpty(field.value) else {
                return false
            }
            return own == loop || (guide.loops[own].parents == [loop])
        }
    }

    private static func isEmpty(_ value: RenderValue) -> Bool {
        switch value {
        case .text(let text): text.isEmpty
        case .null: true
        case .repetitions(let all): all.allSatisfy(\.isEmpty)
        }
    }

    private func fill(_ node: RenderNode<X12Path>, into base: Loop) throws(WriteFault) {
        for field in node.fields where !Self.isEmpty(field.value) {
            try put(field.path, field.value, base)
        }
        for child in node.children {
            guard let group = child.group, let loop = group.loop(in: index) else {
                if let group = child.group { throw Self.fault(WriteFindings.field, group) }
                continue
            }
            let home = group.kind == .loop ? guide.loops[loop].parents : [loop]
            let place = reach(
                home.first { self.isOpen($0, base) }
                    ?? (home.contains(parentOfRecord) ? parentOfRecord : home[0]), base)
            if group.kind == .loop {
                let made = Loop(loop)
                place.children.append(made)
                try fill(child, into: made)
            } else {
                // A repeating segment: its fields go into one segment of their own.
                let first = place.segments.count
                for field in child.fields where !Self.isEmpty(field.value) {
                    try put(field.path, field.value, place, from: first)
                }
            }
        }
    }

    private func isOpen(_ loop: Int, _ base: Loop) -> Bool {
        base.loop == loop || base.children.contains { isOpen(loop, $0) }
    }

    /// The occurrence of `loop` beneath `base`, made where it is not there.
    private func reach(_ loop: Int, _ base: Loop) -> Loop {
        if base.loop == loop { return base }
        if loop == 0 { return base }
        let parents = guide.loops[loop].parents
        var parent = parents.first ?? 0
        if loop == guide.record.loop { parent = parentOfRecord }
        if parents.contains(base.loop) { parent = base.loop }
        let home = parent == loop ? base : reach(parent, base)
        if let there = home.children.last(where: { $0.loop == loop }) { return there }
        let made = Loop(loop)
        home.children.append(made)
        return made
    }

    private func put(
        _ path: X12Path, _ value: RenderValue, _ base: Loop, from first: Int = 0
    ) throws(WriteFault) {
        guard let loop = path.loop(in: index), path.kind == .field else {
            throw Self.fault(WriteFindings.field, path)
        }
        let home = reach(loop, base)
        switch value {
        case .null: return
        case .text(let text): try put(path, text, home, from: first)
        case .repetitions(let all):
            var start = first
            for text in all where !text.isEmpty {
                try put(path, text, home, from: start)
                start = home.segments.count
            }
        }
    }

    private func put(_ path: X12Path, _ text: String, _ home: Loop, from first: Int)
        throws(WriteFault)
    {
        var place = home.segments.indices.dropFirst(first).first {
            home.segments[$0].segment == path.segment
                && home.segments[$0].qualifier == path.qualifier
        }
        if place == nil {
            guard let slot = slot(path, home.loop) else {
                throw Self.fault(WriteFindings.field, path)
            }
            home.segments.append(
                Segment(segment: path.segment, slot: slot, qualifier: path.qualifier))
            place = home.segments.count - 1
        }
        guard let place else { return }
        let slot = guide.slots[home.segments[place].slot]
        guard path.element <= slot.elements.count else {
            throw Self.fault(WriteFindings.field, path)
        }
        var spec = guide.elements[slot.elements.lowerBound + path.element - 1]
        if path.component > 0, path.component <= spec.components.count {
            spec = guide.elements[spec.components.lowerBound + path.component - 1]
        }
        home.segments[place].values[path.element, default: [:]][path.component] = try Draft.text(
            text, spec, path)
    }

    private func slot(_ path: X12Path, _ loop: Int) -> Int? {
        guide.loops[loop].items.lazy.map { self.guide.items[$0] }.first { item in
            guard item.slot >= 0, self.guide.slots[item.slot].segment == path.segment else {
                return false
            }
            if path.qualifier.isEmpty { return true }
            return self.keyCodes(item.slot).contains(
                packCode(String(decoding: path.qualifier, as: UTF8.self)))
        }?.slot
    }

    private func keyCodes(_ slot: Int) -> ArraySlice<UInt64> {
        guard let key = guide.slots[slot].qualifier(guide) else { return [] }
        var spec = guide.elements[guide.slots[slot].elements.lowerBound + key.element - 1]
        if key.component > 0 {
            spec = guide.elements[spec.components.lowerBound + key.component - 1]
        }
        return guide.codes[spec.codes]
    }

    /// A value as X12 writes it: printable ASCII without delimiters; decimals in their shortest form.
    static func text(_ text: String, _ spec: ElementSpec, _ path: X12Path) throws(WriteFault)
        -> String
    {
        for byte in text.utf8 {
            if byte < 0x20 || byte > 0x7E || Delimiters.usual.contains(byte),
                !(spec.kind == .composite && byte == 0x3A)
            {
                throw fault(WriteFindings.character, path)
            }
        }
        if spec.kind == .decimal {
            guard let number = ExactDecimal(text) else { throw fault(WriteFindings.decimal, path) }
            let plain = number.description
            // X12.6, decimal: no zero in front of the point.
            return plain.hasPrefix("0.")
                ? String(plain.dropFirst())
                : plain.hasPrefix("-0.") ? "-" + plain.dropFirst(2) : plain
        }
        var trimmed = Substring(text)
        while trimmed.last == " " { trimmed = trimmed.dropLast() }
        return String(trimmed)
    }

    // MARK: Writing

    /// The segments in guide order, each with `~`.
    func write() -> [UInt8] {
        var bytes: [UInt8] = []
        write(root, ordinal: 1, into: &bytes)
        return bytes
    }

    private func write(_ loop: Loop, ordinal: Int, into bytes: inout [UInt8]) {
        for index in guide.loops[loop.loop].items {
            let item = guide.items[index]
            if item.slot >= 0 {
                let own = loop.segments.filter { $0.slot == item.slot }
                if own.isEmpty, item.slot == guide.loops[loop.loop].trigger, loop.loop > 0 {
                    write(
                        Segment(
                            segment: guide.slots[item.slot].segment, slot: item.slot, qualifier: []),
                        ordinal, into: &bytes)
                }
                for segment in own { write(segment, ordinal, into: &bytes) }
            } else {
                for (place, child) in loop.children.filter({ $0.loop == item.loop }).enumerated() {
                    write(child, ordinal: place + 1, into: &bytes)
                }
            }
        }
    }

    private func write(_ draft: Segment, _ ordinal: Int, into bytes: inout [UInt8]) {
        let slot = guide.slots[draft.slot]
        var texts: [String] = []
        for (place, index) in slot.elements.enumerated() {
            let spec = guide.elements[index]
            let given = draft.values[place + 1] ?? [:]
            if let whole = given[0], given.count == 1 {
                texts.append(whole)
            } else if spec.components.isEmpty {
                texts.append(fixed(spec, slot, place + 1, 0, draft))
            } else {
                texts.append(composite(spec, given, slot, place + 1, draft))
            }
        }
        let id = segmentName(draft.segment)
        if id == "LX", texts.first?.isEmpty == true { texts[0] = String(ordinal) }
        while texts.last?.isEmpty == true { texts.removeLast() }
        bytes += id.utf8
        for text in texts {
            bytes.append(UInt8(ascii: "*"))
            bytes += text.utf8
        }
        bytes.append(UInt8(ascii: "~"))
    }

    private func composite(
        _ spec: ElementSpec, _ given: [Int: String], _ slot: Slot, _ element: Int, _ draft: Segment
    ) -> String {
        let isKeyed =
            slot.qualifier(guide).map { $0.element == element && $0.component > 0 } ?? false
        if given.isEmpty, !(isKeyed && !draft.qualifier.isEmpty) { return "" }
        var parts: [String] = []
        for (place, index) in spec.components.enumerated() {
            parts.append(
                given[place + 1] ?? fixed(guide.elements[index], slot, element, place + 1, draft))
        }
        while parts.last?.isEmpty == true { parts.removeLast() }
        return parts.joined(separator: ":")
    }

    /// What needs no telling: the qualifier that the path names, and the only code there is.
    private func fixed(
        _ spec: ElementSpec, _ slot: Slot, _ element: Int, _ component: Int, _ draft: Segment
    ) -> String {
        if let key = slot.qualifier(guide), key.element == element, key.component == component,
            !draft.qualifier.isEmpty
        {
            return String(decoding: draft.qualifier, as: UTF8.self)
        }
        guard spec.usage == .mandatory || spec.usage == .required, spec.codes.count == 1,
            let code = guide.codes[spec.codes].first
        else { return "" }
        return codeText(code)
    }
}
