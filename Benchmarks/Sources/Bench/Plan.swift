import Foundation
import Synthetic

/// What is measured, how large, and where.
struct Plan: Sendable {
    /// Whether all sizes are measured.
    let isFull: Bool
    /// Whether a file of 10 GB is too.
    let hasHuge: Bool
    /// The program under test.
    let waybill: String
    /// The folder that belongs to the benchmarks.
    let work: String
    /// All synthetic files are made from it.
    let seed: UInt64 = 20_261_120

    /// Bytes of each file that is read in memory.
    var bytes: Int { isFull ? 128 << 20 : 32 << 20 }
    /// How often each reading is measured; the median counts.
    var repeats: Int { isFull ? 5 : 3 }
    /// Messages of the night.
    var messages: Int { 100_000 }
    /// Nights that the aged ledger remembers, and records of each.
    var age: (nights: Int, records: Int) { (90, isFull ? 100_000 : 10_000) }

    /// Makes the folder.
    func prepare() throws {
        try FileManager.default.createDirectory(
            atPath: data, withIntermediateDirectories: true)
        guard FileManager.default.isExecutableFile(atPath: waybill) else {
            throw BenchFault("there is no program at \(waybill); `make bench` builds it")
        }
    }

    /// Where synthetic files are kept from run to run.
    var data: String { work + "/data" }

    /// The path of a synthetic file, made when it is not there yet.
    func file(_ name: String, _ make: () -> some SyntheticFile) throws -> String {
        let path = data + "/" + name
        if FileManager.default.fileExists(atPath: path) { return path }
        Table.note("making \(name)")
        try make().write(path: path + ".part")
        try FileManager.default.moveItem(atPath: path + ".part", toPath: path)
        return path
    }

    /// The path of a batch of laboratory results.
    func results(_ messages: Int) throws -> String {
        try file("results-\(messages).hl7") { LabResults(messages: messages, seed: seed) }
    }
}

/// What keeps a benchmark from being measured.
struct BenchFault: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
