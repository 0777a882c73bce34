/// The tables of money, deliveries, decisions and provenance.
extension Report {
    /// Section 4: dollars by feed and outcome.
    var moneyTable: Table {
        Table(
            name: "04-money", caption: "Dollars by feed and outcome",
            columns: [
                .words("feed", "Feed"), .words("form", "Form"), .figures("declared", "Declared"),
                .figures("received", "Received"), .figures("accepted", "Accepted"),
                .figures("rejected", "Rejected"), .figures("duplicate", "Duplicate"),
                .figures("held", "Held"), .figures("filtered", "Filtered"),
                .figures("difference", "Difference"),
            ],
            rows: money.lines.map { line in
                [
                    .text(line.feed), .text(line.form),
                    line.declared.map { .cents($0) } ?? .text("unparsed"), .cents(line.received),
                    .cents(line.accepted), .cents(line.rejected), .cents(line.duplicate),
                    .cents(line.held), .cents(line.filtered), .cents(line.difference),
                ]
            }, empty: "No feed that carries money took part.")
    }

    /// Section 4: payments.
    var paymentTable: Table {
        Table(
            name: "04-payments", caption: "Payments (835), to be laid beside the deposits",
            columns: [
                .words("trace", "TRN02"), .words("payer", "Payer"), .words("date", "Date"),
                .figures("paid", "BPR02 paid"), .figures("claims", "CLP04 claims"),
                .figures("adjustments", "PLB adjustments"), .figures("difference", "Difference"),
                .figures("claim_count", "Claims"), .words("outcome", "Outcome"),
                .words("receipt", "Receipt"),
            ],
            rows: money.payments.map { payment in
                [
                    .code(payment.trace), .text(payment.payer),
                    payment.date.map { .time($0) } ?? .none, .cents(payment.paid),
                    .cents(payment.claims), .cents(payment.adjustments),
                    .cents(payment.difference), .count(payment.claimCount),
                    .state(
                        payment.outcome,
                        payment.outcome == "accepted" && payment.difference == 0 ? .good : .open),
                    .code(payment.receipt),
                ]
            }, empty: "No payment came in.")
    }

    /// Section 4: the claims ladder.
    var ladderTable: Table {
        Table(
            name: "04-claims-ladder", caption: "Claims ladder: 837, TA1, 999, 277CA, 835",
            columns: [
                .words("step", "Step"), .figures("claims", "Claims"),
                .figures("dollars", "Dollars"), .figures("paid", "Paid"),
                .figures("oldest_days", "Oldest (days)"), .figures("overdue", "Overdue"),
            ],
            rows: money.ladder.map { rung in
                [
                    .text(rung.step), .count(rung.claims), .cents(rung.cents),
                    rung.paid.map { .cents($0) } ?? .none,
                    rung.oldestDays.map { .count($0) } ?? .none,
                    rung.overdue.map { .count($0) } ?? .none,
                ]
            }, empty: "No claim is under way.")
    }

    /// Section 5: deliveries.
    var deliveryTable: Table {
        Table(
            name: "05-deliveries", caption: "Files delivered, with their proof",
            columns: [
                .words("destination", "Destination"), .words("file", "File"),
                .words("unit", "Unit"), .figures("records", "Records"),
                .figures("read_back", "Read back"), .figures("dollars", "Dollars"),
                .below("bytes", "Bytes"), .words("state", "State"), .words("proof", "Proof"),
                .below("proved_at", "Proved at"), .below("controls", "Control numbers"),
                .below("problem", "Problem"), .below("sha256", "SHA-256"),
            ],
            rows: deliveries.map(deliveryRow), empty: "Nothing was delivered.")
    }

