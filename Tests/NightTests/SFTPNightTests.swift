import Foundation
import Testing
import WaybillTesting

/// The sample nights with the lab and the clearinghouse on a real OpenSSH server.
@Suite struct SFTPNightTests {
    /// A server's folders, and a clinic that takes from them and delivers to them.
    private final class Remote {
        let clinic: Clinic
        let server: OpenSSHServer
        let root: String

        init() throws {
            clinic = try Clinic()
            server = try OpenSSHServer()
            root = clinic.root + "/remote"
            for folder in ["lab", "clearinghouse", "claims"] { try clinic.make("remote/" + folder) }
            let (server, root) = (server, root)
            let pin = try server.fingerprint()
            func sftp(_ folder: String) -> String {
                "sftp: {host: 127.0.0.1, port: \(server.port), user: \(server.user), "
                    + "path: \(root)/\(folder), key: \"file:\(server.keyFile)\", "
                    + "host_key: \"\(pin)\", timeout: 10s}"
            }
            for folder in ["lab", "clearinghouse"] {
                try clinic.editSettings("feeds") { text in
                    guard text.contains("folder: inbox/\(folder)\n") else { return text }
                    return text.replacing("folder: inbox/\(folder)\n", with: sftp(folder) + "\n")
                        .replacing("  mode: \"0660\"\n", with: "")
                }
            }
            try clinic.editSettings("destinations") { text in
                guard text.contains("folder: outbox/claims\n") else { return text }
                return text.replacing("folder: outbox/claims\n", with: sftp("claims") + "\n")
                    .replacing("    mode: \"0640\"\n", with: "")
            }
        }

        /// Puts a night's files where their senders put them.
        func drop(_ night: String) throws {
            try clinic.drop(night)
            for folder in ["lab", "clearinghouse"] {
                let source = clinic.root + "/inbox/" + folder
                let names = try? FileManager.default.contentsOfDirectory(atPath: source)
                for name in names ?? [] {
                    let target = "\(root)/\(folder)/\(name)"
                    try? FileManager.default.removeItem(atPath: target)
                    try FileManager.default.moveItem(atPath: source + "/" + name, toPath: target)
                }
            }
        }

        /// All that partners find, claims among it.
        func outbox() -> [String: [UInt8]] {
            let claims = clinic.files("remote/claims").map { ("claims/" + $0.key, $0.value) }
            return clinic.outbox().merging(claims) { $1 }
        }
    }

    @Test func `the nights over SFTP bring what they bring over folders, once`() throws {
        let plain = try Clinic()
        let remote = try Remote()
        for night in ["night-0", "night-1"] {
            try plain.drop(night)
            try remote.drop(night)
            let (there, here) = (try plain.run(night), try remote.clinic.run(night))
            #expect(here.code == there.code, "\(here)")
        }
        let first = remote.outbox()
        #expect(first.keys.contains { $0.hasPrefix("claims/") })
        #expect(first.keys.sorted() == plain.outbox().keys.sorted())
        for (name, bytes) in plain.outbox() { #expect(first[name] == bytes, "\(name)") }
        #expect(try remote.clinic.imbalance() == [])
        // What was taken is swept as the feed says.
        let left = try FileManager.default.contentsOfDirectory(
            atPath: remote.root + "/clearinghouse")
        #expect(left == ["done"])
        // Run again, nothing is new.
        let later = "2026-11-20T02:30:00-06:00"
        let (there, again) = (try plain.run(later), try remote.clinic.run(later))
        #expect(again.code == there.code, "\(again)")
        #expect(remote.outbox() == first)
    }

    @Test func `a server that is down stops its own feeds alone`() throws {
        let remote = try Remote()
        try remote.drop("night-0")
        remote.server.stop()
        let ended = try remote.clinic.run("night-0")
        #expect(ended.code == 6, "\(ended)")
        let all = remote.outbox()
        #expect(all.keys.contains { $0.hasPrefix("ehr/registrations/") })
        #expect(!all.keys.contains { $0.hasPrefix("ehr/results/") || $0.hasPrefix("claims/") })
        #expect(try remote.clinic.imbalance() == [])
    }

    @Test func `a changed host key has its own finding, and nothing is signed in to`() throws {
        let remote = try Remote()
        try remote.drop("night-0")
        let other = try OpenSSHServer()
        let (mine, its) = (try remote.server.fingerprint(), try other.fingerprint())
        try remote.clinic.editSettings("feeds") { $0.replacing(mine, with: its) }
        let ended = try remote.clinic.run("night-0")
        #expect(ended.code == 6, "\(ended)")
        let report =
            remote.clinic.outbox(reports: .with)
            .filter { $0.key.hasSuffix("report.json") }.values.first ?? []
        #expect(String(decoding: report, as: UTF8.self).contains("FIL-307"))
    }
}
