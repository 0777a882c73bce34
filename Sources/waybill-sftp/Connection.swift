import CLibSSH2
import Foundation
import Glibc
import SFTPWire

/// A connection to a server whose key is one of those expected, signed in.
final class Connection {
    /// The server's key: `ssh-ed25519 SHA256:…`.
    let hostKey: String
    /// What can be done there.
    let files: RemoteFiles
    private let session: Session

    /// Connects, compares the server's key, and signs in.
    init(_ server: WireServer) throws(WireFault) {
        let (session, key) = try Self.trusted(server)
        try SignIn(session, server).run()
        self.session = session
        hostKey = key.description
        files = try RemoteFiles(session)
    }

    /// A session with a server that shows an expected key.
    ///
    /// libssh2 negotiates one type of key: unless it asks for the type that is pinned, a server with
    /// several looks like another server. Types that nobody stated are tried one after another.
    private static func trusted(
        _ server: WireServer
    ) throws(WireFault) -> (session: Session, key: HostKey) {
        let stated = Set(server.pins.compactMap(\.type))
        let isStated = !server.pins.isEmpty && server.pins.allSatisfy { $0.type != nil }
        let attempts =
            isStated
            ? [
                HostKey.algorithms.filter { stated.contains($0.type) }.map(\.names)
                    .joined(separator: ",")
            ]
            : HostKey.algorithms.map(\.names)
        var offered: [HostKey] = []
        var failure: WireFault?
        for algorithms in attempts where !algorithms.isEmpty {
            let session: Session
            do throws(WireFault) {
                session = try Session(server, hostKeys: algorithms)
            } catch {
                guard error.kind == .algorithms else { throw error }
                failure = error
                continue
            }
            let key = try HostKey(session)
            if server.pins.contains(where: { key.isMeant(by: $0) }) { return (session, key) }
            if !offered.contains(key) { offered.append(key) }
        }
        if offered.isEmpty, let failure { throw failure }
        let expected = server.pins.map {
            HostKey(type: $0.type ?? "", digest: Array($0.fingerprint))
        }
        throw WireFault(
            .hostKey,
            "the server shows \(list(offered)); expected \(list(expected))", isUsable: false)
    }

    private static func list(_ keys: [HostKey]) -> String {
        keys.isEmpty ? "none" : keys.map(\.description).joined(separator: " or ")
    }
}

/// A server's public key, by its type and SHA-256.
struct HostKey: Hashable, CustomStringConvertible {
    let type: String
    let digest: [UInt8]

    /// Each type of key, with the algorithms that use it (RFC 4253, 5656, 8332, 8709).
    static let algorithms: [(type: String, names: String)] = [
        ("ssh-ed25519", "ssh-ed25519"),
        ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"),
        ("ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"),
        ("ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521"),
        ("ssh-rsa", "rsa-sha2-512,rsa-sha2-256,ssh-rsa"),
    ]

    init(type: String, digest: [UInt8]) {
        self.type = type
        self.digest = digest
    }

    /// The key that the server of `session` showed.
    init(_ session: Session) throws(WireFault) {
        var length = 0
        var kind: Int32 = 0
        guard unsafe libssh2_session_hostkey(session.raw, &length, &kind) != nil,
            let hash = unsafe libssh2_hostkey_hash(session.raw, LIBSSH2_HOSTKEY_HASH_SHA256)
        else { throw WireFault(.hostKey, "the server shows no key", isUsable: false) }
        digest = (0..<32).map { unsafe UInt8(bitPattern: hash[$0]) }
        type =
            switch kind {
            case LIBSSH2_HOSTKEY_TYPE_ED25519: "ssh-ed25519"
            case LIBSSH2_HOSTKEY_TYPE_ECDSA_256: "ecdsa-sha2-nistp256"
            case LIBSSH2_HOSTKEY_TYPE_ECDSA_384: "ecdsa-sha2-nistp384"
            case LIBSSH2_HOSTKEY_TYPE_ECDSA_521: "ecdsa-sha2-nistp521"
            case LIBSSH2_HOSTKEY_TYPE_RSA: "ssh-rsa"
            default: "unknown"
            }
    }

    /// Whether it is the key that is pinned.
    func isMeant(by pin: WireServer.Pin) -> Bool {
        Array(pin.fingerprint) == digest && (pin.type == nil || pin.type == type)
    }

    /// As `ssh-keygen -l` writes it.
    var description: String {
        let text = Data(digest).base64EncodedString().replacingOccurrences(of: "=", with: "")
        return (type.isEmpty ? "" : type + " ") + "SHA256:" + text
    }
}
