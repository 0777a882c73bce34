extension Report {
    /// Whether a rendering may use the terminal's colours.
    public enum Colour: Sendable { case none, ansi }

    /// The report for a terminal: at most 24 lines of at most 80 columns, plain ASCII, each line
    /// ended by a newline.
    ///
    /// Every equation that fails is named: the first ones with their figures, the others by name
    /// and number. Feeds that do not fit are summed up in one row; those with trouble are shown
    /// first. Colour marks the verdict and what fails, and never says anything alone.
    public func summary(colour: Colour = .none) -> String {
        SummaryWriter(report: self, colour: colour).write()
    }
}

/// Lays out the terminal summary.
private struct SummaryWriter {
    static let width = 80
    static let height = 24

    let report: Report
    let colour: Report.Colour

    func write() -> String {
        let head = headline + nextLines
        let broken = brokenLines
        let tail = fileLines + moneyLines
        let room = Self.height - head.count - broken.count - tail.count - 2
        let table = FeedTable(report: report, rows: max(2, room))
        let lines = head + broken + table.lines + tail
        return lines.prefix(Self.height).map { $0 + "\n" }.joined()
    }

    // MARK: The top

    private var headline: [String] {
        let verdict = report.verdict
        let title = "WAYBILL \(report.batch.id)  \(verdict.status.rawValue)"
        var lines = Plain.wrap("\(title)  \(verdict.sentence)", width: Self.width, most: 3)
        if let first = lines.first {
            lines[0] = paint(verdict.status.rawValue, in: first, as: verdict.status)
        }
        return lines
    }

    private var nextLines: [String] {
        let next = report.verdict.next
        guard !next.isEmpty else { return ["Next: nothing to do."] }
        var lines: [String] = []
        for (index, action) in next.prefix(3).enumerated() {
            let code = action.code.map { " [\($0)]" } ?? ""
            let text = "\(Figures.title(action.owner)): \(action.action)\(code)"
            let wrapped = Plain.wrap(text, width: Self.width - 6, most: 2)
            lines += wrapped.enumerated().map {
                (index == 0 && $0.offset == 0 ? "Next: " : "      ") + $0.element
            }
        }
        if next.count > 3 { lines.append("      and \(next.count - 3) more in the report") }
        return lines
    }

    // MARK: What fails

    private var brokenLines: [String] {
        let broken = report.brokenEquations + report.brokenPartnerEquations
        let shown = broken.count <= 5 ? broken.count : 4
        var lines = broken.prefix(shown).map(line)
        if broken.count > shown {
            var counts: [(name: String, count: Int)] = []
            for equation in broken.dropFirst(shown) {
                let name = equation.name.rawValue
                if let index = counts.firstIndex(where: { $0.name == name }) {
                    counts[index].count += 1
                } else {
                    counts.append((name, 1))
                }
            }
            let list = counts.map { "\($0.name) x \($0.count)" }.joined(separator: ", ")
            lines += Plain.wrap("FAILS also: \(list)", width: Self.width, most: 2)
        }
        return lines.map { colour == .ansi ? "\u{1B}[31m\($0)\u{1B}[0m" : $0 }
    }

    private func line(for equation: Report.Equation) -> String {
        let left = Figures.figure(equation.leftSum, measure: equation.measure)
        let right = Figures.figure(equation.rightSum, measure: equation.measure)
        let difference = Figures.difference(equation.difference, measure: equation.measure)
        let whose = equation.concern == .partner ? "PARTNER" : "FAILS"
        let figures = ": \(left) against \(right), \(difference)"
        let title = "\(whose) \(equation.name.rawValue) \(equation.name.subject) "
        let room = max(8, Self.width - title.utf8.count - figures.utf8.count)
        return Plain.cut(
            title + Plain.cut(Plain.ascii(equation.scope), to: room) + figures, to: Self.width)
    }

    // MARK: The bottom

    private var fileLines: [String] {
        let files = report.files
        let outside = [
            (files.ignored, "ignored"), (files.refused, "refused"),
            (files.seenBefore, "seen before"), (files.notReady, "not ready"),
        ].filter { $0.0 != 0 }.map { "\(Figures.grouped($0.0)) \($0.1)" }
        let inside = [
            (files.processed, "ok"), (files.rejected, "rejected"),
            (files.duplicate, "duplicate"), (files.held, "held"),
        ].filter { $0.0 != 0 }.map { "\(Figures.grouped($0.0)) \($0.1)" }
        var text = "FILES \(Figures.grouped(files.discovered)) = "
        text += (outside + [Figures.grouped(files.claimed)]).joined(separator: " + ")
        if files.released > 0 { text += ", with \(Figures.grouped(files.released)) released:" }
        if !inside.isEmpty { text += " (\(inside.joined(separator: ", ")))" }
        return Plain.wrap(text, width: Self.width, most: 2)
    }

    private var moneyLines: [String] {
        var lines: [String] = []
        for form in Figures.unique(report.money.lines.map(\.form)) where form != "835" {
            let mine = report.money.lines.filter { $0.form == form }
            func sum(_ path: KeyPath<Report.MoneyLine, Int>) -> Int {
                mine.reduce(0) { $0 &+ $1[keyPath: path] }
            }
            let parts = [
                (sum(\.accepted), "accepted"), (sum(\.rejected), "rejected"),
                (sum(\.duplicate), "duplicate"), (sum(\.held), "held"),
                (sum(\.filtered), "filtered"),
            ].filter { $0.0 != 0 || $0.1 == "accepted" }
            let right = parts.map { "\(Figures.amount($0.0)) \($0.1)" }.joined(separator: " + ")
            lines += Plain.wrap(
                "\(form) \(Figures.dollars(sum(\.received))) = \(right)", width: Self.width, most: 2
            )
        }
        lines = Array(lines.prefix(3))
        let payments = report.money.payments
        if !payments.isEmpty {
            let paid = payments.reduce(0) { $0 &+ $1.paid }
            let claims = payments.reduce(0) { $0 &+ $1.claims }
            let adjustments = payments.reduce(0) { $0 &+ $1.adjustments }
            let difference = paid &- (claims &- adjustments)
            let end = difference == 0 ? "" : ", off by \(Figures.amount(difference))"
            let bad = payments.filter { $0.difference != 0 }.count
            let note = bad == 0 ? "" : " (\(bad) of \(payments.count) payments)"
            lines += Plain.wrap(
                "835 BPR02 \(Figures.dollars(paid)) = CLP04 \(Figures.amount(claims)) - PLB "
                    + "\(Figures.amount(adjustments))\(end)\(note)", width: Self.width, most: 2)
        }
        return lines
    }

    private func paint(_ word: String, in line: String, as status: Report.Verdict.Status) -> String
    {
        guard colour == .ansi, let range = line.firstRange(of: word) else { return line }
        let code =
            switch status {
            case .green: "30;42"
            case .amber: "30;43"
            case .red: "97;41"
            }
        return line.replacingCharacters(
            range, with: "\u{1B}[1;\(code)m \(word) \u{1B}[0m")
    }
}

extension String {
    fileprivate func replacingCharacters(_ range: Range<Index>, with text: String) -> String {
        var copy = self
        copy.replaceSubrange(range, with: text)
        return copy
    }
}
