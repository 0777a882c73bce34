import Exchange
public import Ledger

/// Which published files are no longer where they were published.
public enum Collected {
    /// The ids of those deliveries that a destination no longer has. A place that cannot be listed
    /// says nothing about any.
    public static func gone(
        _ deliveries: [Delivery], from destination: Destination
    ) async -> [Int64] {
        guard let entries = try? await destination.transport.list() else { return [] }
        let names = Set(entries.map(\.name))
        return deliveries.filter { !names.contains(Array($0.final.utf8)) }.map(\.id)
    }
}
