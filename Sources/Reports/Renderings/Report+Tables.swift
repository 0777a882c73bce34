import Exchange

/// The sections of the report as tables, in the order of product.md section 2.
extension Report {
    /// Section 1: the equations, what fails first.
    var equationTable: Table {
        let broken = brokenEquations + brokenPartnerEquations
        return equationTable(of: broken + equations.filter(\.isBalanced))
    }

    /// Some equations as a table.
    func equationTable(of equations: [Equation]) -> Table {
        Table(
            name: "01-control-totals", caption: "Balance equations, by release unit",
            columns: [
                .words("equation", "Equation"), .words("scope", "For"), .words("unit", "Unit"),
                .below("left_side", "Left"), .below("right_side", "Right"),
                .figures("left", "Left"), .figures("right", "Right"),
                .figures("difference", "Difference"), .words("ok", "OK"),
            ],
            rows: equations.map(equationRow), empty: "No equation was checked.")
    }

    private func equationRow(_ equation: Equation) -> [Table.Cell] {
        func figure(_ value: Int) -> Table.Cell {
            equation.measure == .cents ? .cents(value) : .count(value)
        }
        let state: Table.Cell =
            if equation.isBalanced {
                .state("ok", .good)
            } else {
                equation.concern == .partner
                    ? .state("partner's sum", .open) : .state("NOT OK", .bad)
            }
        return [
            .text("\(equation.name.rawValue) \(equation.name.subject)"), .text(equation.scope),
            equation.unit.map { .text($0) } ?? .none,
            .text(Figures.side(equation.left, measure: equation.measure)),
            .text(Figures.side(equation.right, measure: equation.measure)),
            figure(equation.leftSum), figure(equation.rightSum), figure(equation.difference), state,
        ]
    }

    /// Section 1: the release units.
    var unitTable: Table {
        Table(
            name: "01-release-units", caption: "Release units",
            columns: [
                .words("unit", "Unit"), .words("feeds", "Feeds"),
                .figures("equations", "Equations"), .figures("failed", "Not ok"),
                .words("state", "State"),
            ],
            rows: units.map { unit in
                let mine = equations.filter { $0.unit == unit.name && $0.concern == .waybill }
                return [
                    .text(unit.name), .text(unit.feeds.joined(separator: ", ")),
                    .count(mine.count), .count(mine.filter { !$0.isBalanced }.count),
                    unit.isReleased ? .state("released", .good) : .state("NOT RELEASED", .bad),
                ]
            }, empty: "No release unit took part.")
    }

    /// Section 1: files.
    var fileTable: Table {
        let rows: [(String, Int)] = [
            ("discovered", files.discovered), ("ignored", files.ignored),
            ("refused", files.refused), ("seen before", files.seenBefore),
            ("not ready", files.notReady), ("claimed", files.claimed),
            ("released from quarantine", files.released), ("processed", files.processed),
            ("rejected", files.rejected), ("duplicate", files.duplicate), ("held", files.held),
        ]
        return Table(
            name: "01-files", caption: "Files",
            columns: [.words("state", "Files"), .figures("files", "Number")],
            rows: rows.map { [.text($0.0), .count($0.1)] }, empty: "No file was found.")
    }

    /// Section 2: expected against arrived.
    var arrivalTable: Table {
        Table(
            name: "02-arrivals", caption: "Expected and arrived",
            columns: [
                .words("feed", "Feed"), .words("window", "Window"), .words("due", "Due"),
                .words("arrived", "Arrived"), .figures("files", "Files"),
                .figures("late_minutes", "Late by (min)"), .words("state", "State"),
                .words("contact", "Contact"),
            ],
            rows: arrivals.map { arrival in
                [
                    .text(arrival.feed), .text(arrival.window),
                    arrival.due.map { .time($0) } ?? .none,
                    arrival.arrived.map { .time($0) } ?? .none, .count(arrival.files),
                    .count(arrival.lateMinutes), arrivalState(arrival),
                    arrival.contact.map { .text($0) } ?? .none,
                ]
            }, empty: "No feed is expected on any schedule.")
    }

    /// How a feed stands with what was expected of it.
    func arrivalState(_ arrival: Arrival) -> Table.Cell {
        switch arrival.state {
        case .onTime: .state(arrival.state.rawValue, .good)
        case .notDue: .state(arrival.state.rawValue, .plain)
        case .late: .state(arrival.state.rawValue, .open)
        case .missing: .state(arrival.isCritical ? "MISSING, critical" : "MISSING", .bad)
        }
    }

