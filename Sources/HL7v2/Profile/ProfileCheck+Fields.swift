import Bytes
import Exchange

extension ProfileCheck {
    /// Checks every field of a segment by its flavor.
    mutating func check(_ segment: Int, _ flavor: SegmentPlan, _ instance: Int32) {
        let entry = document.segments[segment]
        let parts = flavor.parts
        for number in 1..<(Int(parts.count) + 1) {
            let rule = profile.parts[Int(parts.first) + number - 1]
            guard rule.isDescribed else { continue }
            field(segment, entry, number, rule, flavor)
        }
        if flavor.isClosed, Int(entry.fieldCount) > Int(parts.count) {
            for number in (Int(parts.count) + 1)...Int(entry.fieldCount)
            where document.field(number, of: entry)?.isEmpty == false {
                reporter.report(
                    ProfileFinding.extra, Reporter.Place(segment: segment, field: number), nil,
                    "\(parts.count) fields are described")
                break
            }
        }
        guard flavor.checks.count > 0 else { return }
        var element = Element(level: .segment, owner: segment)
        element.instance = instance
        check(flavor.checks, on: element)
    }

    private mutating func field(
        _ segment: Int, _ entry: SegmentEntry, _ number: Int, _ rule: PartRule,
        _ flavor: SegmentPlan
    ) {
        let place = Reporter.Place(segment: segment, field: number)
        guard let range = document.field(number, of: entry)?.range, !range.isEmpty else {
            return absent(rule, place)
        }
        var element = Element(level: .field, owner: segment)
        element.field = number
        element.range = range
        var found: [Element] = []
        if mayRepeat(range) {
            repetitions(segment, number) { instance, range in
                var repetition = element
                repetition.instance = instance
                repetition.range = range
                found.append(repetition)
            }
            guard let last = found.last else { return absent(rule, place) }
            element = last
        } else if isEmpty(range) {
            return absent(rule, place)
        }
        if isUnwanted(rule) {
            for element in found.isEmpty ? [element] : found { unwanted(rule, self.place(element)) }
            return
        }
        cardinality(rule, element, place)
        var rule = rule
        if flavor.mappings.count > 0, !mapped(&rule, number, segment, flavor) {
            return reporter.report(ProfileFinding.unresolved, place, "102", title(rule.name))
        }
        if found.isEmpty { return check(element, rule) }
        for element in found { check(element, rule) }
    }

    /// Whether a field has a repetition delimiter (MSH-2 is one by itself).
    private func mayRepeat(_ range: Range<Int>) -> Bool {
        let delimiter = record.delimiters.repetition
        return delimiter != 0 && bytes.span.firstIndex(of: delimiter, in: range) != nil
    }

    private mutating func cardinality(
        _ rule: PartRule, _ last: Element, _ place: Reporter.Place
    ) {
        guard rule.minimum >= 0 else { return }
        var place = place
        if rule.maximum >= 0, last.instance > rule.maximum {
            place.repetition = Int(rule.maximum) + 1
        } else if last.instance >= rule.minimum {
            return
        }
        reporter.report(
            ProfileFinding.cardinality, place, "198",
            "\(label(rule))\(range(rule.minimum, rule.maximum)), there are \(last.instance)")
    }

    /// Sets the type of a field that depends on other values; false when no case fits.
    private func mapped(
        _ rule: inout PartRule, _ number: Int, _ segment: Int, _ flavor: SegmentPlan
    ) -> Bool {
        var isMapped = false
        for index in flavor.mappings.range where Int(profile.mappings[index].field) == number {
            isMapped = true
            let item = profile.mappings[index]
            guard key(segment, item.reference) == item.value else { continue }
            if item.second.field > 0, key(segment, item.second) != item.secondValue { continue }
            rule.type = item.type
            return true
        }
        return !isMapped
    }

    private func key(_ segment: Int, _ place: (field: Int32, component: Int32)) -> UInt64 {
        let entry = document.segments[segment]
        guard let field = document.field(Int(place.field), of: entry), !field.isEmpty,
            let piece = Pieces.piece(
                bytes.span, Pieces.first(bytes.span, field.range, record.delimiters.repetition),
                record.delimiters.component, Int(place.component))
        else { return 0 }
        return Schema.pack(bytes.span, piece)
    }

    // MARK: Elements

