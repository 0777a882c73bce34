import Bytes
import Exchange

/// What is said of interchanges, groups and sets, each with the code that its answer gives it.
extension X12Framer {
    /// Adds a finding about the envelope.
    /// - Returns: the finding, which the log may have counted only.
    @discardableResult
    mutating func report(
        _ kind: FindingKind, at offset: Int, path: String? = nil, _ detail: String = "",
        ack: [String: String] = [:]
    ) -> Finding {
        var line: Int?
        if closing.findings.counts[kind.code, default: 0] < closing.findings.limit,
            offset >= intake.offset
        {
            let pending = intake.pending
            let count = min(offset - intake.offset, pending.count)
            line = intake.line + Lines.breaks(in: pending.span, 0..<count)
        }
        let finding = Finding(
            kind, at: Location(byte: offset, line: line, path: path), detail, ack: ack)
        closing.findings.append(finding)
        return finding
    }

    /// A fault of the interchange: TA105.
    mutating func rejectInterchange(
        _ kind: FindingKind, _ code: String, at offset: Int, path: String? = nil,
        _ detail: String = ""
    ) {
        report(kind, at: offset, path: path, detail, ack: ["TA105": code])
        interchange?.isRejected = true
        if !received.interchanges.isEmpty {
            received.interchanges[received.interchanges.count - 1].codes.append(code)
        }
    }

    /// A fault of the group: AK905.
    mutating func rejectGroup(
        _ kind: FindingKind, _ code: String, at offset: Int, path: String? = nil,
        _ detail: String = ""
    ) {
        report(kind, at: offset, path: path, detail, ack: ["AK905": code])
        group?.isRejected = true
        guard let last = received.interchanges.indices.last,
            let inner = received.interchanges[last].groups.indices.last
        else { return }
        received.interchanges[last].groups[inner].codes.append(code)
    }

    /// A fault of the set: IK502.
    mutating func rejectSet(
        _ kind: FindingKind, _ code: String, at offset: Int, path: String? = nil,
        _ detail: String = ""
    ) {
        report(kind, at: offset, path: path, detail, ack: ["IK502": code])
        condemnSet(code)
    }

    /// Condemns the open set, naming an IK502 code.
    mutating func condemnSet(_ code: String?) {
        set.isRejected = true
        if let code { received.condemn(code) }
    }
}
