import Exchange
import Foundation
import Ledger

/// Stage 9: renames what is released, and only that; in recovery too. Then sweeps the sources.
struct Publish {
    private let context: NightContext

    init(_ context: NightContext) { self.context = context }

    func run() async throws {
        for delivery in try context.ledger.deliveriesToPublish(batch: context.batch.id) {
            guard let destination = context.site.destinations[delivery.destination] else {
                continue
            }
            do {
                let proof = try await publish(delivery, destination)
                context.checkpoints.pass("publish.renamed")
                try context.ledger.markPublished(
                    delivery.id, proof: proof, at: context.batch.instant)
                context.checkpoints.pass("publish.settled")
            } catch let error as TransportError {
                context.troubles.append(
                    (
                        "",
                        RunFindings.unusable(error, at: destination.name)
                    ))
            }
        }
    }

    /// Temporary present: rename. Final present: done before. Both gone: it was collected, and is
    /// never built again.
    private func publish(_ delivery: Delivery, _ destination: Destination) async throws -> Proof {
        let transport = destination.transport
        let proof: Proof
        switch try await transport.presence(of: delivery.temporary) {
        case .present:
            try await transport.publish(delivery.temporary, as: delivery.final)
            proof = .renamed
        case .absent:
            let isThere = try await transport.presence(of: delivery.final) != .absent
            proof = isThere ? .foundPublished : .collectedMeanwhile
        }
        context.checkpoints.pass("publish.file")
        if let ending = destination.marker, proof != .collectedMeanwhile {
            try await mark(delivery.final + ending, transport)
        }
        return proof
    }

    /// Marker last: whoever waits for it finds the file whole.
    private func mark(_ name: String, _ transport: any Transport) async throws {
        guard try await transport.presence(of: name) == .absent else { return }
        let empty = context.workFolder + "/marker"
        try Data().write(to: URL(fileURLWithPath: empty))
        let temporary = ".\(name).waybill"
        try await transport.stage(empty, as: temporary)
        try await transport.publish(temporary, as: name)
    }

    /// Does away with source files whose records are safely committed. Each place is listed once.
    func sweep() async throws {
        var swept: [Int64] = []
        let receipts = try context.ledger.sweepable(batch: context.batch.id)
        for feed in context.lanes.map(\.feed) {
            let mine = receipts.filter { $0.feed == feed.name }
            guard !mine.isEmpty else { continue }
            // The first night leaves everything where it lies; it is known from now on.
            if feed.after == .leave || context.batch.kind == .baseline {
                swept += mine.map(\.id)
                continue
            }
            do {
                let there = Dictionary(
                    try await feed.transport.list().map { ($0.name, $0) }, uniquingKeysWith: { $1 })
                for receipt in mine {
                    if let now = there[receipt.name], now.size == receipt.size,
                        now.modified == receipt.modified
                    {
                        try await feed.transport.sweep(now, feed.after)
                    }
                    swept.append(receipt.id)
                    context.checkpoints.pass("publish.swept")
                }
            } catch {
                context.troubles.append(
                    (feed.name, RunFindings.unusable(error)))
            }
        }
        try context.ledger.markSwept(swept, at: context.batch.instant)
    }

    /// Notes published files that somebody took away since.
    func notice() async throws {
        let open = Dictionary(
            grouping: try context.ledger.deliveries(in: [.published]), by: \.destination)
        for (name, deliveries) in open.sorted(by: { $0.key < $1.key }) {
            guard let destination = context.site.destinations[name] else { continue }
            let gone = await Collected.gone(deliveries, from: destination)
            try context.ledger.noticeCollected(gone, at: context.batch.instant)
        }
    }

    /// Removes temporaries that no manifest lists: what an interrupted run was still building.
    func clean() async throws {
        for destination in context.site.destinations.values {
            let listed = Set(
                try context.ledger.listedTemporaries(destination: destination.name))
            let mine = Set(
                context.site.destinations.values.filter { $0.endpoint == destination.endpoint }
                    .flatMap { (try? context.ledger.listedTemporaries(destination: $0.name)) ?? [] }
            )
            do {
                for entry in try await destination.transport.list() where entry.kind == .file {
                    guard let name = String(validating: entry.name, as: UTF8.self),
                        name.hasPrefix("."), name.hasSuffix(".waybill"),
                        !listed.contains(name), !mine.contains(name)
                    else { continue }
                    try await destination.transport.withdraw(name)
                }
            } catch {
                context.troubles.append(
                    (
                        "",
                        RunFindings.unusable(error, at: destination.name)
                    ))
            }
        }
    }
}
