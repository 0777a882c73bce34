import Exchange
import Markup

/// The document `ConformanceContext`: conformance statements and condition predicates.
extension NISTImport {
    /// Reads it.
    mutating func constraints(_ root: Element) {
        for section in root.children {
            switch section.name {
            case "MetaData": break
            case "Predicates":
                for (context, element) in contexts(section) { predicate(element, context) }
            case "Constraints":
                for (context, element) in contexts(section) { constraint(element, context) }
            case "CoConstraints":
                for (context, element) in contexts(section) {
                    leftOut(
                        "a co-constraint of \(context.kind.byID.rawValue) `\(context.name)`",
                        element)
                }
            case "OrderIndifferent":
                for element in section.children {
                    leftOut("order-indifferent constraints on `\(element["List"] ?? "")`", element)
                }
            default: leftOut("`\(section.name)` in `\(root.name)`", section)
            }
        }
    }

    private mutating func constraint(_ element: Element, _ context: Context) {
        let id = element["ID"] ?? ""
        expect(
            element, ["ID", "Classification", "Target", "Strength"],
            children: ["Reference", "Description", "Assertion"])
        var statement = Statement(id: id, context: context)
        statement.text = element.child("Description")?.text ?? ""
        statement.isWeak = element["Strength"] == "SHOULD"
        guard let clause = clause(element.child("Assertion"), context, "constraint `\(id)`") else {
            return
        }
        statement.clause = clause
        profile.statements.append(statement)
    }

    private mutating func predicate(_ element: Element, _ context: Context) {
        let target = element["Target"] ?? ""
        let what =
            "predicate of \(context.kind.byID.rawValue) `\(context.name)`, target `\(target)`"
        expect(
            element, ["ID", "Target", "TrueUsage", "FalseUsage"],
            children: ["Reference", "Description", "Condition"])
        guard let walked = walk(target, context) else {
            return leftOut("\(what): the target is not there", element)
        }
        targets.insert(walked.identity)
        var condition = Condition(
            id: element["ID"] ?? "\(context.name)/\(walked.text)", context: context)
        condition.text = element.child("Description")?.text ?? ""
        condition.target = walked.text
        guard let whenTrue = Usage(rawValue: element["TrueUsage"] ?? ""),
            let whenFalse = Usage(rawValue: element["FalseUsage"] ?? "")
        else { return leftOut("\(what): its usages", element) }
        (condition.whenTrue, condition.whenFalse) = (whenTrue, whenFalse)
        guard let clause = clause(element.child("Condition"), context, what) else { return }
        condition.clause = clause
        profile.conditions.append(condition)
    }

    /// The one expression in `holder`; nil with a finding when it is not translated, as a whole.
    private mutating func clause(
        _ holder: Element?, _ context: Context, _ what: String
    ) -> Clause? {
        guard let holder, let root = holder.children.first, holder.children.count == 1 else {
            leftOut("\(what): it has no expression, or several", holder)
            return nil
        }
        do throws(Untranslated) {
            return try expression(root, context)
        } catch {
            leftOut("\(what): \(error.reason)", error.element)
            return nil
        }
    }

    /// A part of an expression that is not translated.
    private struct Untranslated: Error {
        let reason: String
        let element: Element
    }

    private func expression(
        _ element: Element, _ context: Context
    ) throws(Untranslated) -> Clause {
        switch element.name {
        case "NOT": return .not(try operands(element, context, 1...1)[0])
        case "AND", "FORALL": return .all(try operands(element, context, 1...999))
        case "OR", "EXIST": return .any(try operands(element, context, 1...999))
        case "XOR":
            let two = try operands(element, context, 2...2)
            return .exactlyOne(two[0], two[1])
        case "IMPLY":
            let two = try operands(element, context, 2...2)
            return .implies(two[0], two[1])
        case "Presence":
            try check(element, [])
            return .present(try path(element, "Path", context).text)
        case "SetID":
            try check(element, [])
            return .setID(try path(element, "Path", context).text)
        case "PathValue": return try pathValue(element, context)
        default: return try value(element, context)
        }
    }

    private func operands(
        _ element: Element, _ context: Context, _ count: ClosedRange<Int>
    ) throws(Untranslated) -> [Clause] {
        guard count.contains(element.children.count), element.attributes.isEmpty else {
            throw Untranslated(reason: "the operands of \(element.name)", element: element)
        }
        var clauses: [Clause] = []
        for child in element.children { clauses.append(try expression(child, context)) }
        return clauses
    }

