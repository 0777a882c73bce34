public import Exchange
import Foundation
import SFTPWire
import Synchronization

/// `sftp: {host, port, path, user, key, passphrase, password, host_key, timeout, minimum_rate,
/// connections, mode}` in a source or destination.
public struct SFTPFamily: TransportFamily {
    /// A secret that stands in the settings, or a reference that names no place.
    public static let clearText = FindingKind(
        "FIL-102", .error, owner: .it,
        what: "a key or password is not given by reference",
        fix:
            "Write `file:PATH`, `env:NAME` or `credential:NAME`; the file is read by its owner only.",
        reach: .file)
    /// No pinned host key.
    public static let unpinned = FindingKind(
        "FIL-103", .error, owner: .it,
        what: "a server's host key is not pinned",
        fix:
            "Ask the partner for its fingerprint, compare it with what `ssh-keyscan` shows, and write it "
            + "as `host_key:`. Without it nobody can tell the server from somebody in between.",
        reach: .file)
    /// A server without a way to sign in.
    public static let noSignIn = FindingKind(
        "FIL-104", .error, owner: .it,
        what: "a server has neither a key nor a password to sign in with",
        fix: "State `key:` or `password:`.", reach: .file)

    private let program: String
    /// One for each server and user: places on it share their connections.
    private let servers = Servers()

    /// Makes the family.
    /// - Parameter program: the path of `waybill-sftp`; nil: beside the program that runs.
    public init(program: String? = nil) {
        let folder =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            .map { ($0 as NSString).deletingLastPathComponent } ?? "."
        self.program = program ?? folder + "/waybill-sftp"
    }

    /// The key in settings that asks for it.
    public var key: String { "sftp" }
    /// Its part of the finding catalogue.
    public var findingKinds: [FindingKind] { [Self.clearText, Self.unpinned, Self.noSignIn] }

    /// `user@host:port/path`.
    public func identity(of node: SettingsNode) -> String {
        func text(_ key: String) -> String { node[key]?.text ?? "" }
        let port = text("port").isEmpty ? "22" : text("port")
        return "\(text("user"))@\(text("host")):\(port)\(text("path"))"
    }

    /// Reads settings or bytes: see the protocol.
    public func read(_ reader: inout SettingsReader, site root: String) -> (any Transport)? {
        guard let node = reader.required("sftp") else { return nil }
        var inner = SettingsReader(node)
        let folder = folder(&inner, site: root)
        reader.report(inner.finish())
        return folder
    }

    private func folder(_ reader: inout SettingsReader, site root: String) -> SFTPFolder? {
        let host = reader.requiredString("host")
        let user = reader.requiredString("user")
        let path = reader.requiredString("path")
        var settings = SFTPServer.Settings(host: host ?? "", user: user ?? "")
        settings.port = UInt16(reader.int("port", in: 1...65_535) ?? 22)
        settings.key = secret(reader.string("key"), at: "key", &reader, root)
        settings.passphrase = secret(reader.string("passphrase"), at: "passphrase", &reader, root)
        settings.password = secret(reader.string("password"), at: "password", &reader, root)
        settings.pins = pins(&reader)
        if let timeout = reader.seconds("timeout") { settings.timeout = max(1, timeout) }
        if let rate = reader.int("minimum_rate", in: 1...1 << 30) { settings.minimumRate = rate }
        if let count = reader.int("connections", in: 1...16) { settings.connections = count }
        let mode = FileMode.read(&reader) ?? 0o640
        if settings.key == nil, settings.password == nil, reader.node["key"] == nil,
            reader.node["password"] == nil
        {
            reader.report(Self.noSignIn, reader.node.mark, "`\(settings.host)`")
        }
        guard let path, host != nil, user != nil else { return nil }
        return SFTPFolder(servers.server(settings, program), path: path, mode: mode)
    }

    private func secret(
        _ text: String?, at key: String, _ reader: inout SettingsReader, _ root: String
    ) -> Secret? {
        guard let text, let node = reader.node(key) else { return nil }
        guard let secret = Secret(text, site: root) else {
            // What stands there may be the secret itself: it is not repeated.
            reader.report(Self.clearText, node.mark, "`\(key)`")
            return nil
        }
        return secret
    }

    /// `SHA256:…`, or the type of the key before it; one that is in use and one for a change.
    private func pins(_ reader: inout SettingsReader) -> [WireServer.Pin] {
        guard let texts = reader.strings("host_key"), let node = reader.node("host_key") else {
            reader.report(Self.unpinned, reader.node.mark, "`host_key`")
            return []
        }
        return texts.compactMap { text in
            let parts = text.split(separator: " ").map(String.init)
            let hash = parts.last ?? ""
            guard parts.count <= 2, hash.hasPrefix("SHA256:"),
                let digest = Data(base64Encoded: String(hash.dropFirst(7)) + "="),
                digest.count == 32
            else {
                reader.report(
                    SettingsReader.malformed, node.mark,
                    "`host_key` wants a fingerprint such as SHA256:…, with or without its type before it"
                )
                return nil
            }
            return WireServer.Pin(type: parts.count == 2 ? parts[0] : nil, fingerprint: digest)
        }
    }
}

/// The servers that settings name.
private final class Servers: Sendable {
    private let known = Mutex<[SFTPServer]>([])

    func server(_ settings: SFTPServer.Settings, _ program: String) -> SFTPServer {
        known.withLock { known in
            if let server = known.first(where: { $0.settings == settings }) { return server }
            let server = SFTPServer(settings, program: program)
            known.append(server)
            return server
        }
    }
}
