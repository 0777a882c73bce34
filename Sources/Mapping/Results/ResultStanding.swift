/// Where the results under one order number stand, or what one record says of them: for each
/// observation its version, and which record said so.
///
/// Written in few bytes, since the ledger keeps one of these for each report. Layout, numbers as
/// LEB128: groups of observations with the same version. A group: a byte with the class in bits 0
/// to 1, bit 2 when a record and a batch follow, bit 3 for `issued`, bit 4 for `effective`; those
/// that are there; the count of observations; for each 4 bytes of its hash, lowest first.
public struct ResultStanding: Hashable, Sendable {
    /// One observation's last version.
    public struct Entry: Hashable, Sendable {
        /// A hash of what names it within the report: its code and its sub-id.
        public let name: UInt32
        /// Its version.
        public let version: ResultVersion
        /// The record that said so; 0 in what a record says itself.
        public let record: Int64
        /// The batch that delivered it; 0 in what a record says itself.
        public let batch: Int64

        /// Describes a version of an observation.
        public init(name: UInt32, version: ResultVersion, record: Int64 = 0, batch: Int64 = 0) {
            self.name = name
            self.version = version
            self.record = record
            self.batch = batch
        }
    }

    /// The observations, each once.
    public private(set) var entries: [Entry]
    /// Where each of them is among `entries`.
    private var places: [UInt32: Int] = [:]

    /// Of these observations; of several with one name the last counts.
    public init(_ entries: [Entry] = []) {
        self.entries = entries
        index()
    }

    private mutating func index() {
        for (place, entry) in entries.enumerated() { places[entry.name] = place }
    }

    /// Reads what `bytes` hold. A group without a record of its own takes those given.
    public init(
        _ bytes: [UInt8], record: Int64 = 0, batch: Int64 = 0
    ) throws(CanonicalFault) {
        entries = []
        var reader = PackedReader(bytes, 0..<bytes.count)
        while !reader.isAtEnd {
            let head = bytes[try reader.take(1).lowerBound]
            guard head < 32, let status = ResultClass(rawValue: head & 3) else {
                throw reader.fault("a group has an unknown head")
            }
            let isOwn = head & 4 != 0
            let ownRecord = isOwn ? Int64(try reader.number()) : record
            let ownBatch = isOwn ? Int64(try reader.number()) : batch
            let issued = head & 8 == 0 ? nil : ResultTime(code: UInt64(try reader.number()))
            let effective = head & 16 == 0 ? nil : ResultTime(code: UInt64(try reader.number()))
            let version = ResultVersion(status, issued: issued, effective: effective)
            for _ in 0..<(try reader.count()) {
                let range = try reader.take(4)
                let name = range.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[$1]) }
                entries.append(
                    Entry(name: name, version: version, record: ownRecord, batch: ownBatch))
            }
        }
        index()
    }

    /// The observation with that name.
    public func entry(_ name: UInt32) -> Entry? { places[name].map { entries[$0] } }

    /// Takes in what a record says: its observations take the place of those that stood.
    public mutating func take(_ said: ResultStanding, record: Int64, batch: Int64) {
        for entry in said.entries {
            let taken = Entry(
                name: entry.name, version: entry.version, record: record, batch: batch)
            if let place = places[entry.name] {
                entries[place] = taken
            } else {
                places[entry.name] = entries.count
                entries.append(taken)
            }
        }
    }

    /// The bytes that `init` reads.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        var rest = entries
        Self.append(&rest, to: &bytes)
        return bytes
    }

    /// Appends `entries`, put in groups: most reports have one.
    static func append(_ entries: inout [Entry], to bytes: inout [UInt8]) {
        func isAlike(_ left: Entry, _ right: Entry) -> Bool {
            left.version == right.version && left.record == right.record
                && left.batch == right.batch
        }
        guard let first = entries.first else { return }
        if !entries.allSatisfy({ isAlike($0, first) }) { entries.sort { $0.order < $1.order } }
        var index = 0
        while index < entries.count {
            let head = entries[index]
            var end = index + 1
            while end < entries.count, isAlike(entries[end], head) { end += 1 }
            let isOwn = head.record != 0
            bytes.append(
                head.version.status.rawValue | (isOwn ? 4 : 0)
                    | (head.version.issued == nil ? 0 : 8)
                    | (head.version.effective == nil ? 0 : 16))
            if isOwn {
                bytes.append(number: Int(head.record))
                bytes.append(number: Int(head.batch))
            }
            for time in [head.version.issued, head.version.effective] {
                if let time { bytes.append(number: Int(truncatingIfNeeded: time.code)) }
            }
            bytes.append(number: end - index)
            for entry in entries[index..<end] {
                for shift in [0, 8, 16, 24] as [UInt32] {
                    bytes.append(UInt8(truncatingIfNeeded: entry.name >> shift))
                }
            }
            index = end
        }
    }
}

extension ResultStanding.Entry {
    /// What puts entries that are alike side by side.
    fileprivate var order: (Int64, Int64, UInt8, UInt64, UInt64, UInt32) {
        (
            record, batch, version.status.rawValue, version.issued?.code ?? 0,
            version.effective?.code ?? 0, name
        )
    }
}
