import Bytes
package import Exchange

/// Takes serially, works side by side, settles in order: the shape of the pipeline.
package enum Window {
    /// How many items are worked on at once: a few more than there are cores.
    static let width = 4

    /// Runs `work` on every item that `next` gives, `width` at a time, and `settle` on the results
    /// in order. Memory: `width` items and their results.
    package static func run<Item: Sendable, Result: Sendable>(
        next: () throws -> Item?, work: @escaping @Sendable (Item) -> Result,
        settle: (Result) async throws -> Void
    ) async throws {
        var window: [Task<Result, Never>] = []
        do {
            while let item = try next() {
                if window.count == width { try await settle(await window.removeFirst().value) }
                window.append(Task { @concurrent in work(item) })
            }
            while !window.isEmpty { try await settle(await window.removeFirst().value) }
        } catch {
            for task in window { task.cancel() }
            throw error
        }
    }

    /// The same over the pages of a file.
    package static func run<Result: Sendable>(
        _ framer: inout any Framer, work: @escaping @Sendable (Page) -> Result,
        settle: (Result) throws -> Void
    ) async throws {
        try await run(next: { try framer.next() }, work: work, settle: { try settle($0) })
    }
}
