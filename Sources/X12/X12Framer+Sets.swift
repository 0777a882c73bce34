import Bytes
import Exchange

/// Sets, their HLs, and the blocks that stand before records.
extension X12Framer {
    // MARK: ST

    mutating func beginSet(_ fields: Fields, _ span: Span<UInt8>, _ offset: Int, _ bytes: [UInt8]) {
        guard interchange != nil else { return }
        finishSet(at: offset, isMissing: true)
        guard group != nil else {
            rejectInterchange(EnvelopeFindings.misplaced, "022", at: offset, path: "ST")
            return
        }
        partNumber += 1
        group?.sets += 1
        let id = span.copy(fields.range(1))
        let control = span.copy(fields.range(2))
        let version = span.copy(fields.range(3))
        recordReceived(.init(part: partNumber, id: id, control: control, version: version))
        let name = String(decoding: id, as: UTF8.self)
        let groupVersion = group?.version ?? []
        let guide = guides.guide(set: name, version: String(decoding: groupVersion, as: UTF8.self))
        set = SetState(part: partNumber, guide: guide ?? -1, control: control, offset: offset)
        if guide == nil
            || guides[guide ?? 0].group != String(decoding: group?.functional ?? [], as: UTF8.self)
        {
            let known = guides.knows(set: name)
            rejectSet(EnvelopeFindings.foreignSet, known ? "18" : "6", at: offset, path: "ST01")
        }
        if control.count < 4 || control.count > 9 {
            rejectSet(EnvelopeFindings.controlST, "7", at: offset, path: "ST02")
        } else if group?.setControls.insert(control).inserted == false {
            rejectSet(EnvelopeFindings.repeatedST, "23", at: offset, path: "ST02")
        }
        if name != "835", version != groupVersion {
            rejectSet(EnvelopeFindings.versionST, "19", at: offset, path: "ST03")
        }
        guard let guide else {
            // A set that no guide knows is counted by its segments only.
            let control = guides.controlIndex
            set?.guide = control
            return
        }
        let rule = guides[guide].record
        let money = guides[guide].money
        let isStatus = guides[guide].set == "277"
        set?.rule = rule
        set?.money = money
        set?.isStatus = isStatus
        if guides[guide].record.isSet {
            openRecord(at: offset)
        } else {
            set?.chain = [.init(bytes: bytes, offset: offset, position: 1, loop: 0)]
        }
    }

    private mutating func recordReceived(_ made: ReceivedEnvelope.TransactionSet) {
        guard let last = received.interchanges.indices.last,
            let inner = received.interchanges[last].groups.indices.last
        else { return }
        received.interchanges[last].groups[inner].sets.append(made)
    }

    // MARK: SE

    mutating func endSet(_ fields: Fields, _ span: Span<UInt8>, _ offset: Int, _ end: Int) {
        guard let state = set else {
            strayed(ID.se, at: offset)
            return
        }
        set?.segments += 1
        if open != nil, guides[state.guide].record.isSet {
            closeRecord(at: end)
        }
        if span.copy(fields.range(2)) != state.control {
            rejectSet(EnvelopeFindings.controlSE, "3", at: offset, path: "SE02")
        }
        let declared = span.number(fields.range(1))
        closing.counts.append(
            EnvelopeCount("SE01", declared: declared ?? -1, counted: state.segments + 1))
        if declared != state.segments + 1 {
            rejectSet(
                EnvelopeFindings.countSE, "4", at: offset, path: "SE01",
                "\(state.segments + 1) were counted")
        }
        finishSet(at: offset, isMissing: false)
    }

