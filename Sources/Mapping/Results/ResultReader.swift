import Bytes

/// What the records of a page say of their results, packed one behind another.
public struct ResultPage: Sendable {
    /// What one record says under one order number.
    public struct Row: Sendable {
        /// The record's number in its file.
        public let record: Int
        /// Where the order number lies in `bytes`.
        public let number: Range<Int>
        /// Where the `ResultStanding` lies in `bytes`.
        public let standing: Range<Int>
        /// Whether something is corrected or withdrawn, so that it is looked at in any case.
        public let isNotable: Bool
    }

    /// Order numbers and standings.
    public private(set) var bytes: [UInt8] = []
    /// In the order of the records.
    public private(set) var rows: [Row] = []
    private var entries: [ResultStanding.Entry] = []
    fileprivate var issued = LastTime()
    fileprivate var effective = LastTime()

    /// With nothing in it.
    public init() {}

    fileprivate mutating func add(_ entry: ResultStanding.Entry) { entries.append(entry) }

    /// Ends what is said under one number.
    fileprivate mutating func close(
        _ number: Range<Int>, of view: CanonicalView, record: Int
    ) {
        guard !entries.isEmpty else { return }
        let start = bytes.count
        bytes.append(contentsOf: view.bytes[number])
        let end = bytes.count
        let isNotable = entries.contains {
            $0.version.status == .correction || $0.version.status == .withdrawn
        }
        ResultStanding.append(&entries, to: &bytes)
        entries.removeAll(keepingCapacity: true)
        rows.append(
            Row(
                record: record, number: start..<end, standing: end..<bytes.count,
                isNotable: isNotable))
    }
}

/// The last time that was read: the observations of a report mostly state the same one.
private struct LastTime {
    private var text: [UInt8] = []
    private var time: ResultTime?

    mutating func read(_ bytes: [UInt8], _ range: Range<Int>) -> ResultTime? {
        let span = bytes.span
        if !span.equals(range, text) {
            text = span.copy(range)
            time = ResultTime(span, range)
        }
        return time
    }
}

/// Reads what canonical records say of their results, in one pass over their fields. Compiled once.
public struct ResultReader: Sendable {
    /// What a field is to a result.
    private enum Role: Int { case number, code, part, issued, effective, status }
    private struct Use: Sendable {
        let role: Role
        /// The lower wins where several are stated.
        let rank: Int
    }
    /// The places of the values in a record, by role.
    private struct Places {
        var place = InlineArray<6, Int>(repeating: -1)
        var rank = InlineArray<6, Int>(repeating: .max)
        subscript(_ role: Role) -> Int? {
            place[role.rawValue] < 0 ? nil : place[role.rawValue]
        }
    }
    /// The classes of one status field's codes.
    private struct Codes: Sendable {
        /// By the code's only byte; 255 for none.
        var short = [UInt8](repeating: 255, count: 256)
        var long: [[UInt8]: ResultClass] = [:]
    }

    private let report: Int32
    private let item: Int32
    /// By the number of the field's name.
    private let uses: [Use?]
    /// By the rank of the status field.
    private let codes: [Codes]

    /// Compiles the model; nil when its entities are not among the names.
    public init?(_ model: ResultModel, _ names: CanonicalNames) {
        guard let report = names.number(model.report), let item = names.number(model.item) else {
            return nil
        }
        self.report = Int32(report)
        self.item = Int32(item)
        var uses = [Use?](repeating: nil, count: names.count)
        func add(_ fields: [String], _ role: Role) {
            for (rank, field) in fields.enumerated() {
                if let number = names.number(field) { uses[number] = Use(role: role, rank: rank) }
            }
        }
        add([model.number], .number)
        add(model.code, .code)
        add(model.part, .part)
        add(model.issued, .issued)
        add(model.effective, .effective)
        add(model.status.map(\.field), .status)
        self.uses = uses
        codes = model.status.map { field in
            var codes = Codes()
            for (code, status) in field.codes {
                let bytes = Array(code.utf8)
                if bytes.count == 1 {
                    codes.short[Int(bytes[0])] = status.rawValue
                } else {
                    codes.long[bytes] = status
                }
            }
            return codes
        }
    }

    /// Adds what `view`, the record with that number in its file, says of its results.
    ///
    /// Each part of a report is an observation; a report without parts is one itself. What states no
    /// order number, or a status of no class, has no life cycle.
    public func read(_ view: CanonicalView, record: Int, into page: inout ResultPage) {
        guard let root = view.nodes.first else { return }
        var around = Places()
        if root.entity != report { gather(0, view, &around) }
        var (inReport, reportEnd, isOpen) = (around, Int32(0), false)
        var number: Range<Int>?
        /// Another number than the last one's ends what is said under that.
        func turn(to next: Range<Int>, _ page: inout ResultPage) {
            if let last = number {
                if view.bytes[last].elementsEqual(view.bytes[next]) { return }
                page.close(last, of: view, record: record)
            }
            number = next
        }
        func add(_ places: Places, isItem: Bool, _ page: inout ResultPage) {
            guard let entry = entry(places, view, isItem: isItem, &page),
                let next = places[.number].flatMap(view.range), !next.isEmpty
            else { return }
            turn(to: next, &page)
            page.add(entry)
        }
        for index in view.nodes.indices {
            let node = view.nodes[index]
            if isOpen, index >= reportEnd {
                // A report without parts stands for itself.
                add(inReport, isItem: false, &page)
                isOpen = false
            }
            if index >= reportEnd { inReport = around }
            if node.entity == report {
                gather(index, view, &inReport)
                (reportEnd, isOpen) = (node.end, true)
            } else if node.entity == item {
                var places = inReport
                gather(index, view, &places)
                add(places, isItem: true, &page)
                isOpen = false
            }
        }
        if isOpen { add(inReport, isItem: false, &page) }
        if let number { page.close(number, of: view, record: record) }
    }

    private func gather(_ node: Int, _ view: CanonicalView, _ places: inout Places) {
        for place in view.nodes[node].fields {
            let name = Int(view.fields[Int(place)].name)
            guard name < uses.count, let use = uses[name] else { continue }
            let role = use.role.rawValue
            guard use.rank < places.rank[role], view.fields[Int(place)].count > 0 else { continue }
            places.place[role] = Int(place)
            places.rank[role] = use.rank
        }
    }

    private func entry(
        _ places: Places, _ view: CanonicalView, isItem: Bool, _ page: inout ResultPage
    ) -> ResultStanding.Entry? {
        guard let status = status(places, view) else { return nil }
        var name: UInt32 = 0
        if isItem {
            var hash: UInt64 = 1
            for role in [Role.code, .part] {
                let range = places[role].flatMap(view.range) ?? 0..<0
                hash = RecordHash.mix(hash, RecordHash.hash(view.bytes.span, range))
            }
            name = UInt32(truncatingIfNeeded: hash)
        }
        let issued = places[.issued].flatMap(view.range)
        let effective = places[.effective].flatMap(view.range)
        return ResultStanding.Entry(
            name: name,
            version: ResultVersion(
                status, issued: issued.flatMap { page.issued.read(view.bytes, $0) },
                effective: effective.flatMap { page.effective.read(view.bytes, $0) }))
    }

    private func status(_ places: Places, _ view: CanonicalView) -> ResultClass? {
        guard let range = places[.status].flatMap(view.range) else { return nil }
        let codes = codes[places.rank[Role.status.rawValue]]
        return range.count == 1
            ? ResultClass(rawValue: codes.short[Int(view.bytes[range.lowerBound])])
            : codes.long[Array(view.bytes[range])]
    }
}
