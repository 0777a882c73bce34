import Foundation
import Glibc
import Testing

/// Exit codes that do not depend on data: usage, settings, lock.
@Suite struct UsageTests {
    @Test(arguments: [
        ["plan", "--no-such-option"], ["batch"], ["batch", "show", "no-such-batch"],
        ["record", "show", "R-x"], ["record", "show", "R-9999-1"], ["explain", "ZZZ-999"],
        ["explain", "R-9999-1"], ["status", "--feed", "no-such-feed"],
        ["plan", "--feed", "no-such-feed"], ["run", "--feed", "no-such-feed"],
        ["feeds", "baseline", "no-such-feed", "--reason", "x"], ["feeds", "baseline", "notes"],
        ["quarantine", "release"],
        ["quarantine", "release", "R-1-1", "--code", "X", "--reason", "x"],
        ["quarantine", "release", "R-9999-1", "--reason", "x"],
        ["quarantine", "release", "R-9999-1"], ["quarantine", "list", "--owner", "nobody"],
        ["quarantine", "assign", "R-1-1", "--patient", "", "--reason", "x"],
        ["quarantine", "discard", "R-9999-1", "--yes", "--reason", "x"],
        ["failsafe", "trip"], ["failsafe", "clear", "--reason", "x"],
        ["claims", "list", "--state", "lost"], ["claims", "show", "C-9999"],
        ["claims", "collect", "--move", "--reason", "x"],
        ["claims", "collect", "no-such-destination", "--reason", "x"],
        ["plan", "--reveal"],
    ])
    func `what cannot be asked ends with 64 and says why`(_ arguments: [String]) throws {
        let site = try Self.shared.get()
        let result = try Binary.run(arguments + ["--site", site.root])
        #expect(result.status == 64, "\(result.out)\(result.err)")
        #expect(!result.err.isEmpty || !result.out.isEmpty)
    }

    private static let shared = Result { try Shared() }

    /// One site that every argument is tried on: nothing here may change it.
    private struct Shared: @unchecked Sendable {
        let site: TestSite
        var root: String { site.root }
        init() throws { site = try TestSite() }
    }

    @Test(arguments: [
        ["plan"], ["run"], ["status"], ["feeds"], ["batch", "list"], ["quarantine", "list"],
        ["failsafe", "status"], ["claims", "list"], ["doctor"], ["lint"],
        ["feeds", "baseline", "notes", "--reason", "x"], ["failsafe", "trip", "--reason", "x"],
    ])
    func `settings that cannot be used end with 78`(_ arguments: [String]) throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(
            atPath: folder.path + "/config", withIntermediateDirectories: true)
        try Data("site: x\nzone: Nowhere/AtAll\n".utf8)
            .write(to: URL(fileURLWithPath: folder.path + "/config/waybill.yaml"))
        let result = try Binary.run(arguments + ["--site", folder.path])
        #expect(result.status == 78, "\(result.out)\(result.err)")
        #expect((result.out + result.err).contains("SET-112"))
    }

    @Test(arguments: [
        ["run"], ["feeds", "baseline", "notes", "--reason", "x"],
        ["quarantine", "release", "--code", "RUN-110", "--reason", "x"],
        ["quarantine", "assign", "R-1-1", "--patient", "1", "--reason", "x"],
        ["claims", "collect", "--reason", "x"],
    ])
    func `a change ends with 11 while another process holds the lock`(_ arguments: [String]) throws
    {
        let site = try TestSite()
        let lock = unsafe open(site.root + "/var/waybill.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(lock >= 0)
        defer { close(lock) }
        try #require(flock(lock, LOCK_EX | LOCK_NB) == 0)
        let result = try Binary.run(arguments + ["--site", site.root])
        #expect(result.status == 11, "\(result.out)\(result.err)")
    }

    @Test func `looking and the fail-safe do not wait for the lock`() throws {
        let site = try TestSite()
        let lock = unsafe open(site.root + "/var/waybill.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(lock >= 0)
        defer { close(lock) }
        try #require(flock(lock, LOCK_EX | LOCK_NB) == 0)
        #expect(try site.run("status").status == 0)
        #expect(try site.run("plan").status == 0)
        #expect(try site.run("failsafe", "trip", "--reason", "x").status == 0)
        #expect(try site.run("failsafe", "clear", "--reason", "x").status == 0)
    }

    @Test func `a dry run of each change leaves the site as it was`() throws {
        let site = try TestSite()
        try site.drop("night-0")
        let before = site.files("")
        for arguments in [
            ["run", "--dry-run"], ["feeds", "baseline", "notes", "--dry-run"],
            ["failsafe", "trip", "--dry-run"], ["claims", "collect", "--dry-run"],
        ] {
            let result = try Binary.run(arguments + ["--site", site.root])
            #expect([0, 2].contains(result.status), "\(arguments) \(result.err)")
        }
        #expect(
            Set(site.files("")).subtracting(before).filter {
                !$0.hasSuffix("-shm") && !$0.hasSuffix("-wal")
            } == [])
    }
}
