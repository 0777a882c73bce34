extension Report {
    /// The report as one self-contained page: no script, nothing fetched, pictures inline with a
    /// table behind each; light and dark, on a phone and on paper.
    ///
    /// Throws only when a template of this module is broken, which a test rules out.
    public func html() throws -> String {
        try Templates.render("report", pageScope)
    }

    private var pageScope: Scope {
        let verdict = self.verdict
        var scope = Scope()
        scope.text("status", verdict.status.rawValue)
        scope.text("tone", verdict.status.rawValue.lowercased())
        scope.text("sentence", verdict.sentence.capitalizedFirst)
        scope.markup("icon", Report.icon(for: verdict.status))
        scope.text("batch", batch.id)
        scope.text("site", batch.site)
        let resumed = batch.resumed > 0 ? ", resumed after an interruption" : ""
        scope.text("night", Figures.longDate(batch.opened) + resumed)
        scope.text("version", provenance.version)
        scope.text("zone", provenance.zone)
        scope.markup("css", HTML(markup: StyleSheet.css(footer: "Waybill \(batch.id)")))
        scope.flag("hasNext", !verdict.next.isEmpty)
        scope.list("next", verdict.next.map(Report.scope))
        if failSafe.isEngaged {
            let since = failSafe.since.map {
                "Since \(Figures.shortDate($0)) \(Figures.clock($0)). "
            }
            scope.text("failSafe", (since ?? "") + (failSafe.cause ?? "No cause is recorded."))
        }
        addBroken(to: &scope)
        scope.list(
            "keys",
            [recordFigures, moneyFigures].map { figures in
                var row = Scope()
                row.list("key", figures)
                return row
            })
        scope.list("sections", sections)
        scope.list("columns", pictureColumns)
        return scope
    }

    private static func scope(of action: Verdict.NextAction) -> Scope {
        var scope = Scope()
        scope.text("owner", Figures.title(action.owner))
        scope.text("action", action.action)
        scope.text("code", action.code)
        return scope
    }

    private func addBroken(to scope: inout Scope) {
        let broken = brokenEquations + brokenPartnerEquations
        scope.flag("hasBroken", !broken.isEmpty)
        let ours = brokenEquations.count
        let theirs = brokenPartnerEquations.count
        var parts: [String] = []
        if ours > 0 {
            parts.append("\(Figures.count(ours, "equation")) \(ours == 1 ? "fails" : "fail")")
        }
        if theirs > 0 {
            parts.append(
                "\(Figures.count(theirs, "partner total")) \(theirs == 1 ? "is" : "are") off")
        }
        scope.text("brokenTitle", parts.joined(separator: "; "))
        let most = broken.count > 6 ? 5 : broken.count
        var table = equationTable(of: Array(broken.prefix(most)))
        table.caption =
            most == broken.count
            ? "What does not balance"
            : "What does not balance: the first \(most), the others in section 1"
        scope.list("broken", [table.scope])
    }

    private var pictureColumns: [Scope] {
        let columns = [[outcomesPicture, heldPicture], [arrivalsPicture, rejectPicture]]
        return columns.map { pictures in
            var column = Scope()
            column.list(
                "pictures",
                pictures.map { picture in
                    var scope = Scope()
                    scope.text("pictureID", "picture-" + picture.id)
                    scope.text("heading", picture.heading)
                    scope.markup("svg", picture.svg)
                    scope.list("table", [picture.table.scope])
                    return scope
                })
            return column
        }
    }

    /// A sign of its own for each verdict, so that nothing hangs on the colour.
    private static func icon(for status: Verdict.Status) -> HTML {
        let path =
            switch status {
            case .green: "<path d=\"M4 13l5 5L20 6\"/>"
            case .amber: "<path d=\"M12 3L2 21h20zM12 10v5M12 18v.1\"/>"
            case .red: "<path d=\"M8 2h8l6 6v8l-6 6H8l-6-6V8zM8 8l8 8M16 8l-8 8\"/>"
            }
        return HTML(markup: "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\">\(path)</svg>")
    }
}
