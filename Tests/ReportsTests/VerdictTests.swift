import Exchange
import Testing

@testable import Reports

@Suite struct `the verdict` {
    @Test func `a quiet night is green, and nobody has to do anything`() {
        let verdict = Samples.quiet.verdict
        #expect(verdict.status == .green)
        #expect(verdict.sentence == "balanced; all 1,271 records accounted for")
        #expect(verdict.next.isEmpty)
        #expect(verdict.exitCode == 0)
    }

    @Test func `an empty night is green`() {
        #expect(Samples.empty.verdict.status == .green)
        #expect(Samples.empty.verdict.sentence == "balanced; nothing came in, nothing is missing")
    }

    @Test func `a balanced night with exceptions is amber, and each role has its next action`() {
        let verdict = Samples.trouble.verdict
        #expect(verdict.status == .amber)
        #expect(verdict.isBalanced)
        #expect(
            verdict.sentence == "balanced; portal-forms missing, 1 partner total off, "
                + "3 rejected, 3 held ($800.00) + 3 older, 2 to review")
        #expect(verdict.next.map(\.owner) == [.it, .lab, .billing])
        #expect(verdict.next[0].action == "Call noc: portal-forms did not come (due 01:30)")
        #expect(verdict.next[1].code == "HL7-204")
    }

    @Test func `one record lost makes the night red, and the first action is IT's`() {
        let verdict = Samples.outOfBalance.verdict
        #expect(verdict.status == .red)
        #expect(!verdict.isBalanced)
        #expect(
            verdict.sentence.hasPrefix(
                "OUT OF BALANCE in B2 lab-results and 2 more; results not published"))
        #expect(verdict.next.first?.owner == .it)
        #expect(verdict.exitCode == 4)
    }

    @Test func `counts of a feed that differ are out of balance even without an equation`() {
        var report = Samples.quiet
        report.equations = []
        report.feeds[0].accepted -= 1
        #expect(report.verdict.causes == [.outOfBalance])
        #expect(report.verdict.status == .red)
    }

    @Test(arguments: [
        (Report.Verdict.Cause.failSafe, Report.Verdict.Status.red, Int32(5)),
        (.failedPublish, .red, 6), (.missingCritical, .red, 7), (.missing, .amber, 7),
        (.stoppedFeed, .amber, 3), (.partnerArithmetic, .amber, 3), (.files, .amber, 3),
        (.rejected, .amber, 3), (.held, .amber, 3), (.flagged, .amber, 3),
    ])
    func `each cause alone decides word and exit code, and is said`(
        cause: Report.Verdict.Cause, status: Report.Verdict.Status, exitCode: Int32
    ) {
        var report = Samples.quiet
        switch cause {
        case .outOfBalance: break
        case .failSafe: report.failSafe.isEngaged = true
        case .failedPublish: report.deliveries[0].state = .failed
        case .missingCritical:
            report.arrivals[0].state = .missing
            report.arrivals[0].isCritical = true
        case .missing: report.arrivals[0].state = .missing
        case .stoppedFeed: report.feeds[0].stoppedBy = "RUN-201"
        case .partnerArithmetic:
            report.equations.append(
                .init(
                    .b8, scope: "f-1", concern: .partner, left: [.init("declared", 3)],
                    right: [.init("counted", 2)]))
        case .files: report.files.rejected = 1
        case .rejected:
            report.feeds[0].accepted -= 1
            report.feeds[0].rejected += 1
        case .held: report.held = [Samples.troubleHeld[0]]
        case .flagged: report.flags = Samples.trouble.flags
        }
        report.equations.removeAll { $0.name == .b2 }
        let verdict = report.verdict
        #expect(verdict.causes == [cause])
        #expect(verdict.status == status)
        #expect(verdict.exitCode == exitCode)
        #expect(verdict.sentence != Samples.quiet.verdict.sentence)
    }

    @Test func `of several exit codes the one that product.md names first wins`() {
        var report = Samples.trouble
        report.failSafe.isEngaged = true
        #expect(report.verdict.exitCode == 5)
        report.equations[0].left[0].value += 1
        #expect(report.verdict.exitCode == 4)
    }

    @Test func `a partner's wrong sum stops nothing`() {
        #expect(Samples.trouble.brokenPartnerEquations.map(\.scope) == ["era-0017 ST 0002"])
        #expect(Samples.trouble.brokenEquations.isEmpty)
    }
}
