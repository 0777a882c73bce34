/// The places between steps at which a run can be stopped, or broken, on purpose. No-ops in
/// production.
///
/// The crash tests kill the process at every one of them in turn; a name tells where it was. The
/// balance tests plant a fault (`PlantedFault`) and see that its unit is stopped.
public struct Checkpoints: Sendable {
    private let hook: (@Sendable (String) -> Void)?
    private let plant: (@Sendable (PlantedFault, String) -> Bool)?

    /// Calls `hook` at each checkpoint, and asks `plant` whether a fault strikes a feed here.
    public init(
        _ hook: (@Sendable (String) -> Void)? = nil,
        plant: (@Sendable (PlantedFault, String) -> Bool)? = nil
    ) {
        self.hook = hook
        self.plant = plant
    }

    /// Nothing happens.
    public static let none = Checkpoints()

    /// Marks a place.
    func pass(_ name: String) { hook?(name) }

    /// Whether a planted fault strikes something of `feed` here. Never in a release build.
    func strikes(_ fault: PlantedFault, _ feed: @autoclosure () -> String) -> Bool {
        #if DEBUG
            guard let plant else { return false }
            return plant(fault, feed())
        #else
            return false
        #endif
    }
}
