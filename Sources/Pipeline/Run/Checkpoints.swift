/// The places between steps at which a run can be stopped on purpose. No-ops in production.
///
/// The crash tests kill the process at every one of them in turn; a name tells where it was.
public struct Checkpoints: Sendable {
    private let hook: (@Sendable (String) -> Void)?

    /// Calls `hook` at each checkpoint.
    public init(_ hook: @escaping @Sendable (String) -> Void) { self.hook = hook }

    private init() { hook = nil }

    /// Nothing happens.
    public static let none = Checkpoints()

    /// Marks a place.
    func pass(_ name: String) { hook?(name) }
}
