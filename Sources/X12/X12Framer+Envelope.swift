import Bytes
import Exchange

/// Interchanges, groups and sets: X12.5, X12.6.
extension X12Framer {
    // MARK: Segments of the envelope

    mutating func envelope(
        _ id: UInt32, _ fields: Fields, _ span: Span<UInt8>, _ start: Int, _ stop: Int, _ base: Int
    ) {
        switch id {
        case ID.st: beginSet(fields, span, base + start)
        case ID.se: endSet(fields, span, base + start, base + stop + 1)
        case ID.gs: beginGroup(fields, span, base + start, span.copy(start..<stop))
        case ID.ge: endGroup(fields, span, base + start)
        case ID.ta1: receiveTA1(base + start, base + stop + 1)
        case ID.iea: endInterchange(fields, span, base + start)
        default:
            // An ISA inside an interchange: the one before it was cut off.
            breakOff(at: base + start)
            scan = base + start
        }
    }

    /// A segment that is in no set.
    mutating func strayed(_ id: UInt32, at offset: Int) {
        if group != nil, group?.isRejected == true { return }
        if group != nil {
            rejectGroup(EnvelopeFindings.misplaced, "3", at: offset, "between sets")
        } else {
            rejectInterchange(EnvelopeFindings.misplaced, "022", at: offset, "between groups")
        }
    }

    // MARK: ISA

    /// Looks for the next ISA from `scan` on, and opens its interchange.
    /// - Returns: whether there is more to do now; false asks for more bytes.
    mutating func seekISA() -> Bool {
        let bytes = intake.pending
        let base = intake.offset
        let span = bytes.span
        var index = scan - base
        if index == 0, base == 0, inBOM {
            guard bytes.count >= 3 || intake.isAtEnd else { return false }
            inBOM = false
            if let mark = Charset.byteOrderMark(span) {
                report(
                    EnvelopeFindings.preamble, at: 0, "a byte-order mark of \(mark.length) bytes")
                index = mark.length
            }
        }
        let from = index
        var firstJunk: Int?
        while index + 3 <= bytes.count {
            if span.starts(at: index, with: "ISA"), isHeader(span, index) { break }
            if !isBlank(span[index]), firstJunk == nil {
                firstJunk = index
                isInJunk = true
            }
            index += 1
        }
        if intake.isAtEnd, index + 3 > bytes.count, firstJunk == nil {
            firstJunk = (index..<bytes.count).first { !isBlank(bytes[$0]) }
        }
        if let firstJunk, !isSkipping, sawISA {
            report(EnvelopeFindings.junk, at: base + firstJunk)
            isSkipping = true
        } else if index > from, !sawISA, base + from == 0, firstJunk == nil,
            index + 3 <= bytes.count
        {
            report(EnvelopeFindings.preamble, at: 0, "\(index - from) bytes of blanks")
        } else if firstJunk != nil, !sawISA, index + 3 <= bytes.count {
            report(EnvelopeFindings.preamble, at: base + from, "other bytes stand before the ISA")
        }
        scan = base + index
        guard index + 3 <= bytes.count else { return discard(index) }
        guard bytes.count - index >= 200 || intake.isAtEnd || bytes.count - index >= 107 else {
            return false
        }
        return beginInterchange(span, index, base)
    }

    /// Drops bytes that belong to no page, so that a long stretch of junk is not kept.
    private mutating func discard(_ count: Int) -> Bool {
        if frames.isEmpty, open == nil, count > 1 << 16 { _ = intake.take(count) }
        return false
    }

    private func isBlank(_ byte: UInt8) -> Bool {
        (byte <= 0x20 && byte != 0x1A) || byte == 0x7F
    }

    /// Whether `ISA` at `index` is followed by something that may separate elements; among bytes
    /// of which nothing is known, whether ISA01 and ISA02 have their fixed lengths too, and behind a
    /// letter or digit all have: names may be or end with ISA.
    private func isHeader(_ span: Span<UInt8>, _ index: Int) -> Bool {
        guard index + 3 < span.count else { return !isInJunk || !intake.isAtEnd }
        let byte = span[index + 3]
        if byte.isLetterOrDigit || byte == 0x20 || byte.isBreak { return false }
        guard isInJunk || isSkipping else { return true }
        guard index + 106 < span.count || intake.isAtEnd else { return true }
        if index > 0, span[index - 1].isLetterOrDigit { return ISAHeader.isFixed(span, index) }
        return index + 17 < span.count && span[index + 6] == byte && span[index + 17] == byte
    }

