import Exchange
import Foundation
public import Ledger

/// Stage 8: reads only the ledger, checks the equations of each release unit, and marks its
/// deliveries released, or stops them (law 3). A unit out of balance never stops another. What was
/// released before an interruption keeps the equations that released it.
struct Reconcile {
    private let context: NightContext

    init(_ context: NightContext) { self.context = context }

    func run() throws {
        for status in try context.ledger.units(of: context.batch.id)
        where status.state != .released {
            let name = status.unit.name
            _ = try context.ledger.equations(batch: context.batch.id, unit: name)
            context.checkpoints.pass("reconcile.checked")
            if try !context.ledger.release(
                batch: context.batch.id, unit: name, at: context.batch.instant)
            {
                try protect(status.unit)
            }
            context.checkpoints.pass("reconcile.released")
        }
    }

    /// Registration or appointments out of balance stop bookings; nothing else does.
    private func protect(_ unit: ReleaseUnit) throws {
        let concerned = unit.feeds.contains { name in
            let rank = context.site.feed(name)?.rank
            return rank == .identity || rank == .appointments
        }
        guard concerned else { return }
        try context.ledger.trip(
            reason: "unit \(unit.name) of batch \(context.batch.name) is out of balance",
            by: "waybill", at: context.batch.instant)
    }
}

/// The flag file that the PMS reads before booking: there while the fail-safe is engaged.
public enum BookingFlag {
    /// Stops bookings where no ledger can be asked: it is damaged.
    public static func raise(_ site: Site, reason: String) throws {
        try write(site, reason: reason)
    }

    /// Makes the flag file agree with the ledger.
    public static func update(_ site: Site, _ state: FailsafeState) throws {
        guard let path = site.bookingFlag else { return }
        guard state.isEngaged else {
            try? FileManager.default.removeItem(atPath: path)
            return
        }
        try write(site, reason: state.reason)
    }

    private static func write(_ site: Site, reason: String) throws {
        guard let path = site.bookingFlag else { return }
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data("Bookings are stopped: \(reason)\n".utf8)
            .write(to: URL(fileURLWithPath: path), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    }
}
