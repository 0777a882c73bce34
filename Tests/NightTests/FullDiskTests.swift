import Foundation
import Glibc
import Testing
import WaybillTesting

/// A full file system: the run ends with a clear error, nothing half stands in an outbox, and
/// after space is made the rerun ends as if nothing had been.
@Suite struct FullDiskTests {
    /// A small file system in memory, gone with the value. It needs root: where it is refused, the
    /// test fails and says so.
    private final class SmallDisk {
        let path: String

        init(_ path: String, size: String) throws {
            self.path = path
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            guard unsafe mount("tmpfs", path, "tmpfs", 0, "size=\(size)") == 0 else {
                throw Program.Missing(
                    description: "mounting a tmpfs is refused (errno \(errno)): run as root")
            }
        }

        func unmount() { _ = unsafe umount2(path, Int32(MNT_DETACH)) }

        func resize(_ size: String) throws {
            guard unsafe mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT), "size=\(size)") == 0
            else { throw Program.Missing(description: "remount: errno \(errno)") }
        }
    }

    /// Sizes at which various steps run out of space: copying in, the workspace, the ledger,
    /// files on their way out.
    @Test(arguments: [
        "var 64k", "var 256k", "var 600k", "var 900k", "outbox 4k", "outbox 20k", "outbox 60k",
    ])
    func `a run in a full file system ends clearly, and completes when there is space`(
        where place: String
    ) throws {
        let parts = place.split(separator: " ").map(String.init)
        let whole = try CrashTests.afterwards().outbox(reports: .with)
        let clinic = try Clinic(copy: CrashTests.copyBefore())
        let folder = clinic.root + "/" + parts[0]
        let aside = clinic.root + "/aside"
        try FileManager.default.moveItem(atPath: folder, toPath: aside)
        let disk = try SmallDisk(folder, size: "100m")
        defer { disk.unmount() }
        let copied = try Program.run("/bin/cp", ["-a", aside + "/.", folder])
        #expect(copied.code == 0)
        // So much is free, whatever the first night left there.
        var status = statvfs()
        #expect(unsafe statvfs(folder, &status) == 0)
        let used = (status.f_blocks - status.f_bfree) * status.f_frsize / 1024
        let free = UInt(parts[1].dropLast()) ?? 0
        try disk.resize("\(used + free)k")
        let full = try clinic.run(feeds: CrashTests.feeds)
        #expect(full.code == 6 || full.code == 1, "\(full)")
        #expect(full.err.contains("space") || full.err.contains("full"), "\(full)")
        // Whatever stands under a final name is whole.
        for (name, bytes) in clinic.outbox()
        where !(name.split(separator: "/").last?.hasPrefix(".") ?? false) {
            #expect(whole[name] == bytes, "\(name) is half there")
        }
        try disk.resize("100m")
        let rerun = try clinic.run(feeds: CrashTests.feeds)
        #expect(rerun.code == 3, "\(rerun)")
        #expect(
            differences(
                whole.filter { !$0.key.hasPrefix("reports/") }, clinic.outbox()) == [])
        #expect(try clinic.imbalance() == [])
    }
}
