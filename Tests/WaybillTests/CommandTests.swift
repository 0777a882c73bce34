import Foundation
import Testing

/// Commands around a whole sample night, on a site that `init` made.
@Suite struct CommandTests {
    @Test(arguments: ["clinic", "lab", "billing"])
    func `a new site of each template lints clean, plans and runs its own samples`(
        _ template: String
    ) throws {
        let site = try TestSite(template)
        let lint = try site.run("lint")
        #expect(lint.status == 0)
        #expect(lint.out.contains("0 errors, 0 warnings"), "\(lint.out)")
        #expect(try site.run("plan").status == 0)
        let parts = [
            "clinic": [""], "lab": ["lab", "ehr/orders", "pms/patients"],
            "billing": ["pms/charges"],
        ]
        for part in try #require(parts[template]) { try site.drop("night-0", part) }
        let run = try site.run("run", "--quiet", "--json", "--as-of", "2026-11-19T02:00:00-06:00")
        #expect(run.status == 0, "\(run.out)\(run.err)")
        let batch = try #require(try run.object()["batch"] as? String)
        #expect(site.files("outbox/reports/\(batch)").contains("report.html"))
        #expect(try site.run("doctor", "--deep").status == 0)
    }

    @Test func `a site is never made over another`() throws {
        let site = try TestSite("lab")
        let before = site.files("config")
        let again = try Binary.run(["init", site.root, "--json"])
        #expect(again.status == 64)
        #expect(site.files("config") == before)
    }

    @Test func `the state folder is the account's own and inboxes are open to their group`() throws
    {
        let site = try TestSite()
        func mode(_ path: String) throws -> Int {
            let attributes = try FileManager.default.attributesOfItem(atPath: site.root + path)
            return try #require(attributes[.posixPermissions] as? Int)
        }
        #expect(try mode("/var") == 0o700)
        #expect(try mode("/var/waybill.sqlite") == 0o600)
        #expect(try mode("/inbox/lab") == 0o770)
        #expect(try mode("/outbox/claims") == 0o750)
    }