    mutating func finishSet(at offset: Int, isMissing: Bool) {
        guard set != nil else { return }
        closeRecord(at: lastEnd)
        if isMissing { rejectSet(EnvelopeFindings.missingSE, "2", at: offset, path: "SE") }
        while let count = set?.chain.count, count > 0 { leaveBlock(at: offset) }
        if let state = set, state.guide != guides.controlIndex {
            if state.records == 0 {
                rejectSet(EnvelopeFindings.emptySet, "5", at: offset)
            } else {
                compareTotals(state, at: offset)
            }
            if guides[state.guide].set == "999", !state.sawTail {
                rejectSet(EnvelopeFindings.missingTail, "5", at: offset, path: "AK9")
            }
            if guides[state.guide].id == "005010X222A1" || guides[state.guide].id == "005010X223A2",
                state.records > 5000
            {
                report(EnvelopeFindings.tooManyRecords, at: state.offset)
            }
        }
        if let state = set, state.isRejected { closing.parts[state.part] = .reject }
        set = nil
    }

    // MARK: HL

    /// Checks an HL against those before it: X12 guides, "HL segment" rules.
    mutating func hierarchy(_ fields: Fields, _ span: Span<UInt8>, at offset: Int) {
        guard var state = set else { return }
        let guide = guides[state.guide]
        state.hlCount += 1
        let range = fields.range(3)
        state.hlCode = packCode(span, range.lowerBound, range.upperBound)
        let number = span.number(fields.range(1))
        let parent = span.number(fields.range(2))
        let hasParent = !fields.range(2).isEmpty
        let loops = guide.hlLoops.filter { guide.loops[$0].hlCode == state.hlCode }
        state.hlLoop = loops.first ?? -1
        let position = String(state.segments)
        var faults: [(FindingKind, Int)] = []
        if number != state.hlCount { faults.append((EnvelopeFindings.hlNumber, 1)) }
        if let loop = loops.first {
            let tops = guide.loops[loop].parents
            if tops.contains(0) {
                state.levels = []
            } else if let parent,
                let place = state.levels.lastIndex(where: { $0.number == parent }),
                tops.contains(state.levels[place].loop)
            {
                state.levels.removeSubrange((place + 1)...)
            } else {
                faults.append((EnvelopeFindings.hlParent, 2))
                while let last = state.levels.last, !tops.contains(last.loop) {
                    state.levels.removeLast()
                }
            }
            if tops.contains(0), hasParent { faults.append((EnvelopeFindings.hlParent, 2)) }
        } else {
            faults.append((EnvelopeFindings.hlLevel, 3))
        }
        state.levels.append(
            .init(number: number ?? state.hlCount, loop: state.hlLoop, code: state.hlCode))
        set = state
        for (kind, element) in faults {
            let name = state.hlLoop >= 0 ? guide.loops[state.hlLoop].id : ""
            report(
                kind, at: offset, path: (name.isEmpty ? "" : name + "/") + "HL0\(element)",
                ack: [
                    "IK301": "HL", "IK302": position, "IK303": String(name.prefix(4)), "IK304": "8",
                    "IK401": String(element), "IK403": "7",
                ].filter { !$0.value.isEmpty })
            condemnSet("5")
            noteLast()
        }
    }

    /// Keeps the last finding with its set, for the 999.
    private mutating func noteLast() {
        guard let finding = closing.findings.kept.last else { return }
        note(finding)
    }

    private mutating func note(_ finding: Finding) {
        guard let last = received.interchanges.indices.last,
            let inner = received.interchanges[last].groups.indices.last,
            let most = received.interchanges[last].groups[inner].sets.indices.last,
            received.interchanges[last].groups[inner].sets[most].findings.count < 50
        else { return }
        received.interchanges[last].groups[inner].sets[most].findings.append(finding)
    }

    /// Whether the last HL lies beneath `loop` in the guide.
    func isBeneath(_ loop: Int, _ guide: Guide) -> Bool {
        guard let state = set, state.hlLoop > 0 else { return false }
        return guide.loops[state.hlLoop].parents.contains(loop)
    }

    // MARK: Blocks

    /// Opens the block of an HL beneath the one it belongs to.
    mutating func enterBlock(at offset: Int) {
        guard let loop = set?.hlLoop else { return }
        leaveBlocks(around: loop)
        guard var state = set, !state.chain.isEmpty else { return }
        let top = state.chain.count - 1
        state.chain[top].children[loop, default: 0] += 1
        state.chain.append(
            .init(
                offset: offset, position: state.segments, loop: loop,
                occurrence: state.chain[top].children[loop, default: 1]))
        set = state
    }

