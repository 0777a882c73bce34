import Exchange

@testable import Reports

/// Nights to render and to test with; all of it invented.
enum Samples {
    static let digest = String(repeating: "9f86d081884c7d65", count: 4)
    static let provenance = Report.Provenance(
        run: "run-20261120-020003", started: "2026-11-20T02:00:03-06:00",
        finished: "2026-11-20T02:03:41-06:00", zone: "America/Chicago", version: "0.2.0",
        settings: String(repeating: "5e884898da280471", count: 4),
        previousReport: String(repeating: "2c26b46b68ffc68f", count: 4))
    static let batch = Report.Batch(
        id: "20261120T080000Z-01", site: "Sample Clinic", opened: "2026-11-20T02:00:00-06:00",
        closed: "2026-11-20T02:03:40-06:00")

    static let all: [(name: String, report: Report)] = [
        ("quiet", quiet), ("trouble", trouble), ("out-of-balance", outOfBalance),
        ("empty", empty), ("forty-feeds", fortyFeeds), ("hostile", hostile),
    ]

    /// Thirty days up to 20 November 2026.
    static func history(
        received: Int, rejected: [Int: Int] = [:], idle: Set<Int> = []
    ) -> [Report.Feed.Day] {
        (0..<30).map { index in
            let day = index < 10 ? 22 + index : index - 9
            let month = index < 10 ? "10" : "11"
            let text = day < 10 ? "0\(day)" : "\(day)"
            return Report.Feed.Day(
                date: "2026-\(month)-\(text)",
                received: idle.contains(index) ? 0 : received + index % 5,
                rejected: idle.contains(index) ? 0 : rejected[index] ?? 0)
        }
    }

    static func balance(_ feed: Report.Feed) -> Report.Equation {
        Report.Equation(
            .b2, scope: feed.name, unit: feed.unit,
            left: [
                .init("received", feed.received), .init("released", feed.released),
                .init("replayed", feed.replayed),
            ],
            right: [
                .init("accepted", feed.accepted), .init("rejected", feed.rejected),
                .init("duplicate", feed.duplicate), .init("held", feed.held),
                .init("filtered", feed.filtered),
            ])
    }

    static func hash(_ scope: String, unit: String?, lost: Int = 0) -> Report.Equation {
        Report.Equation(
            .b9, scope: scope, unit: unit, measure: .hash, left: [.init("framed", 90_210_447_112)],
            right: [.init("outcomes", 90_210_447_112 - lost)])
    }

    static func arrival(
        _ feed: String, due: String = "05:30", at times: [String], files: Int = 1,
        state: Report.Arrival.State = .onTime, late: Int = 0, contact: String = "noc",
        critical: Bool = false
    ) -> Report.Arrival {
        Report.Arrival(
            feed: feed, window: "mon-sat until \(due)", due: "2026-11-20T\(due):00-06:00",
            arrived: times.last.map { "2026-11-\($0):00-06:00" }, files: files, lateMinutes: late,
            contact: contact, state: state, isCritical: critical,
            slots: times.map { .init(at: "2026-11-\($0):00-06:00", files: 1, records: 20) })
    }

    static func delivery(
        _ destination: String, _ file: String, unit: String, records: Int, cents: Int? = nil,
        state: Report.Delivery.State = .published, proof: Report.Delivery.Proof = .reread,
        controls: [String] = []
    ) -> Report.Delivery {
        Report.Delivery(
            destination: destination, file: file, unit: unit, state: state, records: records,
            readBack: records, cents: cents, bytes: records * 812, sha256: digest,
            controls: controls, proof: proof,
            provedAt: proof == .none ? nil : "2026-11-20T02:03:39-06:00")
    }