    @Test func `a plan says what the run then does`() throws {
        let site = try TestSite()
        try site.drop("night-0")
        let before = site.files("")
        let plan = try site.run("plan", "--json")
        #expect(plan.status == 2, "\(plan.err)")
        let object = try plan.object()
        #expect(object["work"] as? Bool == true)
        let deliveries = try #require(object["deliveries"] as? [String: Int])
        let files = try #require(object["files"] as? [[String: Any]])
        #expect(files.count == 9)
        #expect(
            Set(site.files("")).subtracting(before).filter { !$0.contains("waybill.sqlite") } == [])
        let run = try site.run("run", "--quiet", "--as-of", "2026-11-19T02:00:00-06:00")
        #expect(run.status == 0)
        let made = try #require(try site.batch()["deliveries"] as? [[String: Any]])
        var records: [String: Int] = [:]
        for file in made where (file["destination"] as? String)?.hasSuffix("-acks") == false {
            records[file["destination"] as? String ?? "", default: 0] +=
                file["records"] as? Int ?? 0
        }
        #expect(records == deliveries)
        let idle = try site.run("plan", "--json")
        #expect(idle.status == 0, "\(idle.out)")
    }

    @Test func `a plan shows no file name unless it was asked for with a reason, on the record`()
        throws
    {
        let site = try TestSite()
        let name = "patients_DOE_JANE.csv"
        try site.drop("night-0", "pms/patients")
        try FileManager.default.moveItem(
            atPath: site.root + "/inbox/pms/patients_20261118.csv",
            toPath: site.root + "/inbox/pms/" + name)
        #expect(try !site.run("plan").out.contains("JANE"))
        #expect(try !site.run("plan", "--json").out.contains("JANE"))
        let revealed = try site.run("plan", "--reveal", "--reason", "which file is late")
        #expect(revealed.out.contains("JANE"))
    }

    @Test func `status, feeds, batches and reports tell of the nights in JSON and in words`() throws
    {
        let site = try TestSite()
        #expect(try site.run("status").out.contains("nothing has been run"))
        try site.nights()
        let status = try site.run("status", "--json").object()
        #expect((status["last"] as? [String: Any])?["verdict"] as? String == "AMBER")
        #expect((status["held"] as? Int ?? 0) > 0)
        let one = try site.run("status", "--feed", "lab-results", "--json").object()
        let feeds = try #require(one["feeds"] as? [[String: Any]])
        #expect(feeds.count == 1)
        #expect(feeds[0]["received"] as? Int == 14)
        let all = try site.run("feeds", "--json").object()["feeds"] as? [[String: Any]]
        #expect(all?.count == 15)
        #expect(try site.run("feeds").out.contains("lab-results"))
        let batches =
            try site.run("batch", "list", "--json").object()["batches"] as? [[String: Any]]
        #expect(batches?.count == 2)
        let name = try #require(batches?.first?["batch"] as? String)
        #expect(try site.run("batch", "show", name).out.contains("lab-results"))
        #expect(try site.run("batch", "report", name).out.contains("AMBER"))
        let report = try site.run("batch", "report", "last", "--json").object()
        #expect(report["equations"] != nil)
    }

    @Test func `a release after mending delivers the record and what waited behind it, balanced`()
        throws
    {
        let site = try TestSite()
        try site.nights()
        let held = try site.held()
        let registration = try #require(
            held.first { $0.value == "MAP-103" && $0.key.hasSuffix("-32") }?.key)
        let waiting = held.filter { $0.value == "RUN-109" }.map(\.key)
        #expect(waiting.count == 2)

        // Not mended: it goes back, for the same reason, and keeps the day it was held first.
        #expect(
            try site.run("quarantine", "release", registration, "--reason", "too early").status == 0
        )
        let early = try site.run("run", "--quiet", "--as-of", "2026-11-20T03:00:00-06:00")
        #expect([0, 3, 7].contains(early.status), "\(early.out)")
        #expect(try site.held() == held)
        let since = try #require(
            try site.run("quarantine", "show", registration, "--json").object()["holds"]
                as? [[String: Any]])
        #expect((since[0]["since"] as? String)?.hasPrefix("2026-11-20T02:00:00") == true)

        try site.append("Q,unknown,pms,", to: "crosswalks/pms-sex.csv")
        let asked = try site.run(
            "quarantine", "release", registration, "--reason", "mended", "--json")
        #expect(try asked.object()["changed"] as? Int == 1)
        let plan = try site.run("plan", "--json").object()
        #expect(plan["released"] as? [String: Int] == ["accepted": 3])
        let run = try site.run("run", "--quiet", "--as-of", "2026-11-20T04:00:00-06:00")
        #expect([0, 3, 7].contains(run.status), "\(run.out)")
        let batch = try site.batch()
        #expect((batch["imbalances"] as? [Any])?.isEmpty == true)
        let left = try site.held()
        #expect(left[registration] == nil)
        for record in waiting { #expect(left[record] == nil) }
        let life = try site.run("record", "show", registration, "--json").object()
        #expect(life["outcome"] as? String == "accepted")
        let steps = try #require(life["steps"] as? [[String: Any]])
        #expect(steps.contains { $0["what"] as? String == "published" })
        #expect(try site.run("doctor", "--deep").status == 0)
    }

    @Test func `a leg that could not be written is released alone`() throws {
        let site = try TestSite("lab")
        let path = site.root + "/config/crosswalks/hl7-sex.csv"
        let whole = try String(contentsOfFile: path, encoding: .utf8)
        let cut = whole.split(separator: "\n").filter { !$0.hasPrefix("M,") }.joined(
            separator: "\n")
        try Data((cut + "\n").utf8).write(to: URL(fileURLWithPath: path))
        try site.drop("night-0", "pms/patients")
        _ = try site.run("run", "--quiet", "--as-of", "2026-11-19T02:00:00-06:00")
        let held = try site.held()
        try #require(!held.isEmpty)
        let before = try #require(try site.batch()["deliveries"] as? [[String: Any]])
        #expect(before.first?["records"] as? Int == 30 - held.count)

        try Data(whole.utf8).write(to: URL(fileURLWithPath: path))
        let code = try #require(held.values.first)
        #expect(
            try site.run("quarantine", "release", "--code", code, "--reason", "mended").status == 0)
        #expect(try site.run("plan", "--json").object()["releasedLegs"] as? Int == held.count)
        let run = try site.run("run", "--quiet", "--as-of", "2026-11-19T03:00:00-06:00")
        #expect([0, 3, 7].contains(run.status), "\(run.out)")
        let after = try site.batch()
        let files = try #require(after["deliveries"] as? [[String: Any]])
        #expect(files.map { $0["destination"] as? String } == ["ehr-registrations"])
        #expect(files.first?["records"] as? Int == held.count)
        #expect((after["imbalances"] as? [Any])?.isEmpty == true)
        #expect(try site.held().isEmpty)
    }

    @Test func `what is discarded is asked for again and never delivered`() throws {
        let site = try TestSite()
        try site.nights()
        let record = try #require(try site.held().first { $0.value == "MAP-103" }?.key)
        let dry = try site.run("quarantine", "discard", record, "--dry-run")
        #expect(dry.status == 0)
        let wrong = try site.run("quarantine", "discard", record, "--reason", "x", input: "R-1-1\n")
        #expect(wrong.status == 64)
        #expect(try site.held()[record] != nil)
        let right = try site.run(
            "quarantine", "discard", record, "--reason", "x", input: record + "\n")
        #expect(right.status == 0, "\(right.err)")
        #expect(try site.held()[record] == nil)
        let run = try site.run("run", "--quiet", "--as-of", "2026-11-20T03:00:00-06:00")
        #expect([0, 3, 7].contains(run.status), "\(run.out)")
        #expect(try site.run("quarantine", "release", record, "--reason", "x").status == 64)
        #expect(try site.run("explain", record).out.contains("discarded"))
    }

    @Test
    func `an assigned record is delivered for that patient, and the number stays out of sight`()
        throws
    {
        let site = try TestSite()
        try site.nights()
        let held = try site.held()
        let result = try #require(
            held.first { $0.value == "MAP-103" && !$0.key.hasSuffix("-32") }?.key)
        try site.append("QX77,9999-9,lab,2024-01-01,,", to: "crosswalks/lab-tests.csv")
        let assigned = try site.run(
            "quarantine", "assign", result, "--patient", "P1003", "--reason", "seen with the lab")
        #expect(assigned.status == 0, "\(assigned.err)")
        #expect(!(assigned.out + assigned.err).contains("P1003"))
        let shown = try site.run("quarantine", "show", result, "--json")
        #expect(!shown.out.contains("P1003"))
        let revealed = try site.run(
            "quarantine", "show", result, "--reveal", "--reason", "looking for the patient")
        #expect(revealed.out.contains("QX77"))
    }

    @Test func `a baseline notes what lies there, delivers nothing, and is known afterwards`()
        throws
    {
        let site = try TestSite()
        try site.drop("night-0")
        for feed in ["pms-patients", "pms-charges", "lab-results"] {
            let result = try site.run(
                "feeds", "baseline", feed, "--quiet", "--reason", "first night")
            #expect([0, 3, 7].contains(result.status), "\(result.out)\(result.err)")
            let batch = try site.batch()
            #expect((batch["batch"] as? [String: Any])?["kind"] as? String == "baseline")
            #expect((batch["deliveries"] as? [Any])?.isEmpty == true)
            #expect((batch["imbalances"] as? [Any])?.isEmpty == true)
        }
        #expect(site.files("outbox").filter { !$0.hasPrefix("reports") } == [])
        #expect(site.files("inbox/pms").contains("patients_20261118.csv"))
        let claims = try site.run("claims", "list", "--state", "awaiting", "--json").object()
        #expect((claims["claims"] as? [Any])?.count == 10)
        let plan = try site.run("plan", "--feed", "pms-patients", "--json")
        #expect(plan.status == 0, "\(plan.out)")

        // The next night's full file: unchanged rows are filtered, changed ones are A08.
        try site.drop("night-1", "pms/patients")
        let run = try site.run("run", "--quiet", "--feed", "pms-patients")
        #expect([0, 3, 7].contains(run.status), "\(run.out)")
        let feeds = try #require(try site.batch()["feeds"] as? [[String: Any]])
        let outcomes = try #require(
            feeds.first { $0["feed"] as? String == "pms-patients" }?["outcomes"] as? [String: Int])
        #expect(outcomes["filtered"] == 26)
        #expect(outcomes["accepted"] == 4)
        #expect(try site.run("doctor", "--deep").status == 0)
    }

    @Test func `claim files are handed over with a cover sheet, once`() throws {
        let site = try TestSite()
        try site.nights()
        let waiting = try site.run("claims", "collect", "--dry-run", "--json").object()["files"]
        let count = try #require((waiting as? [Any])?.count)
        #expect(count == 3)
        let taken = try #require(site.files("outbox/claims").first { $0.hasPrefix("service") })
        try FileManager.default.removeItem(atPath: site.root + "/outbox/claims/" + taken)
        let desk = try Folder()
        let result = try site.run(
            "claims", "collect", "--to", desk.path, "--move", "--reason", "hand-over", "--json")
        #expect(result.status == 0, "\(result.out)\(result.err)")
        let files = try #require(try result.object()["files"] as? [[String: Any]])
        #expect(files.count { $0["outcome"] as? String == "moved" } == 2)
        #expect(files.count { $0["outcome"] as? String == "somebody took it before" } == 1)
        let names = try FileManager.default.contentsOfDirectory(atPath: desk.path)
        #expect(names.count { $0.hasSuffix(".x12") } == 2)
        #expect(names.count { $0.hasSuffix(".cover.html") } == 2)
        #expect(site.files("outbox/claims") == [])
        let again = try site.run("claims", "collect", "--reason", "again", "--json").object()[
            "files"]
        #expect((again as? [Any])?.isEmpty == true)
        let show =
            try site.run("claims", "show", "C-1", "--json").object()["claims"] as? [[String: Any]]
        #expect(show?.first?["fileState"] as? String == "collected")
        let list = try site.run("claims", "list", "--json")
        #expect(!list.out.contains("LC26K18001"))
    }

    @Test func `a run notices published files that somebody took away`() throws {
        let site = try TestSite()
        try site.drop("night-0")
        _ = try site.run("run", "--quiet", "--as-of", "2026-11-19T02:00:00-06:00")
        for name in site.files("outbox/claims") {
            try FileManager.default.removeItem(atPath: site.root + "/outbox/claims/" + name)
        }
        let first = try #require(try site.batch()["batch"] as? [String: Any])
        let name = try #require(first["batch"] as? String)
        _ = try site.run("run", "--quiet", "--as-of", "2026-11-19T03:00:00-06:00")
        let files = try #require(try site.batch(name)["deliveries"] as? [[String: Any]])
        #expect(
            files.filter { $0["state"] as? String == "collected" }.map {
                $0["destination"] as? String
            }
                == ["claims"])
    }

    @Test func `the fail-safe writes and removes the flag and says so in its exit code`() throws {
        let site = try TestSite()
        let flag = site.root + "/outbox/pms/BOOKING-STOPPED"
        #expect(try site.run("failsafe", "trip", "--reason", "two charts mixed up").status == 0)
        #expect(FileManager.default.fileExists(atPath: flag))
        #expect(try site.run("failsafe", "status").status == 5)
        let state = try site.run("failsafe", "status", "--json").object()
        #expect(state["engaged"] as? Bool == true)
        #expect(state["flagStands"] as? Bool == true)
        #expect(try site.run("status").status == 5)
        #expect(try site.run("failsafe", "clear", "--reason", "checked").status == 0)
        #expect(!FileManager.default.fileExists(atPath: flag))
        #expect(try site.run("failsafe", "status").status == 0)
    }

    @Test func `doctor names what is wrong and what to do`() throws {
        let site = try TestSite()
        #expect(try site.run("doctor").status == 0)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: site.root + "/var")
        let result = try site.run("doctor", "--json")
        #expect(result.status == 3)
        let checks = try #require(try result.object()["checks"] as? [[String: Any]])
        let bad = checks.filter { $0["state"] as? String == "problem" }
        #expect(bad.map { $0["name"] as? String } == ["state folder"])
        #expect((bad.first?["fix"] as? String)?.contains("chmod 700") == true)
    }

    @Test func `a code and a record are explained, in words and in JSON`() throws {
        let code = try Binary.run(["explain", "map-103", "--json"]).object()
        #expect(code["owner"] as? String == "analyst")
        let all = try Binary.run(["explain", "--json"]).object()["codes"] as? [[String: Any]]
        #expect((all?.count ?? 0) > 100)
        let site = try TestSite()
        try site.nights()
        let (record, reason) = try #require(try site.held().sorted { $0.key < $1.key }.first)
        let why = try site.run("explain", record, "--json").object()
        let reasons = try #require(why["reasons"] as? [[String: Any]])
        #expect(reasons.contains { $0["code"] as? String == reason })
    }

    @Test func `nothing that looking prints holds a patient's name, number or birth date`() throws {
        let site = try TestSite()
        try site.nights()
        var text = ""
        for arguments in [
            ["status"], ["feeds"], ["batch", "show", "last"], ["batch", "report", "last"],
            ["batch", "report", "last", "--json"], ["quarantine", "list"], ["claims", "list"],
            ["claims", "show", "C-1"], ["plan"], ["doctor"],
        ] {
            let result = try Binary.run(arguments + ["--site", site.root])
            text += result.out + result.err
        }
        for record in try site.held().keys {
            for verb in [["record", "show"], ["quarantine", "show"], ["explain"]] {
                let result = try Binary.run(verb + [record, "--site", site.root])
                text += result.out + result.err
            }
        }
        for value in ["Zinnia", "Placeholt", "P1033", "P1003", "LC26K18001", "19870412"] {
            #expect(!text.contains(value), "\(value)")
        }
    }
}
