/// What the page shows below the verdict: key figures and the sections 1 to 11.
extension Report {
    /// The counts of records that people look for first.
    var recordFigures: [Scope] {
        let sum = totals
        return [
            Report.figure("Records in", Figures.grouped(sum.taken), zero: sum.taken == 0),
            Report.figure("Accepted", Figures.grouped(sum.accepted), zero: sum.accepted == 0),
            Report.figure(
                "Rejected", Figures.grouped(sum.rejected), zero: sum.rejected == 0, tone: "bad"),
            Report.figure("Held", Figures.grouped(sum.held), zero: sum.held == 0, tone: "open"),
            Report.figure("Duplicate", Figures.grouped(sum.duplicate), zero: sum.duplicate == 0),
            Report.figure("Filtered", Figures.grouped(sum.filtered), zero: sum.filtered == 0),
        ]
    }

    /// What was published, and the dollars.
    var moneyFigures: [Scope] {
        let published = deliveries.filter { $0.state == .published || $0.state == .collected }.count
        var figures = [
            Report.figure(
                "Files published",
                published == deliveries.count
                    ? Figures.grouped(published) : "\(published) of \(deliveries.count)",
                zero: deliveries.isEmpty, tone: published == deliveries.count ? "" : "open")
        ]
        for form in Figures.unique(money.lines.map(\.form)) where form != "835" {
            let mine = money.lines.filter { $0.form == form }
            let received = mine.reduce(0) { $0 &+ $1.received }
            let accepted = mine.reduce(0) { $0 &+ $1.accepted }
            figures.append(Report.figure("\(form) in", Figures.dollars(received), zero: false))
            figures.append(
                Report.figure(
                    "\(form) accepted", Figures.dollars(accepted), zero: false,
                    tone: accepted == received ? "" : "open"))
        }
        if !money.payments.isEmpty {
            let paid = money.payments.reduce(0) { $0 &+ $1.paid }
            figures.append(Report.figure("835 paid", Figures.dollars(paid), zero: false))
        }
        return figures
    }

    private static func figure(
        _ term: String, _ figure: String, zero: Bool, tone: String = ""
    ) -> Scope {
        var scope = Scope()
        scope.text("term", term)
        scope.text("figure", figure)
        scope.text("class", zero ? "z" : tone.isEmpty ? "" : "tone-" + tone)
        return scope
    }

    /// Sections 1 to 11, each with its tables; long ones that nobody must read are folded.
    var sections: [Scope] {
        [
            Report.section(
                "1 Control totals",
                [
                    (unitTable, nil), (fileTable, "Files: \(filesInWords)"),
                    (equationTable, equationsInWords),
                ]),
            Report.section("2 Expected and arrived", [(arrivalTable, nil)]),
            Report.section("3 By feed", [(feedTable, nil)]),
            Report.section(
                "4 Money", [(moneyTable, nil), (paymentTable, nil), (ladderTable, nil)]),
            Report.section("5 Deliveries", [(deliveryTable, nil)]),
            Report.section("6 Exceptions", [(exceptionTable, nil)]),
            Report.section("7 Held", [(heldTable, nil)]),
            Report.section("8 Flags for review", [(flagTable, nil)]),
            Report.section("9 Overrides and changes", [(overrideTable, nil)]),
            Report.section("10 Fields of no use", [(unmappedTable, nil)]),
            Report.section("11 Provenance", [(provenanceTable, nil)]),
        ]
    }

    private var filesInWords: String {
        "\(Figures.grouped(files.discovered)) discovered, \(Figures.grouped(files.claimed)) claimed, "
            + "\(Figures.grouped(files.processed)) processed"
    }

    private var equationsInWords: String {
        let failed = equations.filter { !$0.isBalanced }.count
        let all = Figures.count(equations.count, "balance equation")
        return failed == 0 ? "\(all), all ok" : "\(all), \(failed) not ok"
    }

    private static func section(_ heading: String, _ tables: [(Table, String?)]) -> Scope {
        var scope = Scope()
        let number = heading.split(separator: " ").first.map(String.init) ?? ""
        scope.text("id", "s\(number)")
        scope.text("heading", heading)
        scope.list(
            "tables",
            tables.map { table, summary in
                var scope = table.scope
                scope.flag("folded", summary != nil && !table.rows.isEmpty)
                scope.text("summary", summary)
                return scope
            })
        return scope
    }
}
