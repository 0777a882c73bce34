import Bytes
import Exchange
import Ledger

/// The records of archived files as they came, found again by framing the files anew.
///
/// Records are asked for in the order of a destination's file: receipts one after another, numbers
/// ascending. A record that lies before the last one asked for makes its file be framed again.
final class Originals {
    private let context: NightContext
    private var receipt: Int64 = 0
    private var framer: (any Framer)?
    private var page: Page?
    private var pageID = 0

    init(_ context: NightContext) { self.context = context }

    /// The record `id`; nil when its file cannot be read so far.
    func find(_ id: Int64) throws -> Original? {
        let number = RecordID.number(id)
        if receipt != RecordID.receipt(id) || (page?.frames.first?.number ?? 1) > number {
            try open(RecordID.receipt(id))
        }
        while true {
            if let page, let first = page.frames.first?.number, number >= first,
                number - first < page.frames.count
            {
                return Original(page: page, index: number - first, pageID: pageID)
            }
            page = try framer?.next()
            pageID += 1
            if page == nil { return nil }
        }
    }

    private func open(_ receipt: Int64) throws {
        self.receipt = receipt
        page = nil
        framer = nil
        guard let place = context.archivePlace[receipt], let feed = context.feedOfReceipt[receipt],
            let lane = context.site.lane(feed)
        else { return }
        framer = lane.framer(over: try FileSource(path: context.archive.path(place)))
    }
}