    static let quiet: Report = {
        let feeds = [
            Report.Feed(
                name: "lab-results", partner: "acme-lab", unit: "results", received: 42,
                accepted: 41, duplicate: 1, history: history(received: 38)),
            Report.Feed(
                name: "pms-patients", partner: "pms", unit: "identity", received: 1204,
                accepted: 12, filtered: 1192, history: history(received: 1200)),
            Report.Feed(
                name: "pms-charges", partner: "pms", unit: "claims", received: 25, accepted: 25,
                history: history(received: 22, idle: [3, 4, 10, 11])),
        ]
        return Report(
            batch: batch,
            files: .init(discovered: 7, ignored: 1, seenBefore: 2, claimed: 4, processed: 4),
            equations: feeds.map(balance) + [hash("total", unit: nil)],
            units: [
                .init(name: "results", feeds: ["lab-results"], isReleased: true),
                .init(name: "identity", feeds: ["pms-patients"], isReleased: true),
                .init(name: "claims", feeds: ["pms-charges"], isReleased: true),
            ],
            arrivals: [
                arrival("lab-results", at: ["20T00:40", "20T01:40"], files: 2),
                arrival("pms-patients", due: "01:00", at: ["19T23:55"]),
                arrival("pms-charges", due: "01:00", at: ["20T00:05"]),
            ],
            feeds: feeds,
            money: .init(lines: [
                .init(
                    feed: "pms-charges", form: "837", declared: 612_500, received: 612_500,
                    accepted: 612_500)
            ]),
            deliveries: [
                delivery(
                    "ehr-results", "lab-results_20261120T080000Z-01_1.hl7", unit: "results",
                    records: 41),
                delivery(
                    "ehr-adt", "pms-patients_20261120T080000Z-01_1.hl7", unit: "identity",
                    records: 12),
                delivery(
                    "claims", "claims_20261120T080000Z-01_1.837", unit: "claims", records: 25,
                    cents: 612_500, controls: ["ISA13 000000131", "GS06 131", "ST02 0001"]),
            ],
            provenance: provenance)
    }()

    static let trouble: Report = {
        let feeds = [
            Report.Feed(
                name: "lab-results", partner: "acme-lab", unit: "results", received: 42,
                released: 2, accepted: 39, rejected: 2, duplicate: 1, held: 2,
                history: history(received: 40, rejected: [4: 1, 12: 3, 22: 1, 29: 2], idle: [9])),
            Report.Feed(
                name: "pms-charges", partner: "pms", unit: "claims", received: 25, accepted: 23,
                rejected: 1, held: 1, history: history(received: 22, rejected: [29: 1])),
            Report.Feed(
                name: "era-835", partner: "clearinghouse", unit: "payments", received: 18,
                accepted: 18, history: history(received: 15)),
        ]
        return Report(
            batch: batch,
            files: .init(
                discovered: 9, notReady: 1, claimed: 8, processed: 6, rejected: 1, duplicate: 1),
            equations: feeds.map(balance) + [
                hash("total", unit: nil),
                .init(
                    .b6, scope: "era-0017 ST 0002", unit: "payments", measure: .cents,
                    concern: .partner, left: [.init("BPR02", 921_240)],
                    right: [.init("CLP04", 931_240), .init("PLB", 15_000, sign: .minus)]),
                .init(
                    .b10, scope: "claims_20261120T080000Z-01_1.837", unit: "claims",
                    measure: .cents, left: [.init("staged", 1_701_000)],
                    right: [.init("read back", 1_701_000)]),
            ],
            units: [
                .init(name: "results", feeds: ["lab-results"], isReleased: true),
                .init(name: "claims", feeds: ["pms-charges"], isReleased: true),
                .init(name: "payments", feeds: ["era-835"], isReleased: true),
            ],
            arrivals: [
                arrival(
                    "lab-results", at: ["19T22:10", "20T00:40", "20T01:40"], files: 3,
                    contact: "acme-noc"),
                arrival("pms-charges", due: "01:00", at: ["20T00:05"]),
                arrival(
                    "era-835", due: "00:30", at: ["20T01:52"], state: .late, late: 82,
                    contact: "clearinghouse-support"),
                arrival("portal-forms", due: "01:30", at: [], files: 0, state: .missing, late: 34),
            ],
            feeds: feeds, money: troubleMoney,
            deliveries: [
                delivery(
                    "ehr-results", "lab-results_20261120T080000Z-01_1.hl7", unit: "results",
                    records: 39),
                delivery(
                    "pms-results-ready", "ready_20261120T080000Z-01_1.csv", unit: "results",
                    records: 39),
                delivery(
                    "claims", "claims_20261120T080000Z-01_1.837", unit: "claims", records: 23,
                    cents: 1_701_000, proof: .collected,
                    controls: ["ISA13 000000131", "GS06 131", "ST02 0001"]),
            ],
            exceptions: troubleExceptions, held: troubleHeld,
            flags: [
                .init(
                    rule: "LAB-201", message: "result is more than 30 days after its visit",
                    owner: .lab, feed: "lab-results", records: 2, references: ["r-1021", "r-1030"])
            ],
            overrides: [
                .init(
                    at: "2026-11-19T09:12:44-06:00", who: "m.ortiz", action: "release",
                    subject: "r-0988 r-0991", records: 2, reason: "patient assigned"),
                .init(
                    at: "2026-11-19T16:20:10-06:00", who: "it.admin", action: "settings",
                    subject: "config/feeds/era.yaml", reason: "new SFTP folder"),
            ],
            unmapped: [
                .init(
                    feed: "lab-results", path: "OBX-18", dictionary: "acme-oru", records: 42,
                    since: "2026-11-12"),
                .init(
                    feed: "pms-patients", path: "IMPLANT_LOT", dictionary: "pms-patients",
                    records: 3, since: "2026-11-20"),
            ],
            provenance: provenance)
    }()

