import Bytes

/// What a 277CA states of the claims beneath an information receiver (2200B) or a provider (2200C),
/// and what the claims come to: charges and numbers, of all, of those accepted, of those refused
/// (X214; RFI 1991).
struct StatusTotals: Sendable {
    /// What may be stated.
    enum Kind: Int, Sendable { case charge, accepted, refused, acceptedCharge, refusedCharge }

    /// One stated figure.
    struct Stated: Sendable {
        var kind: Kind
        var value: ExactDecimal
        /// Where it stands in the content.
        var offset: Int
        /// The element, as a path has it.
        var element: String
    }

    /// The loop that states them.
    let loop: String
    private(set) var stated: [Stated] = []
    private var counted = Array(repeating: ExactDecimal.zero, count: 5)
    private var claims = 0
    /// Whether something beneath does not say how many claims it covers.
    private var isPartial = false

    init(_ loop: String) { self.loop = loop }

    /// Takes a segment of the loop: STC, QTY or AMT. Of several STCs the first states the charge.
    mutating func state(
        _ id: UInt32, _ fields: Fields, _ span: Span<UInt8>, at offset: Int
    ) {
        let kind: Kind
        var element = 2
        switch id {
        case ID.stc:
            if stated.contains(where: { $0.kind == .charge }) { return }
            kind = .charge
            element = 4
        case ID.qty, ID.amt:
            let qualifier = fields.range(1, span)
            switch packCode(span, qualifier) {
            case code("9", "0"), code("Q", "A"): kind = .accepted
            case code("A", "A"), code("Q", "C"): kind = .refused
            case code("Y", "U"): kind = .acceptedCharge
            case code("Y", "Y"): kind = .refusedCharge
            default: return
            }
        default: return
        }
        guard let value = ExactDecimal(span, fields.range(element, span)) else { return }
        stated.append(
            Stated(
                kind: kind, value: value, offset: offset,
                element: segmentName(id) + "0\(element)"))
    }

    /// Counts a claim.
    mutating func count(_ claim: X12Framer.OpenRecord) {
        claims += 1
        let charge = ExactDecimal(cents: claim.cents)
        add(charge, to: .charge)
        add(ExactDecimal(cents: 100), to: claim.isRefused ? .refused : .accepted)
        add(charge, to: claim.isRefused ? .refusedCharge : .acceptedCharge)
    }

    private mutating func add(_ value: ExactDecimal, to kind: Kind) {
        counted[kind.rawValue] += value
    }

    /// Adds a provider: its claims, or where it lists none what it states of them.
    mutating func add(_ provider: StatusTotals) {
        if provider.claims > 0 {
            claims += provider.claims
            for (index, value) in provider.counted.enumerated() { counted[index] += value }
            isPartial = isPartial || provider.isPartial
            return
        }
        if provider.stated.isEmpty { return }
        claims += 1
        for figure in provider.stated { add(figure.value, to: figure.kind) }
        let kinds = provider.stated.map(\.kind)
        if !kinds.contains(.charge) || !(kinds.contains(.accepted) || kinds.contains(.refused)) {
            isPartial = true
        }
    }

    /// The stated figures that the claims do not come to; none where no claim is listed.
    var wrong: [Stated] {
        guard claims > 0, !isPartial else { return [] }
        return stated.filter { $0.value != counted[$0.kind.rawValue] }
    }
}

extension X12Framer {
    /// Takes what a segment of a 277CA states of the whole, and closes the levels that an HL ends.
    mutating func totals(
        _ id: UInt32, _ span: Span<UInt8>, _ start: Int, _ stop: Int, _ delimiters: Delimiters,
        at offset: Int
    ) {
        if id == ID.hl { return closeTotals(to: set.hlCode) }
        guard id == ID.stc || id == ID.qty || id == ID.amt else { return }
        let fields = Fields(span, start, stop, delimiters.element)
        if set.hlCode == code("2", "1") {
            set.receiver.state(id, fields, span, at: offset)
        } else if set.hlCode == code("1", "9") {
            set.provider.state(id, fields, span, at: offset)
        }
    }

    /// Compares the totals of the levels that an HL of `code` ends; 0 ends all.
    mutating func closeTotals(to level: UInt64) {
        guard level != code("P", "T"), options.levels.isOn(3), guides[set.guide].id == "005010X214"
        else { return }
        compare(set.provider)
        set.receiver.add(set.provider)
        set.provider = StatusTotals("2200C")
        if level == code("1", "9") { return }
        compare(set.receiver)
        set.receiver = StatusTotals("2200B")
    }

    private mutating func compare(_ totals: StatusTotals) {
        for figure in totals.wrong {
            report(
                EnvelopeFindings.totals277, at: figure.offset,
                path: totals.loop + "/" + figure.element)
        }
    }
}