    /// Section 3: records by feed.
    var feedTable: Table {
        Table(
            name: "03-feeds", caption: "Records by feed and outcome",
            columns: [
                .words("feed", "Feed"), .figures("received", "Received"),
                .figures("released", "Released"), .figures("replayed", "Replayed"),
                .figures("accepted", "Accepted"), .figures("rejected", "Rejected"),
                .figures("duplicate", "Duplicate"), .figures("held", "Held"),
                .figures("filtered", "Filtered"), .figures("difference", "Difference"),
                .words("stopped_by", "Stopped by"),
            ],
            rows: feeds.map(feedRow), total: feeds.isEmpty ? nil : feedRow(totals),
            empty: "No feed took part.")
    }

    private func feedRow(_ feed: Feed) -> [Table.Cell] {
        [
            .text(feed.name), .count(feed.received), .count(feed.released), .count(feed.replayed),
            .count(feed.accepted), .count(feed.rejected), .count(feed.duplicate),
            .count(feed.held), .count(feed.filtered), .count(feed.difference),
            feed.stoppedBy.map { .state($0, .bad) } ?? .none,
        ]
    }

    /// Section 6: findings by code.
    var exceptionTable: Table {
        Table(
            name: "06-exceptions", caption: "Findings by code, with owner and what to do",
            columns: [
                .words("code", "Code"), .words("severity", "Severity"), .words("owner", "Owner"),
                .words("feed", "Feed"), .words("what", "What is wrong"),
                .below("fix", "What to do"), .figures("findings", "Findings"),
                .figures("records", "Records"), .figures("files", "Files"),
                .figures("dollars", "Dollars"), .below("first", "First of them"),
            ],
            rows: exceptions.map { line in
                [
                    .code(line.code), severityState(line.severity),
                    .text(Figures.title(line.owner)), line.feed.map { .text($0) } ?? .none,
                    .text(line.what), .text(line.fix), .count(line.findings),
                    .count(line.records), .count(line.files),
                    line.cents.map { .cents($0) } ?? .none,
                    .code(line.references.joined(separator: " ")),
                ]
            }, empty: "Nothing was found wrong.")
    }

    private func severityState(_ severity: Severity) -> Table.Cell {
        switch severity {
        case .error: .state("error", .bad)
        case .warning: .state("warning", .open)
        case .info: .state("info", .plain)
        }
    }

    /// Section 7: what is held, by age.
    var heldTable: Table {
        Table(
            name: "07-held", caption: "Held records, by reason and age",
            columns: [
                .words("feed", "Feed"), .words("code", "Code"), .words("what", "Why"),
                .words("owner", "Owner"), .figures("days_0_1", "0\u{2013}1 days"),
                .figures("days_2_7", "2\u{2013}7 days"), .figures("days_8_30", "8\u{2013}30 days"),
                .figures("days_over_30", "Over 30 days"),
                .figures("rolled_forward", "Rolled forward"), .figures("dollars", "Dollars"),
                .words("oldest", "Oldest"),
            ],
            rows: held.map { line in
                [
                    .text(line.feed), .code(line.code), .text(line.what),
                    .text(Figures.title(line.owner)), .count(line.upTo1Day),
                    .count(line.upTo7Days), .count(line.upTo30Days), .count(line.over30Days),
                    .count(line.rolledForward), line.cents.map { .cents($0) } ?? .none,
                    line.oldest.map { .code($0) } ?? .none,
                ]
            }, total: held.isEmpty ? nil : heldTotal, empty: "Nothing is held.")
    }

    private var heldTotal: [Table.Cell] {
        func sum(_ path: KeyPath<Held, Int>) -> Table.Cell {
            .count(held.reduce(0) { $0 &+ $1[keyPath: path] })
        }
        return [
            .text("TOTAL"), .none, .none, .none, sum(\.upTo1Day), sum(\.upTo7Days),
            sum(\.upTo30Days), sum(\.over30Days), sum(\.rolledForward),
            .cents(held.reduce(0) { $0 &+ ($1.cents ?? 0) }), .none,
        ]
    }

    /// Section 8: flags.
    var flagTable: Table {
        Table(
            name: "08-flags", caption: "Delivered, and wanting a look",
            columns: [
                .words("rule", "Rule"), .words("owner", "Owner"), .words("feed", "Feed"),
                .words("message", "Message"), .figures("records", "Records"),
                .words("first", "First of them"),
            ],
            rows: flags.map { flag in
                [
                    .code(flag.rule), .text(Figures.title(flag.owner)), .text(flag.feed),
                    .text(flag.message), .count(flag.records),
                    .code(flag.references.joined(separator: " ")),
                ]
            }, empty: "No rule flagged anything.")
    }
}
