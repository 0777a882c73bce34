import Exchange

/// Findings with their places: loop, segment, element, and what a 999 says of them.
extension Checker {
    /// The loop's name for a path, with its slash; empty for the set's own segments.
    func loopName(_ unit: Int, slot: Int) -> String {
        if slot >= 0 { return guide.loops[guide.slots[slot].loop].id }
        guard unit < document.table.units.count else { return "" }
        return guide.loops[document.instances[Int(document.table.units[unit].instance)].loop].id
    }

    private func segmentId(_ unit: Int, slot: Int) -> String {
        if slot >= 0 { return segmentName(guide.slots[slot].segment) }
        guard unit < document.table.units.count else { return "" }
        let segment = document.table.units[unit]
        let end =
            segment.count > 0 ? Int(document.table.marks[Int(segment.marks)]) : Int(segment.end)
        let bytes = document.bytes[Int(segment.start)..<min(end, Int(segment.start) + 3)]
        // An id is no value from the data only when it looks like one.
        guard bytes.allSatisfy({ $0.isDigit || ($0 >= 0x41 && $0 <= 0x5A) }),
            end - Int(segment.start) <= 3
        else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func place(_ unit: Int) -> Int {
        if unit < document.table.units.count { return Int(document.table.units[unit].start) }
        return document.table.units.last.map { Int($0.end) } ?? 0
    }

    private func position(_ unit: Int) -> Int {
        if unit < document.table.units.count { return Int(document.table.units[unit].position) }
        return (document.table.units.last.map { Int($0.position) } ?? 0) + 1
    }

    /// Whether something lies within the record, not in the blocks around it, which other records
    /// share.
    private func isOwn(_ unit: Int, slot: Int, _ entry: X12Document.Entry) -> Bool {
        guard slot >= 0 else { return entry.units.contains(unit) }
        var loop = guide.slots[slot].loop
        while loop > 0, !guide.record.holds(loop: loop) {
            loop = guide.loops[loop].parents.first ?? 0
        }
        return loop > 0 || guide.record.isSet
    }

    /// What a 999 says of every fault: segment, position, loop, and the business unit where the
    /// fault is the record's own.
    func acknowledgement(
        _ unit: Int, slot: Int, _ segment: String, _ loop: String, _ entry: X12Document.Entry
    ) -> [String: String] {
        var ack = ["IK302": String(position(unit))]
        if let name = guide.businessUnit, isOwn(unit, slot: slot, entry) { ack["CTX01"] = name }
        if !segment.isEmpty { ack["IK301"] = segment }
        // IK303 has at most four characters: 2010AA is told as 2010.
        if !loop.isEmpty { ack["IK303"] = String(loop.prefix(4)) }
        return ack
    }

    /// Reports something about a whole segment; `code` is IK304, nil where a 999 says nothing.
    func reportSegment(
        _ kind: FindingKind, _ unit: Int, slot: Int, code: String?, _ entry: X12Document.Entry,
        into findings: inout [Finding], _ detail: String = ""
    ) {
        let loop = loopName(unit, slot: slot)
        let segment = segmentId(unit, slot: slot)
        var ack: [String: String] = [:]
        if let code {
            ack = acknowledgement(unit, slot: slot, segment, loop, entry)
            ack["IK304"] = code
        }
        let path = loop.isEmpty ? segment : segment.isEmpty ? loop : loop + "/" + segment
        findings.append(
            Finding(
                kind, at: document.location(at: place(unit), record: record(entry), path: path),
                detail,
                ack: ack))
    }

    /// Reports something about an element; `code` is IK403, nil where a 999 says nothing.
    func report(
        _ kind: FindingKind, _ unit: Int, slot: Int = -1, element: Int, component: Int = 0,
        code: String?, _ entry: X12Document.Entry, into findings: inout [Finding],
        _ detail: String = "",
        severity: Severity? = nil
    ) {
        let own = unit < document.table.units.count ? Int(document.table.units[unit].slot) : -1
        let loop = loopName(unit, slot: own >= 0 ? own : slot)
        let segment = segmentId(unit, slot: own >= 0 ? own : slot)
        var ack: [String: String] = [:]
        if let code {
            ack = acknowledgement(unit, slot: own >= 0 ? own : slot, segment, loop, entry)
            ack["IK304"] = "8"
            ack["IK401"] = component > 0 ? "\(element):\(component)" : String(element)
            ack["IK403"] = code
        }
        var path = segment + (element < 10 ? "0" : "") + String(element)
        if component > 0 { path += "-" + String(component) }
        if !loop.isEmpty { path = loop + "/" + path }
        let range = document.range(unit, element)
        findings.append(
            Finding(
                kind,
                at: document.location(
                    at: min(range.lowerBound, document.bytes.count), record: record(entry),
                    path: path),
                detail, ack: ack, severity: severity))
    }

    private func record(_ entry: X12Document.Entry) -> Int? {
        entry.number > 0 ? entry.number : nil
    }
}
