import Exchange
import Foundation
import Settings
import Testing
import Transports
import WaybillTesting

/// A folder that a server serves, and one for copies.
final class Place {
    let root: String
    var folder: String { root + "/place" }
    var scratch: String { root + "/scratch" }

    /// - Parameter parent: where it is made; a folder that users are shut into wants parents that
    ///   nobody but root may write to.
    init(in parent: String = NSTemporaryDirectory()) throws {
        root = parent + "waybill-sftp-" + UUID().uuidString
        for path in [root, root + "/place", root + "/scratch"] {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o755])
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// A file that nobody else may read, or may.
    func secret(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        let path = root + "/" + name
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return "file:" + path
    }

    /// The transport that settings ask for.
    func transport(
        _ server: OpenSSHServer, path: String, states: Set<String> = ["key"],
        passphrase: String = "", pin: String? = nil, more: String = ""
    ) throws -> any Transport {
        var text = """
            sftp:
              host: 127.0.0.1
              port: \(server.port)
              user: \(server.user)
              path: \(path)
              host_key: "\(try pin ?? server.fingerprint())"
              timeout: 10s

            """
        if states.contains("key") { text += "  key: \"file:\(server.keyFile)\"\n" }
        if states.contains("passphrase") {
            text += "  passphrase: \"\(try secret("passphrase", passphrase + "\n"))\"\n"
        }
        if states.contains("password") {
            text += "  password: \"\(try secret("password", server.password + "\n"))\"\n"
        }
        let (transport, findings) = try Place.read(text + more, site: root)
        #expect(findings.map(\.message) == [])
        return try #require(transport)
    }

    /// What the family makes of settings.
    static func read(
        _ text: String, site: String
    ) throws -> (transport: (any Transport)?, findings: [Finding]) {
        let (nodes, faults) = SettingsYAML.parse(Array(text.utf8), file: "feed.yaml")
        var reader = SettingsReader(try #require(nodes.first))
        let transport = SFTPFamily().read(&reader, site: site)
        return (transport, faults + reader.finish())
    }
}
