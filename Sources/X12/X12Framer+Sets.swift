import Bytes
import Exchange

/// Sets, their HLs, and the blocks that stand before records.
extension X12Framer {
    // MARK: ST

    mutating func beginSet(_ fields: Fields, _ span: Span<UInt8>, _ offset: Int) {
        guard interchange != nil else { return }
        finishSet(at: offset, isMissing: true)
        guard group != nil else {
            rejectInterchange(EnvelopeFindings.misplaced, "022", at: offset, path: "ST")
            return
        }
        partNumber += 1
        group?.sets += 1
        let id = span.copy(fields.range(1, span))
        let control = span.copy(fields.range(2, span))
        let version = span.copy(fields.range(3, span))
        received.add(part: partNumber, id: id, control: control, version: version)
        let name = String(decoding: id, as: UTF8.self)
        let groupVersion = group?.version ?? []
        let guide = guides.guide(set: name, version: String(decoding: groupVersion, as: UTF8.self))
        set = SetState()
        set.isOpen = true
        set.part = partNumber
        // A set that no guide knows is counted by its segments only.
        set.guide = guide ?? guides.controlIndex
        set.isKnown = guide != nil
        set.control = control
        set.offset = offset
        // The sets of a group that no guide knows are not read: the group's own fault says so.
        let isReadable = group?.isForeign == false
        if isReadable,
            guide == nil
                || guides[guide ?? 0].group
                    != String(decoding: group?.functional ?? [], as: UTF8.self)
        {
            let known = guides.knows(set: name)
            // 18: not of this group; 1: not supported; 6: no set at all.
            let code = known ? "18" : name.utf8.count == 3 ? "1" : "6"
            rejectSet(EnvelopeFindings.foreignSet, code, at: offset, path: "ST01")
        }
        if control.count < 4 || control.count > 9 {
            rejectSet(EnvelopeFindings.controlST, "7", at: offset, path: "ST02")
        } else if (group?.sets ?? 0) <= Self.mostSets,
            group?.setControls.insert(ReceivedEnvelope.pack(control)).inserted == false
        {
            rejectSet(EnvelopeFindings.repeatedST, "23", at: offset, path: "ST02")
        }
        if isReadable, guide != nil {
            if name == "835" {
                if !version.isEmpty {
                    report(EnvelopeFindings.version835, at: offset, path: "ST03")
                }
            } else if version != groupVersion {
                rejectSet(EnvelopeFindings.versionST, "19", at: offset, path: "ST03")
            }
        }
        guard let guide else { return }
        let rule = guides[guide].record
        set.opensAlone = rule.opensAlone
        set.opening = rule.opening(under: 0)
        set.isRecord = rule.isSet
        set.moneySegment = guides[guide].money?.segment ?? 0
        set.moneyElement = guides[guide].money?.element ?? 0
        set.isStatus = guides[guide].set == "277"
        if rule.isSet {
            openRecord(at: offset)
        } else {
            set.push(
                .init(start: 0, offset: offset, position: 1, loop: 0), child: -1,
                of: guides[guide].hlLoops.count)
        }
    }

    /// GE01 has six digits: a group of more sets is refused by its count.
    static let mostSets = 999_999

    // MARK: SE

    mutating func endSet(_ fields: Fields, _ span: Span<UInt8>, _ offset: Int, _ end: Int) {
        guard set.isOpen else {
            strayed(ID.se, at: offset)
            return
        }
        set.segments += 1
        if open != nil, set.isRecord { closeRecord(at: end) }
        if span.copy(fields.range(2, span)) != set.control {
            rejectSet(EnvelopeFindings.controlSE, "3", at: offset, path: "SE02")
        }
        let declared = span.number(fields.range(1, span))
        tally.add("SE01", declared: declared ?? -1, counted: set.segments)
        if declared != set.segments {
            rejectSet(
                EnvelopeFindings.countSE, "4", at: offset, path: "SE01",
                "\(set.segments) were counted")
        }
        finishSet(at: offset, isMissing: false)
    }

