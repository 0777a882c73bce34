import Bytes
import Exchange

/// Checks one message against a compiled profile: its segments and groups, then every element of
/// each segment, then the statements and conditions of each.
///
/// It comes after the standard's own checks and repeats none of them: what does not fit the
/// structure was told there and has no place here.
struct ProfileCheck {
    let profile: CompiledProfile
    let plan: Plan
    let document: HL7Document
    let record: RecordEntry
    let bytes: [UInt8]
    let charset: Charset
    var reporter: Reporter
    /// Groups of the message as the profile sees them; the message itself is the first.
    private(set) var occurrences: [Occurrence] = []
    /// Segments and groups in order, each with the group it lies in.
    private(set) var placed: [Placed] = []
    private var counts: [Int32] = []
    /// Elements that paths lead to, while somebody looks at them.
    var stack: [Element] = []

    /// One occurrence of a group.
    struct Occurrence {
        let node: Int
        /// Its number among its like.
        let instance: Int32
        let firstSegment: Int
        let endSegment: Int
        /// Where the counts of its members begin.
        let counts: Int
        /// The entries of `placed` that lie in it.
        let firstPlaced: Int
        var endPlaced = 0
    }

    /// A segment or group with its node.
    struct Placed {
        let node: Int
        /// The occurrence around it.
        let parent: Int
        let instance: Int32
        let segment: Int
        /// The occurrence that it is; -1 for a segment.
        let occurrence: Int
    }

    /// Appends what is found about record `index`.
    static func check(
        _ profile: CompiledProfile, _ format: HL7Format, _ document: HL7Document,
        record index: Int, into findings: inout [Finding]
    ) {
        let record = document.records[index]
        let plan =
            record.root < 0 || !profile.isFor(version: document.headerKey(12, of: record))
            ? -1
            : profile.plan(
                schema: record.schema, root: record.root, type: document.headerKey(9, of: record),
                event: document.headerKey(9, component: 2, of: record))
        let reporter = Reporter(document, record, format.schemas[record.schema])
        guard plan >= 0 else {
            var reporter = reporter
            if !record.segments.isEmpty {
                let place = Reporter.Place(segment: record.segments.lowerBound)
                reporter.report(ProfileFinding.uncovered, place, nil, "profile \(profile.name)")
            }
            findings += reporter.findings
            return
        }
        var check = ProfileCheck(
            profile, profile.plans[plan], reporter,
            format.charset(of: record, in: document) ?? .ascii)
        check.structure()
        check.segments()
        check.groups()
        findings += check.reporter.findings
    }

    private init(
        _ profile: CompiledProfile, _ plan: Plan, _ reporter: Reporter, _ charset: Charset
    ) {
        self.profile = profile
        self.plan = plan
        self.charset = charset
        document = reporter.document
        record = reporter.record
        bytes = reporter.document.bytes
        self.reporter = reporter
    }

    // MARK: Structure

    /// Lays the message's groups and segments over the profile's, counting as it goes.
    private mutating func structure() {
        var open = [begin(plan.node, 1, record.segments)]
        var group = record.groups.lowerBound
        for segment in record.segments {
            while open.count > 1, occurrences[open[open.count - 1]].endSegment <= segment {
                occurrences[open.removeLast()].endPlaced = placed.count
            }
            while group < record.groups.upperBound,
                Int(document.groups[group].start) == segment
            {
                let entry = document.groups[group]
                group += 1
                guard let (node, parent) = find(Int(entry.node), 0, open) else { continue }
                let instance = count(node, in: parent)
                let number = occurrences.count
                placed.append(
                    Placed(
                        node: node, parent: parent, instance: instance, segment: segment,
                        occurrence: number))
                demand(node, instance, segment)
                open.append(begin(node, instance, Int(entry.start)..<Int(entry.end)))
            }
            place(segment, open)
        }
        for number in open { occurrences[number].endPlaced = placed.count }
        for number in occurrences.indices { missing(in: number) }
    }

    private mutating func begin(
        _ node: Int, _ instance: Int32, _ segments: Range<Int>
    ) -> Int {
        occurrences.append(
            Occurrence(
                node: node, instance: instance, firstSegment: segments.lowerBound,
                endSegment: segments.upperBound, counts: counts.count, firstPlaced: placed.count))
        counts.append(
            contentsOf: repeatElement(0, count: Int(profile.nodes[node].members)))
        return occurrences.count - 1
    }

    private mutating func place(_ segment: Int, _ open: [Int]) {
        let entry = document.segments[segment]
        let found =
            SegmentID.isLocal(entry.id)
            ? local(entry.id, open)
            : entry.node == SegmentEntry.unplaced ? nil : find(Int(entry.node), entry.id, open)
        guard let (node, parent) = found else { return }
        let instance = count(node, in: parent)
        placed.append(
            Placed(
                node: node, parent: parent, instance: instance, segment: segment, occurrence: -1))
        demand(node, instance, segment)
    }

