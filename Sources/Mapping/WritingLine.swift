import Exchange

/// A line of a dictionary that writes, without its path: what is the same for every format. A
/// class, since its many parts would be retained one by one.
final class WritingLine: Sendable {
    let name: String
    let notation: String
    let codec: ValueCodec
    let required: Bool
    let isMany: Bool

    init(_ entry: FieldDictionary.Entry, zone: Zone?, day: String) {
        name = entry.target
        notation = entry.from
        codec = ValueCodec(entry, zone: zone, day: day)
        required = entry.required
        isMany = entry.isMany
    }

    /// What the field is to hold instead of what stands there; nil when it stays as it is.
    func change(
        from before: ArraySlice<FieldValue>, at place: Int, _ record: CanonicalIndex,
        _ findings: inout [Finding]
    ) -> RenderValue? {
        let found = record.find(name, at: place)
        switch found {
        case .values(let wanted) where says(before, wanted): return nil
        // What the feed did not read is there already, and stays.
        case .absent where before.contains(where: { !$0.isNull && !$0.text.isEmpty }): return nil
        default: break
        }
        guard let value = value(found, &findings), !Self.stands(before, value) else {
            return nil
        }
        return value
    }

    /// What it is to hold for the node at `place`; nil when the record does not state it.
    func value(
        at place: Int, _ record: CanonicalIndex, _ findings: inout [Finding]
    ) -> RenderValue? {
        value(record.find(name, at: place), &findings)
    }

    private func value(
        _ found: CanonicalIndex.Found, _ findings: inout [Finding]
    ) -> RenderValue? {
        func report(_ kind: FindingKind) {
            findings.append(Finding(kind, at: Location(path: notation), "`\(name)`"))
        }
        switch found {
        case .absent:
            if required { report(MappingFindings.destinationMissing) }
            return nil
        case .ambiguous:
            report(MappingFindings.ambiguous)
            return nil
        case .values(let values):
            var texts: [String] = []
            for value in values.compactMap(\.self) {
                switch codec.write(value) {
                case .value(let text): texts.append(text)
                case .noted(let text, let kind):
                    texts.append(text)
                    report(kind)
                case .failed(let kind):
                    report(kind)
                    return nil
                }
            }
            if texts.isEmpty {
                if required { report(MappingFindings.destinationMissing) }
                return .null
            }
            if texts.count == 1 { return .text(texts[0]) }
            if isMany { return .repetitions(texts) }
            report(MappingFindings.ambiguous)
            return nil
        }
    }

    /// Whether what stands there reads, by this dictionary, as `wanted`.
    private func says(_ before: ArraySlice<FieldValue>, _ wanted: [String?]) -> Bool {
        if before.count == 1, wanted.count == 1 {
            let value = before[before.startIndex]
            return (value.isNull || !value.text.isEmpty) && says(value, wanted[0])
        }
        let stated = before.filter { $0.isNull || !$0.text.isEmpty }
        // A field that repeats gave its first value, or its last; the rest is not ours to judge.
        if !isMany, stated.count > 1 {
            return stated.contains { says([$0], wanted) }
        }
        guard stated.count == wanted.count else { return false }
        return zip(stated, wanted).allSatisfy { says($0, $1) }
    }

    /// Whether one value reads as `wanted`.
    private func says(_ value: FieldValue, _ wanted: String?) -> Bool {
        guard let wanted, !value.isNull else { return value.isNull && wanted == nil }
        switch codec.read(value.text) {
        case .value(let text), .noted(let text, _): return text == wanted
        case .failed: return false
        }
    }

    /// Whether exactly `value` stands there already.
    static func stands(_ before: ArraySlice<FieldValue>, _ value: RenderValue) -> Bool {
        switch value {
        case .null: before.count == 1 && before[before.startIndex].isNull
        case .text(let text):
            before.count == 1 && !before[before.startIndex].isNull
                && before[before.startIndex].text == text
        case .repetitions(let texts):
            before.count == texts.count
                && zip(before, texts).allSatisfy { !$0.isNull && $0.text == $1 }
        }
    }
}

/// A field that is written besides, without its path.
final class WritingConstant: Sendable {
    let notation: String
    let value: Template
    let when: String?

    init(_ constant: FieldDictionary.Constant) {
        notation = constant.to
        value = constant.value
        when = constant.when
    }

    /// What it is to hold; nil when its condition is not met or what it names is absent.
    func text(
        at place: Int, number: Int, _ record: CanonicalIndex,
        _ variables: [String: String], _ findings: inout [Finding]
    ) -> String? {
        if let when {
            guard case .values(let values) = record.find(when, at: place),
                values.contains(where: { $0 != nil })
            else { return nil }
        }
        var text = ""
        for part in value.parts {
            switch part {
            case .text(let run): text += run
            case .variable("n"): text += String(number)
            case .variable(let name):
                guard let value = variables[name] else {
                    findings.append(
                        Finding(
                            MappingFindings.variableMissing, at: Location(path: notation),
                            "`{\(name)}`"))
                    return nil
                }
                text += value
            case .field(let name):
                switch record.find(name, at: place) {
                case .values(let values): text += values.compactMap(\.self).first ?? ""
                case .absent: break
                case .ambiguous:
                    findings.append(
                        Finding(
                            MappingFindings.ambiguous, at: Location(path: notation),
                            "`\(name)`"))
                    return nil
                }
            }
        }
        return text.isEmpty ? nil : text
    }
}