    mutating func finishSet(at offset: Int, isMissing: Bool) {
        guard set.isOpen else { return }
        closeRecord(at: lastEnd)
        if isMissing { rejectSet(EnvelopeFindings.missingSE, "2", at: offset, path: "SE") }
        fillBlock(to: lastEnd)
        while !set.chain.isEmpty { leaveBlock(at: offset) }
        leaveLevels(to: 0)
        if set.isKnown {
            let guide = guides[set.guide]
            if set.records == 0 {
                rejectSet(EnvelopeFindings.emptySet, "5", at: offset)
            } else {
                closeTotals(to: 0)
            }
            if guide.set == "999", !set.sawTail {
                rejectSet(EnvelopeFindings.missingTail, "5", at: offset, path: "AK9")
            }
            if guide.names.isClaim, set.records > 5000 {
                report(EnvelopeFindings.tooManyRecords, at: set.offset)
            }
        }
        if set.isRejected { closing.parts[set.part] = .reject }
        set = SetState()
    }

    // MARK: HL

    /// Checks an HL against those before it: X12 guides, "HL segment" rules.
    mutating func hierarchy(_ fields: Fields, _ span: Span<UInt8>, at offset: Int) {
        let guide = guides[set.guide]
        set.hlCount += 1
        set.hlCode = packCode(span, fields.range(3, span))
        set.opening = guide.record.opening(under: set.hlCode)
        let number = span.number(fields.range(1, span))
        if number != set.hlCount { misnumbered(EnvelopeFindings.hlNumber, 1, at: offset) }
        set.hlLoop = -1
        for loop in guide.hlLoops where guide.loops[loop].hlCode == set.hlCode {
            set.hlLoop = loop
            break
        }
        if set.hlLoop < 0 {
            misnumbered(EnvelopeFindings.hlLevel, 3, at: offset)
        } else {
            let parent = fields.range(2, span)
            let tops = guide.loops[set.hlLoop].parents
            if tops.contains(0) {
                leaveLevels(to: 0)
                if !parent.isEmpty { misnumbered(EnvelopeFindings.hlParent, 2, at: offset) }
            } else {
                let named = span.number(parent)
                let place = set.levels.lastIndex { $0.number == named }
                if let place, tops.contains(set.levels[place].loop) {
                    leaveLevels(to: place + 1)
                    set.levels[place].hasChild = true
                } else {
                    misnumbered(EnvelopeFindings.hlParent, 2, at: offset)
                    var depth = set.levels.count
                    while depth > 0, !tops.contains(set.levels[depth - 1].loop) { depth -= 1 }
                    leaveLevels(to: depth)
                    if depth > 0 { set.levels[depth - 1].hasChild = true }
                }
            }
        }
        let stated = fields.range(4, span)
        set.levels.append(
            .init(
                number: number ?? set.hlCount, loop: set.hlLoop, offset: offset,
                childCode: stated.count == 1 ? span[stated.lowerBound] : 0))
    }

    /// Leaves the levels from `depth` on; one whose HL04 proves wrong is a warning: x12.org's own
    /// samples have such.
    private mutating func leaveLevels(to depth: Int) {
        while set.levels.count > depth {
            let level = set.levels.removeLast()
            if level.isWrong, mayBeStated(level) {
                let name = level.loop >= 0 ? guides[set.guide].loops[level.loop].id + "/" : ""
                report(EnvelopeFindings.hlChildren, at: level.offset, path: name + "HL04")
            }
        }
    }

    /// Whether the guide has an HL04 for a level that nothing lies beneath: it may have 1 alone.
    private func mayBeStated(_ level: SetState.Level) -> Bool {
        guard level.loop >= 0, level.childCode == UInt8(ascii: "1") else { return true }
        let guide = guides[set.guide]
        let elements = guide.slots[guide.loops[level.loop].trigger].elements
        guard elements.count >= 4 else { return true }
        let codes = guide.elements[elements.lowerBound + 3].codes
        return codes.isEmpty || guide.codes[codes].contains(code("0"))
    }