    private mutating func beginInterchange(_ span: Span<UInt8>, _ start: Int, _ base: Int) -> Bool {
        let offset = base + start
        sawISA = true
        isSkipping = false
        isInJunk = false
        guard let header = ISAHeader(span, start) else {
            report(
                EnvelopeFindings.malformedISA, at: offset, path: "ISA",
                "its 16 elements were not found",
                ack: ["TA105": "022"])
            isSkipping = true
            scan = offset + 3
            return true
        }
        interchange = InterchangeState(
            delimiters: header.delimiters, isa: span.copy(start..<header.end),
            control: header.elements[12], offset: offset, firstPart: partNumber + 1)
        let arrived = ReceivedEnvelope.Interchange(
            isa: header.elements, asksForTA1: header.elements[13] == [UInt8(ascii: "1")])
        received.interchanges.append(arrived)
        scan = base + header.end + 1
        lastEnd = scan
        for fault in header.faults {
            rejectInterchange(fault.kind, fault.code, at: offset, path: fault.path, fault.detail)
        }
        if !seenInterchanges.insert(arrived.key).inserted {
            rejectInterchange(EnvelopeFindings.repeatedISA, "025", at: offset, path: "ISA13")
        } else {
            closing.envelopeKeys.append(arrived.key)
        }
        if options.production == true, header.elements[14] == [UInt8(ascii: "T")] {
            report(EnvelopeFindings.testData, at: offset, path: "ISA15")
            interchange?.isHeld = true
        }
        return true
    }

    // MARK: IEA

    private mutating func endInterchange(_ fields: Fields, _ span: Span<UInt8>, _ offset: Int) {
        finishGroup(at: offset, isMissing: true)
        guard let state = interchange else { return }
        if span.copy(fields.range(2, span)) != state.control {
            rejectInterchange(EnvelopeFindings.controlIEA, "001", at: offset, path: "IEA02")
        }
        let declared = span.number(fields.range(1, span))
        tally.add("IEA01", declared: declared ?? -1, counted: state.groups)
        if declared != state.groups {
            rejectInterchange(
                EnvelopeFindings.countIEA, "021", at: offset, path: "IEA01",
                "\(state.groups) were counted")
        }
        closeInterchange()
    }

    private mutating func closeInterchange() {
        guard let state = interchange else { return }
        if !frames.isEmpty { flush() }
        if let last = received.interchanges.indices.last {
            received.interchanges[last].holdsOnlyTA1 =
                state.groups == 0 && state.acknowledgements > 0
        }
        if state.isRejected || state.isHeld, state.firstPart <= partNumber {
            for part in state.firstPart...partNumber
            where closing.parts[part] == nil || state.isRejected {
                closing.parts[part] = state.isRejected ? .reject : .hold
            }
        }
        interchange = nil
        group = nil
        set = SetState()
    }

    /// Closes everything that is open, without its trailers.
    mutating func breakOff(at offset: Int) {
        guard interchange != nil else { return }
        finishGroup(at: offset, isMissing: true)
        closing.isComplete = false
        rejectInterchange(EnvelopeFindings.missingIEA, "023", at: offset, path: "IEA")
        closeInterchange()
    }

    /// A segment that goes on and on: nothing more of this interchange can be read.
    mutating func runaway(at offset: Int) {
        rejectInterchange(EnvelopeFindings.runaway, "022", at: offset)
        breakOff(at: offset)
        isSkipping = true
        scan = offset + Self.mostSegmentBytes
    }

    /// A record that grows and grows: it ends here, and its set is refused.
    mutating func oversize(at offset: Int) {
        rejectSet(EnvelopeFindings.tooLarge, "5", at: offset)
        closeRecord(at: lastEnd)
    }

    // MARK: GS and GE

