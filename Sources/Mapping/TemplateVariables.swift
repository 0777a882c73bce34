/// What a template may name besides canonical fields.
public enum TemplateVariable: String, CaseIterable, Sendable {
    /// The batch's name.
    case batch
    /// The record's number within its destination tonight.
    case seq
    /// A control number: the batch's name without its marks, and the sequence.
    case control
    /// The batch's instant on the site's wall clock, `yyyyMMddHHmmss`.
    case now
    /// Its day, `yyyyMMdd`.
    case today
    /// The record's trigger: `A04`.
    case event
    /// The feed's name.
    case feed
    /// The destination's name.
    case destination
    /// The record's reference.
    case record
    /// The number of the occurrence in its group; filled by the map itself.
    case n
}

/// Gives templates their variables, each when it is asked for.
public protocol TemplateVariables {
    /// The value of `name`; nil when there is none.
    func value(of name: TemplateVariable) -> String?
}

extension [TemplateVariable: String]: TemplateVariables {
    /// The value stored under `name`.
    public func value(of name: TemplateVariable) -> String? { self[name] }
}
