import Bytes
import Exchange

extension ProfileCheck {
    /// What looking a code up came to, from best to worst.
    enum Lookup: Int, Comparable {
        case found, permitted, wrongSystem, excluded, unknown, absent
        static func < (left: Lookup, right: Lookup) -> Bool { left.rawValue < right.rawValue }
    }

    /// Reports what a binding finds wrong with an element.
    mutating func check(_ binding: BindingRule, on element: Element, _ name: Int32) {
        let (lookup, isOpen, matches) = look(binding, element)
        if lookup == .found, matches < 2 || !binding.isExclusive { return }
        var place = place(element)
        let first = binding.places.count > 0 ? profile.places[Int(binding.places.first)] : nil
        if let first, first.code > 0 {
            if element.level == .field {
                place.component = first.code
            } else if element.level == .component {
                place.subcomponent = first.code
            }
        }
        let sets = binding.sets.range.map {
            title(profile.sets[Int(profile.lists[$0])].name)
        }.joined(separator: ", ")
        let detail = (name < 0 ? "" : "\(title(name)), ") + "value set \(sets)"
        if matches > 1, binding.isExclusive {
            return report(
                ProfileFinding.codedElement, place, detail + "; only one code may be of it",
                binding)
        }
        switch lookup {
        case .found: return
        case .permitted: report(ProfileFinding.permitted, place, detail, binding)
        case .wrongSystem:
            report(ProfileFinding.codedElement, place, detail + "; another code system", binding)
        case .excluded: report(ProfileFinding.excluded, place, detail, binding)
        case .unknown:
            report(
                isOpen ? ProfileFinding.codeNotFoundOpen : ProfileFinding.codeNotFound, place,
                detail, binding)
        case .absent:
            report(
                ProfileFinding.codedElement, place, detail + "; no code where it is wanted",
                binding, severity: .warning)
        }
    }

    private mutating func report(
        _ kind: FindingKind, _ place: Reporter.Place, _ detail: String, _ binding: BindingRule,
        severity: Severity? = nil
    ) {
        let weak: Severity? =
            switch binding.strength {
            case .required: severity
            case .suggested: min(.warning, kind.severity)
            case .undetermined: .info
            }
        reporter.report(kind, place, kind.severity == .info ? nil : "103", detail, severity: weak)
    }

    /// Looks for a code of the binding's sets in each of its places; the best is what counts.
    func look(
        _ binding: BindingRule, _ element: Element
    ) -> (lookup: Lookup, isOpen: Bool, matches: Int) {
        var best = Lookup.absent
        var isOpen = false
        var matches = 0
        // Without places of its own, the code is the value itself.
        for index in binding.places.count > 0 ? binding.places.range : -1..<0 {
            let place = index < 0 ? Binding.Place() : profile.places[index]
            guard let code = place.code == 0 ? simple(element) : part(element, place.code),
                !code.isEmpty, !isNull(code)
            else { continue }
            let codeKey = key(code)
            let systemKey =
                place.system == 0 ? 0 : part(element, place.system).map { key($0) } ?? 0
            var here = Lookup.unknown
            for index in binding.sets.range {
                let set = Int(profile.lists[index])
                if profile.sets[set].isOpen { isOpen = true }
                if profile.sets[set].namesSystems, Self.isSystemName(text(code)) {
                    here = .found
                } else {
                    here = min(here, look(codeKey, systemKey, place.system > 0, set))
                }
            }
            if here <= .permitted { matches += 1 }
            best = min(best, here)
        }
        return (best, isOpen, matches)
    }

    private func look(
        _ code: UInt64, _ system: UInt64, _ hasSystem: Bool, _ set: Int
    ) -> Lookup {
        guard let entry = profile.codes.entry(code, system: system, in: set) else {
            return .unknown
        }
        if hasSystem, entry.system != 0, entry.system != system { return .wrongSystem }
        switch entry.usage {
        case .required: return .found
        case .permitted: return .permitted
        case .excluded: return .excluded
        }
    }

    /// HL7 table 0396: `HL7nnnn` and `99zzz` name tables of HL7 and of a site.
    private static func isSystemName(_ code: [UInt8]) -> Bool {
        let text = String(decoding: code, as: UTF8.self)
        if text.hasPrefix("HL7") { return code.count == 7 && Int(text.dropFirst(3)) != nil }
        return text.hasPrefix("99") && code.count == 5
    }

    /// A component or sub-component, its first part; nil when it is not there.
    private func part(_ element: Element, _ number: Int) -> Range<Int>? {
        guard
            let piece = Pieces.piece(
                bytes.span, element.range, delimiter(in: element.level), number)
        else { return nil }
        return element.level == .field
            ? Pieces.first(bytes.span, piece, record.delimiters.subcomponent) : piece
    }
}
