/// A group within another of a compiled dictionary, and the next within the same one: a chain is
/// walked without asking for the type of an array's elements at every step.
final class InnerGroup<Path: Sendable, Group: Sendable>: Sendable {
    let path: Path
    let group: Group
    let next: InnerGroup?

    private init(path: Path, group: Group, next: InnerGroup?) {
        self.path = path
        self.group = group
        self.next = next
    }

    /// The first of these groups, each with the next behind it; nil for none.
    static func chain(_ groups: [(path: Path, group: Group)]) -> InnerGroup? {
        groups.reversed().reduce(nil) { next, each in
            InnerGroup(path: each.path, group: each.group, next: next)
        }
    }
}