    /// Usage R and RE of something that is not there.
    private mutating func absent(_ rule: PartRule, _ place: Reporter.Place) {
        if rule.usage == .required {
            reporter.report(ProfileFinding.required, place, "101", title(rule.name))
        } else if rule.usage == .requiredOrEmpty {
            reporter.report(ProfileFinding.expected, place, nil, title(rule.name))
        }
    }

    private func isUnwanted(_ rule: PartRule) -> Bool {
        rule.usage == .unsupported || rule.usage == .withdrawn
    }

    private mutating func unwanted(_ rule: PartRule, _ place: Reporter.Place) {
        reporter.report(
            rule.usage == .withdrawn ? ProfileFinding.withdrawn : ProfileFinding.unsupported,
            place, "199", title(rule.name))
    }

    /// Checks a repetition, component or sub-component that is there.
    private mutating func check(_ element: Element, _ rule: PartRule) {
        // HL7 v2 ch. 2: `""` deletes, whatever is asked of a value.
        if element.level == .field, isNull(element.range) { return }
        let type = rule.type < 0 ? nil : profile.types[Int(rule.type)]
        value(element, rule)
        guard let type else { return }
        if type.parts.count > 0, element.level < .subcomponent { components(element, type) }
        if type.checks.count > 0 { check(type.checks, on: element) }
    }

    private mutating func value(_ element: Element, _ rule: PartRule) {
        if rule.minimumLength >= 0 || rule.maximumLength >= 0 { length(element, rule) }
        if rule.constant >= 0, !isConstant(element, Int(rule.constant)) {
            reporter.report(ProfileFinding.constant, place(element), "199", title(rule.name))
        }
        for index in rule.bindings.range {
            check(profile.bindings[index], on: element, rule.name)
        }
    }

    private func isConstant(_ element: Element, _ index: Int) -> Bool {
        // MSH-2 holds the escape character itself.
        let isEncoding =
            element.field <= 2 && document.segments[element.owner].id == SegmentID.msh
        return isEncoding
            ? text(element) == profile.texts[index] : isText(simple(element), index)
    }

    private mutating func length(_ element: Element, _ rule: PartRule) {
        // Characters, not bytes: an escape sequence is one, and so is what UTF-8 writes in several.
        let count =
            isPlain(element.range)
            ? element.range.count
            : text(element.range).reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
        guard
            count < Int(rule.minimumLength)
                || (rule.maximumLength >= 0 && count > Int(rule.maximumLength))
        else { return }
        reporter.report(
            ProfileFinding.length, place(element), "104",
            "\(label(rule))\(range(rule.minimumLength, rule.maximumLength)) characters, "
                + "there are \(count)")
    }

    private mutating func components(_ element: Element, _ type: TypePlan) {
        let delimiter = delimiter(in: element.level)
        var start = element.range.lowerBound
        var number = 1
        var isOver = false
        while number <= Int(type.parts.count) || !isOver {
            var part = element
            part.level = element.level == .field ? .component : .subcomponent
            if part.level == .component {
                part.component = number
            } else {
                part.subcomponent = number
            }
            part.range = element.range.upperBound..<element.range.upperBound
            if !isOver {
                let hit =
                    delimiter == 0
                    ? nil
                    : bytes.span.firstIndex(of: delimiter, in: start..<element.range.upperBound)
                part.range = start..<(hit ?? element.range.upperBound)
                isOver = hit == nil
                start = (hit ?? start) + 1
            }
            if number > Int(type.parts.count) {
                guard type.isClosed else { return }
                if !isEmpty(part.range) {
                    return reporter.report(
                        ProfileFinding.extra, place(part), nil,
                        "\(type.parts.count) components are described")
                }
            } else {
                self.part(part, profile.parts[Int(type.parts.first) + number - 1])
            }
            number += 1
        }
    }

    private mutating func part(_ part: Element, _ rule: PartRule) {
        guard rule.isDescribed else { return }
        if isEmpty(part.range) {
            absent(rule, place(part))
        } else if isUnwanted(rule) {
            unwanted(rule, place(part))
        } else {
            check(part, rule)
        }
    }

    /// `Name ` before particulars; empty when the profile has no name.
    private func label(_ rule: PartRule) -> String {
        rule.name < 0 ? "" : "\(title(rule.name)) "
    }
}