    /// An HL whose element `element` does not fit.
    private mutating func misnumbered(_ kind: FindingKind, _ element: Int, at offset: Int) {
        let code = set.hlCode
        let guide = guides[set.guide]
        let loop = guide.hlLoops.first { guide.loops[$0].hlCode == code }
        let name = loop.map { guide.loops[$0].id } ?? ""
        let finding = report(
            kind, at: offset, path: (name.isEmpty ? "" : name + "/") + "HL0\(element)",
            ack: [
                "IK301": "HL", "IK302": String(set.segments), "IK303": String(name.prefix(4)),
                "IK304": "8", "IK401": String(element), "IK403": "7",
            ].filter { !$0.value.isEmpty })
        condemnSet("5")
        received.note(finding)
    }

    /// Whether the last HL lies beneath `loop` in the guide.
    func isBeneath(_ loop: Int, _ guide: Guide) -> Bool {
        set.hlLoop > 0 && guide.loops[set.hlLoop].parents.contains(loop)
    }

    // MARK: Blocks

    /// Opens the block of an HL beneath the one it belongs to.
    mutating func enterBlock(at offset: Int) {
        fillBlock(to: offset)
        leaveBlocks(around: set.hlLoop)
        enter(set.hlLoop, offset, set.segments)
    }

    /// Opens the block of an HL of `loop` beneath the innermost.
    mutating func enter(_ loop: Int, _ offset: Int, _ position: Int) {
        guard !set.chain.isEmpty else { return }
        let guide = guides[set.guide]
        set.push(
            .init(start: 0, offset: offset, position: position, loop: loop),
            child: guide.hlLoops.firstIndex(of: loop) ?? -1, of: guide.hlLoops.count)
    }

    /// Leaves blocks until the innermost is one that may hold `loop`.
    mutating func leaveBlocks(around loop: Int) {
        let guide = guides[set.guide]
        while set.chain.count > 1, let last = set.chain.last {
            if loop >= 0, guide.loops[loop].parents.contains(last.loop) { return }
            leaveBlock(at: lastEnd)
        }
    }

    /// Leaves the innermost block; one that no record reported on is checked here.
    private mutating func leaveBlock(at offset: Int) {
        guard let block = set.chain.last else { return }
        let guide = guides[set.guide]
        let first = (set.chain.count - 1) * guide.hlLoops.count
        if block.reporter == 0 { checkBlocks() }
        if block.loop > 0 {
            for index in guide.wanted[guide.wantedRanges[block.loop]] {
                let item = guide.items[index]
                guard item.loop >= 0 else { continue }
                let child = guide.loops[item.loop]
                var count = guide.record.holds(loop: item.loop) ? block.records : 0
                if let place = guide.hlLoops.firstIndex(of: item.loop) {
                    count += Int(set.children[first + place])
                } else if !guide.record.isUsual(loop: item.loop) {
                    continue
                }
                if count == 0 { lonely(block, child, at: offset) }
            }
        }
        set.pop(of: guide.hlLoops.count)
    }

    /// A block beneath which the guide requires something that is not there.
    private mutating func lonely(_ block: SetState.Block, _ child: Loop, at offset: Int) {
        let guide = guides[set.guide]
        let finding = report(
            EnvelopeFindings.hlAlone, at: offset,
            path: guide.loops[block.loop].id + "/" + child.id,
            ack: [
                "IK301": segmentName(guide.slots[child.trigger].segment),
                "IK302": String(set.segments), "IK303": String(child.id.prefix(4)),
                "IK304": "3",
            ])
        condemnSet("5")
        received.note(finding)
    }

    /// Checks the open blocks as a page without records, and keeps what is wrong with the last.
    private mutating func checkBlocks() {
        guard let interchange, !set.isBlind else { return }
        var made = X12Context(delimiters: interchange.delimiters, guide: set.guide)
        made.bytes = set.bytes
        for (index, block) in set.chain.enumerated() {
            made.blocks.append(
                .init(
                    range: set.range(index), parent: index - 1, offset: block.offset,
                    position: block.position, reporter: index == set.chain.count - 1 ? -1 : 0,
                    occurrence: block.occurrence))
        }
        var findings: [Finding] = []
        let document = X12Parser.parse(blocks: made, guides: guides, line: intake.line)
        Checker(document: document, guides: guides, levels: options.levels)
            .checkLead(0, into: &findings)
        for finding in findings {
            closing.findings.append(finding)
            if finding.severity == .error, finding.kind.reach != .record {
                condemnSet("5")
                received.note(finding)
            }
        }
    }
}