    private mutating func beginGroup(
        _ fields: Fields, _ span: Span<UInt8>, _ offset: Int, _ bytes: [UInt8]
    ) {
        finishGroup(at: offset, isMissing: true)
        interchange?.groups += 1
        let state = GroupState(
            gs: bytes, functional: span.copy(fields.range(1, span)),
            control: span.copy(fields.range(6, span)),
            version: span.copy(fields.range(8, span)), offset: offset, firstPart: partNumber + 1)
        group = state
        if let last = received.interchanges.indices.last {
            received.interchanges[last].groups.append(
                .init(
                    functional: state.functional, control: state.control, version: state.version,
                    sender: span.copy(fields.range(2, span)),
                    receiver: span.copy(fields.range(3, span))))
        }
        if fields.count != 8 {
            rejectInterchange(
                EnvelopeFindings.malformedGS, "024", at: offset, path: "GS", "GS has 8 elements")
        }
        checkControl("GS", span, fields, offset)
        let number = span.number(fields.range(6, span))
        if number == nil || fields.range(6, span).count > 9 {
            rejectGroup(EnvelopeFindings.controlGS, "6", at: offset, path: "GS06")
        } else if interchange?.groupControls.insert(state.control).inserted == false {
            rejectGroup(EnvelopeFindings.repeatedGS, "19", at: offset, path: "GS06")
        }
        let version = String(decoding: state.version, as: UTF8.self)
        if !guides.knows(group: String(decoding: state.functional, as: UTF8.self)) {
            group?.isForeign = true
            rejectGroup(EnvelopeFindings.foreignGroup, "1", at: offset, path: "GS01")
        } else if !guides.knows(
            version: version, group: String(decoding: state.functional, as: UTF8.self))
        {
            group?.isForeign = true
            rejectGroup(EnvelopeFindings.foreignGroup, "2", at: offset, path: "GS08")
        } else if let wanted = options.guides, !wanted.contains(version) {
            rejectGroup(EnvelopeFindings.unwantedGuide, "2", at: offset, path: "GS08")
        }
    }

    /// Checks the elements of GS and GE by the control guide.
    private mutating func checkControl(
        _ name: String, _ span: Span<UInt8>, _ fields: Fields, _ offset: Int
    ) {
        let guide = guides.control
        guard let slot = guide.slots.first(where: { segmentName($0.segment) == name }) else {
            return
        }
        for (index, element) in slot.elements.enumerated() {
            let range = fields.range(index + 1, span)
            let fault = ElementRule.fault(span, range, guide.elements[element], guide.codes)
            if fault != .none, !(name == "GS" && index == 5) {
                rejectInterchange(
                    EnvelopeFindings.malformedGS, "024", at: offset,
                    path: name + (index < 9 ? "0" : "") + String(index + 1))
            }
        }
    }

    private mutating func endGroup(_ fields: Fields, _ span: Span<UInt8>, _ offset: Int) {
        guard let state = group else {
            rejectInterchange(EnvelopeFindings.misplaced, "022", at: offset, path: "GE")
            return
        }
        finishSet(at: offset, isMissing: true)
        let declared = span.number(fields.range(1, span))
        if let last = received.interchanges.indices.last,
            let inner = received.interchanges[last].groups.indices.last
        {
            received.interchanges[last].groups[inner].declared = declared
        }
        if span.copy(fields.range(2, span)) != state.control {
            rejectGroup(EnvelopeFindings.controlGE, "4", at: offset, path: "GE02")
        }
        let sets = group?.sets ?? 0
        tally.add("GE01", declared: declared ?? -1, counted: sets)
        if declared != sets {
            rejectGroup(
                EnvelopeFindings.countGE, "5", at: offset, path: "GE01", "\(sets) were counted")
        }
        finishGroup(at: offset, isMissing: false)
    }

    private mutating func finishGroup(at offset: Int, isMissing: Bool) {
        guard group != nil else { return }
        finishSet(at: offset, isMissing: true)
        if isMissing { rejectGroup(EnvelopeFindings.missingGE, "3", at: offset, path: "GE") }
        if group?.sets == 0 {
            rejectGroup(EnvelopeFindings.emptyGroup, "5", at: offset, path: "GS")
        }
        if let state = group, state.isRejected, state.firstPart <= partNumber {
            for part in state.firstPart...partNumber { closing.parts[part] = .reject }
        }
        group = nil
    }

    // MARK: TA1

    private mutating func receiveTA1(_ start: Int, _ end: Int) {
        guard !set.isOpen, group == nil else {
            rejectInterchange(EnvelopeFindings.misplaced, "022", at: start, path: "TA1")
            return
        }
        interchange?.acknowledgements += 1
        open = OpenRecord(
            start: start, position: 1, guide: guides.controlIndex, block: -1, occurrence: 1)
        closeRecord(at: end)
    }

    // MARK: End of file

    /// Closes what the end of the content leaves open. `closing` is then final.
    mutating func finish() {
        guard !isDone else { return }
        isDone = true
        if interchange != nil { breakOff(at: intake.offset + intake.pending.count) }
        if !sawISA {
            closing.isComplete = false
            report(EnvelopeFindings.notX12, at: 0)
        }
        closing.counts = tally.counts
        closing.acknowledgement = received
    }
}

extension [UInt8] {
    /// Without blanks at its end.
    var trimmed: [UInt8] {
        var copy = self
        while copy.last == 0x20 { copy.removeLast() }
        return copy
    }
}