    static let troubleMoney = Report.Money(
        lines: [
            .init(
                feed: "pms-charges", form: "837", received: 1_845_000, accepted: 1_701_000,
                rejected: 64_000, held: 80_000)
        ],
        payments: [
            .init(
                receipt: "era-0016", trace: "EFT0099120", payer: "Acme Health", date: "2026-11-19",
                paid: 512_240, claims: 522_240, adjustments: 10_000, claimCount: 11,
                outcome: "accepted"),
            .init(
                receipt: "era-0017", trace: "EFT0099127", payer: "State Plan", date: "2026-11-19",
                paid: 409_000, claims: 409_000, adjustments: 5_000, claimCount: 7,
                outcome: "held"),
        ],
        ladder: [
            .init(step: "awaiting TA1 or 999", claims: 23, cents: 1_701_000, oldestDays: 0),
            .init(step: "awaiting 277CA", claims: 4, cents: 120_000, oldestDays: 2),
            .init(step: "awaiting 835", claims: 212, cents: 15_240_000, oldestDays: 41),
        ])

    static let troubleExceptions: [Report.Exception] = [
        .init(
            FindingKind(
                "X12-104", .error, owner: .billing, what: "The lines do not add up to the claim",
                fix: "Correct CLM02 or the SV102 amounts in the PMS and export the claim again."),
            feed: "pms-charges", findings: 1, records: 1, cents: 64_000, references: ["r-1077"]),
        .init(
            FindingKind(
                "HL7-204", .error, owner: .lab, what: "A required field is empty",
                fix: "Ask the lab to send the result again with the field filled in."),
            feed: "lab-results", findings: 2, records: 2, references: ["r-1002", "r-1018"]),
        .init(
            FindingKind(
                "HL7-301", .warning, owner: .it, what: "The batch count differs from the messages",
                fix: "Tell the lab that its BTS-1 is wrong."),
            feed: "lab-results", findings: 1, files: 1, references: ["f-0301"]),
    ]

    static let troubleHeld: [Report.Held] = [
        .init(
            feed: "lab-results", code: "MAP-310", what: "No patient with this record number",
            owner: .lab, upTo1Day: 2, upTo7Days: 1, rolledForward: 1, oldest: "r-0871"),
        .init(
            feed: "pms-charges", code: "X12-410", what: "The payer is in no crosswalk",
            owner: .billing, upTo1Day: 1, over30Days: 2, rolledForward: 2, cents: 124_000,
            oldest: "r-0102"),
    ]

