import Bytes
import Exchange

/// Frames serially, works on pages side by side, settles in file order: the shape of the pipeline.
enum Window {
    /// How many pages are worked on at once: a few more than there are cores.
    static let width = 4

    /// Runs `work` on every page of `framer`, `width` at a time, and `settle` on the results in
    /// file order. Memory: `width` pages and their results.
    static func run<Result: Sendable>(
        _ framer: inout any Framer, work: @escaping @Sendable (Page) -> Result,
        settle: (Result) throws -> Void
    ) async throws {
        var window: [Task<Result, Never>] = []
        do {
            while let page = try framer.next() {
                if window.count == width { try settle(await window.removeFirst().value) }
                window.append(Task { @concurrent in work(page) })
            }
            while !window.isEmpty { try settle(await window.removeFirst().value) }
        } catch {
            for task in window { task.cancel() }
            throw error
        }
    }
}