    /// Leaves blocks until the innermost is one that may hold `loop`.
    mutating func leaveBlocks(around loop: Int) {
        guard let guide = set?.guide else { return }
        let parents = loop >= 0 ? guides[guide].loops[loop].parents : []
        while let chain = set?.chain, let last = chain.last, chain.count > 1,
            !parents.contains(last.loop)
        {
            leaveBlock(at: lastEnd)
        }
    }

    /// Leaves the innermost block; one that no record reported on is checked here.
    private mutating func leaveBlock(at offset: Int) {
        guard let state = set, let block = state.chain.last else { return }
        if block.reporter == 0 { checkBlocks(state) }
        set?.chain.removeLast()
        guard block.loop > 0 else { return }
        let guide = guides[state.guide]
        for index in guide.loops[block.loop].items {
            let item = guide.items[index]
            guard item.loop >= 0, item.usage != .situational else { continue }
            let child = guide.loops[item.loop]
            let isRecord = item.loop == guide.record.loop
            guard child.hlCode != 0 || isRecord else { continue }
            let count = isRecord ? block.records : block.children[item.loop, default: 0]
            if count == 0 {
                report(
                    EnvelopeFindings.hlAlone, at: offset,
                    path: guide.loops[block.loop].id + "/" + child.id,
                    ack: [
                        "IK301": segmentName(guide.slots[child.trigger].segment),
                        "IK302": String(state.segments), "IK303": String(child.id.prefix(4)),
                        "IK304": "3",
                    ])
                condemnSet("5")
                noteLast()
            }
        }
    }

    /// Checks the open blocks as a page without records, and keeps what is wrong with the last.
    private mutating func checkBlocks(_ state: SetState) {
        guard let interchange else { return }
        var made = X12Context(delimiters: interchange.delimiters, guide: state.guide)
        for (index, block) in state.chain.enumerated() {
            let start = made.bytes.count
            made.bytes += block.bytes
            made.blocks.append(
                .init(
                    range: start..<made.bytes.count, parent: index - 1, offset: block.offset,
                    position: block.position, reporter: index == state.chain.count - 1 ? -1 : 0,
                    occurrence: block.occurrence))
        }
        var findings: [Finding] = []
        let document = X12Parser.parse(blocks: made, guides: guides, line: intake.line)
        Checker(document: document, guides: guides, level: options.level)
            .checkLead(0, into: &findings)
        for finding in findings {
            closing.findings.append(finding)
            if finding.severity == .error, finding.kind.reach != .record {
                condemnSet("5")
                note(finding)
            }
        }
    }

    // MARK: 277CA totals

    /// Notes what a 277CA states of the whole (2200B) while its head is read.
    mutating func totals(
        _ id: UInt32, _ span: Span<UInt8>, _ start: Int, _ stop: Int, _ delimiters: Delimiters
    ) {
        guard set?.hlCode == packCode("21") else { return }
        let fields = Fields(span, start, stop, delimiters.element)
        if id == ID.stc, set?.stated == nil {
            set?.stated = ExactDecimal(span, fields.range(4))
        } else if id == ID.qty, let count = span.number(fields.range(2)) {
            let before = set?.statedClaims ?? 0
            set?.statedClaims = before + count
        }
    }

    /// 277CA (RFI 1991): STC04 of 2200B is the sum of the claims' charges, QTY*90 + QTY*AA their number.
    private mutating func compareTotals(_ state: SetState, at offset: Int) {
        guard options.level >= 3, guides[state.guide].id == "005010X214" else { return }
        if let stated = state.stated, stated != state.cents {
            report(
                EnvelopeFindings.totals277, at: state.offset, path: "2200B/STC04", "the sums differ"
            )
        }
        if let stated = state.statedClaims, stated != state.records {
            report(
                EnvelopeFindings.totals277, at: state.offset, path: "2200B/QTY02",
                "\(state.records) claims were counted")
        }
    }
}