    private func pathValue(_ element: Element, _ context: Context) throws(Untranslated) -> Clause {
        try check(element, ["Path1", "Path2", "Operator", "NotPresentBehavior"])
        return .comparePaths(
            try path(element, "Path1", context).text, try comparison(element),
            try path(element, "Path2", context).text, try absence(element))
    }

    /// An expression about the values of one path.
    private func value(_ element: Element, _ context: Context) throws(Untranslated) -> Clause {
        let known: [String: Set<String>] = [
            "PlainText": ["Text", "IgnoreCase"], "StringList": ["CSV", "IgnoreCase"],
            "NumberList": ["CSV"], "Format": ["Regex"],
            "SimpleValue": ["Operator", "Value", "Type"],
            "ValueSet": ["ValueSetID", "BindingStrength", "BindingLocation"],
        ]
        guard let own = known[element.name] else {
            throw Untranslated(reason: "expression `\(element.name)`", element: element)
        }
        try check(element, own.union(["AtLeastOnce", "NotPresentBehavior"]))
        let target = try path(element, "Path", context)
        let reach = Clause.Reach(
            isAny: isTrue(element["AtLeastOnce"]), absence: try absence(element))
        let ignoresCase = isTrue(element["IgnoreCase"])
        let items = (element["CSV"] ?? "").split(separator: ",").map {
            $0.split(separator: " ").joined(separator: " ")
        }
        switch element.name {
        case "PlainText":
            return .equals(
                target.text, text: element["Text"] ?? "", ignoresCase: ignoresCase, reach)
        case "StringList":
            return .oneOf(target.text, texts: items, ignoresCase: ignoresCase, reach)
        case "NumberList": return .oneOfNumbers(target.text, numbers: items, reach)
        case "Format":
            let regex = element["Regex"] ?? ""
            guard let pattern = JavaPattern.translate(regex), Pattern(pattern) != nil else {
                throw Untranslated(reason: "the regular expression of `Format`", element: element)
            }
            return .matches(target.text, pattern: pattern, reach)
        case "SimpleValue":
            return .compare(
                target.text, try comparison(element), value: element["Value"] ?? "", reach)
        default: return try valueSet(element, target, reach.absence)
        }
    }

    private func valueSet(
        _ element: Element, _ target: Walked, _ absence: Clause.Absence
    ) throws(Untranslated) -> Clause {
        var quiet = self
        quiet.toldExcluded = []
        let before = quiet.findings.count
        let binding = quiet.binding(element["ValueSetID"] ?? "", element, type: target.type)
        guard quiet.findings.count == before, !binding.sets.isEmpty else {
            throw Untranslated(
                reason: quiet.findings.last?.detail ?? "its value set", element: element)
        }
        return .coded(target.text, binding, absence)
    }

    // MARK: Attributes

    /// Refuses attributes that change what an expression means and are not read here.
    private func check(_ element: Element, _ known: Set<String>) throws(Untranslated) {
        for name in element.attributes.keys.sorted()
        where !known.contains(name) && name != "Path" && element[name] != "false" {
            throw Untranslated(
                reason: "attribute `\(name)` of `\(element.name)`", element: element)
        }
    }

    private func path(
        _ element: Element, _ name: String, _ context: Context
    ) throws(Untranslated) -> Walked {
        guard let text = element[name], let walked = walk(text, context) else {
            throw Untranslated(
                reason: "the path `\(element[name] ?? "")` is not there", element: element)
        }
        return walked
    }

    private func comparison(_ element: Element) throws(Untranslated) -> Clause.Comparison {
        if let comparison = Clause.Comparison(rawValue: element["Operator"] ?? "") {
            return comparison
        }
        throw Untranslated(reason: "the operator of `\(element.name)`", element: element)
    }

    private func absence(_ element: Element) throws(Untranslated) -> Clause.Absence {
        guard let text = element["NotPresentBehavior"] else { return .pass }
        if let absence = Clause.Absence(rawValue: text.lowercased()) { return absence }
        throw Untranslated(reason: "NotPresentBehavior `\(text)`", element: element)
    }

    private func isTrue(_ text: String?) -> Bool { text == "true" || text == "1" }
}