    /// The profile's node for one of the schema's, and the open group that it lies in.
    private func find(_ node: Int, _ id: UInt32, _ open: [Int]) -> (node: Int, parent: Int)? {
        guard plan.nodeOf.indices.contains(node - plan.root) else { return nil }
        var index = Int(plan.nodeOf[node - plan.root])
        while index >= 0, profile.nodes[index].segment != id {
            index = Int(profile.nodes[index].next)
        }
        guard index >= 0 else { return nil }
        let wanted = Int(profile.nodes[index].parent)
        return open.last { occurrences[$0].node == wanted }.map { (index, $0) }
    }

    /// A Z segment belongs to the innermost open group that has it.
    private func local(_ id: UInt32, _ open: [Int]) -> (node: Int, parent: Int)? {
        for number in open.reversed() {
            for node in plan.locals
            where profile.nodes[Int(node)].segment == id
                && Int(profile.nodes[Int(node)].parent) == occurrences[number].node
            {
                return (Int(node), number)
            }
        }
        return nil
    }

    private mutating func count(_ node: Int, in parent: Int) -> Int32 {
        let slot = occurrences[parent].counts + Int(profile.nodes[node].ordinal)
        counts[slot] += 1
        return counts[slot]
    }

    /// Usage X and W, and the upper bound of the cardinality, as each one comes.
    private mutating func demand(_ node: Int, _ instance: Int32, _ segment: Int) {
        let rule = profile.nodes[node]
        let place = Reporter.Place(segment: segment)
        if rule.usage == .unsupported || rule.usage == .withdrawn {
            reporter.report(
                rule.usage == .withdrawn ? ProfileFinding.withdrawn : ProfileFinding.unsupported,
                place, "199", "\(title(rule.name)), usage \(rule.usage.rawValue)")
        } else if rule.maximum >= 0, instance > rule.maximum {
            reporter.report(
                ProfileFinding.cardinality, place, "198",
                "\(title(rule.name)) \(range(rule.minimum, rule.maximum)), this is number "
                    + "\(instance)")
        }
    }

    /// What a group lacks.
    private mutating func missing(in number: Int) {
        let occurrence = occurrences[number]
        var child = occurrence.node + 1
        var member = 0
        while child < Int(profile.nodes[occurrence.node].end) {
            let rule = profile.nodes[child]
            let count = counts[occurrence.counts + member]
            if count == 0, rule.usage == .required || rule.usage == .requiredOrEmpty {
                let isRequired = rule.usage == .required
                reporter.report(
                    missing: title(rule.name), after: last(before: member, in: number),
                    isRequired ? ProfileFinding.required : ProfileFinding.expected,
                    isRequired ? "100" : nil)
            } else if count > 0, count < rule.minimum, rule.usage != .unsupported {
                let place = Reporter.Place(segment: last(before: member + 1, in: number))
                reporter.report(
                    ProfileFinding.cardinality, place, "198",
                    "\(title(rule.name)) \(range(rule.minimum, rule.maximum)), there are \(count)")
            }
            child = Int(rule.end)
            member += 1
        }
    }

    /// The last segment of the members before `member`; the one before the group when there is none.
    private func last(before member: Int, in number: Int) -> Int {
        let occurrence = occurrences[number]
        var last = max(record.segments.lowerBound, occurrence.firstSegment - 1)
        for item in placed[occurrence.firstPlaced..<occurrence.endPlaced]
        where item.parent == number && Int(profile.nodes[item.node].ordinal) < member {
            last =
                item.occurrence < 0
                ? item.segment : max(last, occurrences[item.occurrence].endSegment - 1)
        }
        return last
    }

    // MARK: Going through the elements

    private mutating func segments() {
        for item in placed where item.occurrence < 0 {
            let flavor = profile.nodes[item.node].flavor
            if flavor >= 0 {
                check(item.segment, profile.segments[Int(flavor)], item.instance)
            }
        }
    }

    private mutating func groups() {
        for number in occurrences.indices {
            let node = occurrences[number].node
            guard profile.nodes[node].checks.count > 0 else { continue }
            var element = Element(level: .group, owner: number)
            element.instance = occurrences[number].instance
            check(profile.nodes[node].checks, on: element)
        }
    }

    // MARK: Words

    func title(_ index: Int32) -> String { index < 0 ? "" : profile.names[Int(index)] }

    func range(_ minimum: Int32, _ maximum: Int32) -> String {
        "[\(max(0, minimum))..\(maximum < 0 ? "*" : String(maximum))]"
    }
}