    private func deliveryRow(_ delivery: Delivery) -> [Table.Cell] {
        let state: Table.Cell =
            switch delivery.state {
            case .published, .collected: .state(delivery.state.rawValue, .good)
            case .failed: .state("FAILED", .bad)
            default: .state(delivery.state.rawValue, .open)
            }
        return [
            .text(delivery.destination), .code(delivery.file), .text(delivery.unit),
            .count(delivery.records), delivery.readBack.map { .count($0) } ?? .none,
            delivery.cents.map { .cents($0) } ?? .none, .count(delivery.bytes), state,
            .text(delivery.proof.rawValue), delivery.provedAt.map { .time($0) } ?? .none,
            .code(delivery.controls.joined(separator: " ")),
            delivery.problem.map { .code($0) } ?? .none, .code(delivery.sha256),
        ]
    }

    /// Section 9: what people decided.
    var overrideTable: Table {
        Table(
            name: "09-overrides", caption: "Overrides, releases and changed settings",
            columns: [
                .words("at", "When"), .words("who", "Who"), .words("action", "What"),
                .words("subject", "Of what"), .figures("records", "Records"),
                .words("reason", "Reason"),
            ],
            rows: overrides.map { line in
                [
                    .time(line.at), .text(line.who), .text(line.action), .code(line.subject),
                    .count(line.records), line.reason.map { .text($0) } ?? .none,
                ]
            }, empty: "Nobody overrode, released or changed anything.")
    }

    /// Section 10: fields of no use to any mapping.
    var unmappedTable: Table {
        Table(
            name: "10-unmapped-fields", caption: "Fields read and used by no mapping",
            columns: [
                .words("feed", "Feed"), .words("field", "Field"),
                .words("dictionary", "Dictionary"), .figures("records", "Records"),
                .words("since", "First seen"),
            ],
            rows: unmapped.map { field in
                [
                    .text(field.feed), .code(field.path), .text(field.dictionary),
                    .count(field.records), field.since.map { .time($0) } ?? .none,
                ]
            }, empty: "Every field that was read is mapped.")
    }

    /// Section 11: provenance.
    var provenanceTable: Table {
        var rows: [[Table.Cell]] = [
            [.text("Batch"), .code(batch.id)], [.text("Site"), .text(batch.site)],
            [.text("Batch opened"), .time(batch.opened)],
        ]
        if let closed = batch.closed { rows.append([.text("Batch closed"), .time(closed)]) }
        if !batch.members.isEmpty {
            rows.append([.text("Batches of the day"), .code(batch.members.joined(separator: " "))])
        }
        rows += [
            [.text("Interrupted and resumed"), .count(batch.resumed)],
            [.text("Run"), .code(provenance.run)],
            [.text("Run started"), .time(provenance.started)],
            [.text("Run finished"), .time(provenance.finished)],
            [.text("Time zone"), .text(provenance.zone)],
            [.text("Waybill"), .text(provenance.version)],
            [.text("Settings, SHA-256"), .code(provenance.settings)],
            [
                .text("Report before this, SHA-256"),
                provenance.previousReport.map { .code($0) } ?? .text("none: this is the first"),
            ],
        ]
        return Table(
            name: "11-provenance", caption: "Where these figures come from",
            columns: [.words("what", "What"), .words("value", "Value")], rows: rows,
            empty: "")
    }

    /// Section 0, for those who open only the CSV files.
    var verdictTable: Table {
        let verdict = self.verdict
        var rows: [[Table.Cell]] = [
            [.text("status"), .text(verdict.status.rawValue), .none, .none],
            [.text("sentence"), .text(verdict.sentence), .none, .none],
        ]
        rows += verdict.next.map {
            [
                .text("next"), .text($0.action), .text(Figures.title($0.owner)),
                $0.code.map { .code($0) } ?? .none,
            ]
        }
        return Table(
            name: "00-verdict", caption: "Verdict",
            columns: [
                .words("what", "What"), .words("text", "Text"), .words("owner", "Owner"),
                .words("code", "Code"),
            ], rows: rows, empty: "")
    }
}

extension Report.MoneyLine {
    /// What came in less what lies in the five outcomes.
    public var difference: Int {
        received &- (accepted &+ rejected &+ duplicate &+ held &+ filtered)
    }
}