    static let outOfBalance: Report = {
        var report = trouble
        report.feeds[0].accepted = 38
        report.equations =
            report.feeds.map(balance) + [
                hash("lab-results", unit: "results", lost: 2_147_483_647),
                .init(
                    .b10, scope: "lab-results_20261120T080000Z-01_1.hl7", unit: "results",
                    left: [.init("legs staged", 39)], right: [.init("records read back", 38)]),
            ]
        report.units[0].isReleased = false
        report.deliveries[0].state = .staged
        report.deliveries[0].proof = .none
        report.deliveries[0].provedAt = nil
        report.deliveries[0].readBack = 38
        report.deliveries[1].state = .staged
        report.deliveries[1].proof = .none
        report.deliveries[1].provedAt = nil
        report.failSafe = .init(
            isEngaged: true, since: "2026-11-20T02:03:30-06:00",
            cause: "Unit identity did not balance.")
        return report
    }()

    static let empty = Report(batch: batch, provenance: provenance)

    static let fortyFeeds: Report = {
        let feeds = (1...40).map { index in
            Report.Feed(
                name: "partner-\(index)-results-from-the-reference-laboratory", unit: "results",
                received: 100_000 * index, accepted: 100_000 * index - index % 3,
                rejected: index % 3, history: history(received: 90_000, rejected: [20: index]))
        }
        var report = trouble
        report.feeds = feeds
        report.equations =
            feeds.map(balance)
            + feeds.prefix(12).map {
                hash($0.name, unit: "results", lost: 1)
            }
        report.units = [.init(name: "results", feeds: feeds.map(\.name), isReleased: false)]
        report.arrivals = (1...40).map {
            arrival(
                feeds[$0 - 1].name, at: ["20T0\($0 % 5):1\($0 % 6)"],
                state: $0 == 7 ? .late : .onTime)
        }
        report.files = .init(discovered: 512, claimed: 512, processed: 512)
        report.exceptions = (0..<30).map { index in
            Report.Exception(
                code: "HL7-\(200 + index)", severity: index % 2 == 0 ? .error : .warning,
                owner: Role.allCases[index % 6], what: "Something about field \(index) is wrong",
                fix: "Ask the sender to send field \(index) as the guide says.",
                feed: feeds[index].name, findings: 40 - index, records: 40 - index)
        }
        return report
    }()

    /// Names that try to break out of every rendering.
    static let evil = "\"><script>alert(1)</script>\u{202E}=1+1\u{1B}[2J\"\u{301} onmouseover=x '"

    static let hostile: Report = {
        var report = trouble
        report.batch.site = evil
        report.batch.id = "</style>\(evil)"
        report.feeds[0].name = evil
        report.feeds[0].stoppedBy = evil
        report.arrivals[0].feed = evil
        report.arrivals[0].contact = evil
        report.arrivals[0].slots[0].at = evil
        report.deliveries[0].file = "=HYPERLINK(\"http://evil.example\")"
        report.deliveries[0].controls = ["\t1", evil]
        report.exceptions[0].fix = evil
        report.exceptions[0].references = ["-2+3", evil]
        report.overrides[0].reason = "@SUM(A1)"
        report.overrides[0].at = "2026-99-99T99:99:99<b>"
        report.unmapped[0].path = "\r\n+cmd|' /C calc'!A0"
        report.money.payments[0].trace = evil
        report.failSafe = .init(isEngaged: true, since: evil, cause: evil)
        report.equations[0].scope = evil
        report.equations[0].left.append(.init(evil, 5))
        return report
    }()

    static let cover = CoverSheet(
        site: "Sample Clinic", batch: "20261120T080000Z-01", destination: "claims",
        file: "claims_20261120T080000Z-01_1.837", sha256: digest, bytes: 18_204, claims: 23,
        cents: 1_701_000,
        controls: [
            .init(element: "ISA13", number: "000000131"), .init(element: "GS06", number: "131"),
        ], collectedBy: "m.ortiz", collectedAt: "2026-11-20T07:12:09-06:00")
}
