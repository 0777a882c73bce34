import Foundation
import Pipeline
import Synthetic

/// A site with one feed of results and the chart that they go to, as the sample clinic has them.
struct NightSite: Sendable {
    /// How much of the sample clinic's work is done.
    enum Extent: Sendable {
        /// Results into the chart, edited in place.
        case chart
        /// The notice for the PMS, answers to the laboratory and the laboratory's rules besides.
        case clinic
    }

    /// The site's folder, absolute.
    let root: String

    /// Makes an empty site at `root`, over what was there.
    init(_ root: String, extent: Extent = .chart) throws {
        self.root = root
        try? FileManager.default.removeItem(atPath: root)
        let folders = [
            "config/dictionaries", "config/crosswalks", "inbox/lab", "outbox", "var",
            "schemas/csv/bench",
        ]
        for folder in folders {
            try FileManager.default.createDirectory(
                atPath: root + "/" + folder, withIntermediateDirectories: true)
        }
        let isWhole = extent == .clinic
        try write("config/waybill.yaml", Self.site)
        try write("config/partners.yaml", "partner: lab\n---\npartner: ehr\n---\npartner: pms\n")
        try write("config/feed.yaml", Self.feed(acknowledges: isWhole))
        try write("config/routes.yaml", Self.routes(isWhole ? "[chart, notices]" : "[chart]"))
        try write("config/destinations.yaml", Self.chart + (isWhole ? Self.more : ""))
        if isWhole { try write("config/rules.yaml", Self.rules) }
        try write("config/dictionaries/results.yaml", Self.reading)
        try write("config/dictionaries/chart.yaml", Self.writing)
        if isWhole { try write("config/dictionaries/notices.yaml", Self.notices) }
        try write("schemas/csv/bench/notices.json", Self.noticeSchema)
        try write("config/crosswalks/tests.csv", Self.crosswalk)
    }

    /// Puts a copy of the file at `path` into the inbox.
    func drop(_ path: String, as name: String = "results.hl7") throws {
        try FileManager.default.copyItem(atPath: path, toPath: "\(root)/inbox/lab/\(name)")
        sync()
    }

    /// Puts `count` files of one message each into the inbox.
    func dropSmall(_ count: Int, seed: UInt64) throws {
        for number in 0..<count {
            let file = LabResults(messages: 1, seed: seed &+ UInt64(number))
            try file.write(path: "\(root)/inbox/lab/\(10_000 + number).hl7")
        }
        sync()
    }

    /// How many records lie in the chart's outbox.
    func delivered() throws -> Int {
        let folder = root + "/outbox/chart"
        var count = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder)
        where !name.hasPrefix(".") {
            let data = try Data(
                contentsOf: URL(fileURLWithPath: folder + "/" + name), options: .alwaysMapped)
            guard let trailer = data.range(of: Data("BTS|".utf8), options: .backwards) else {
                continue
            }
            let digits = data[trailer.upperBound...].prefix { $0 >= 0x30 && $0 <= 0x39 }
            count += Int(String(decoding: digits, as: UTF8.self)) ?? 0
        }
        return count
    }

    /// Does away with the site.
    func remove() { try? FileManager.default.removeItem(atPath: root) }

    private func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: root + "/" + name))
    }
}
