import Exchange
import Foundation
import Glibc
import Testing
import Transports
import WaybillTesting

/// What goes wrong with servers: each its own kind of error, saying what to do, and no secret in it.
@Suite struct SFTPFailureTests {
    /// What listing fails with.
    private func failure(_ transport: any Transport) async -> TransportError? {
        do {
            _ = try await transport.list()
            return nil
        } catch { return error }
    }

    @Test func `a server with another key is not signed in to`() async throws {
        let place = try Place()
        let (server, other) = (try OpenSSHServer(), try OpenSSHServer())
        let transport = try place.transport(
            server, path: place.folder, pin: try other.fingerprint())
        let error = try #require(await failure(transport))
        #expect(error.kind == .hostKey && !error.isTemporary)
        #expect(error.detail.contains("ssh-ed25519 " + (try server.fingerprint())))
        #expect(error.detail.contains("expected " + (try other.fingerprint())))
    }

    @Test func `a key pinned with its type is told from one of another type`() async throws {
        let place = try Place()
        var options = OpenSSHServer.Options()
        options.hostKeys = ["ecdsa", "ed25519"]
        let server = try OpenSSHServer(options)
        let right = "ssh-ed25519 " + (try server.fingerprint("ed25519"))
        let wrong = "ecdsa-sha2-nistp256 " + (try server.fingerprint("ed25519"))
        #expect(
            await failure(try place.transport(server, path: place.folder, pin: right)) == nil)
        #expect(
            await failure(try place.transport(server, path: place.folder, pin: wrong))?.kind
                == .hostKey)
    }

    @Test func `a key that the server does not know is refused`() async throws {
        let place = try Place()
        let (server, other) = (try OpenSSHServer(), try OpenSSHServer())
        let key = try String(contentsOfFile: other.keyFile, encoding: .utf8)
        let transport = try place.transport(
            server, path: place.folder, states: [],
            more: "  key: \"\(try place.secret("other", key))\"\n")
        let error = try #require(await failure(transport))
        #expect(error.kind == .signIn && !error.isTemporary)
        #expect(error.detail == "the key was refused (the server wants publickey)")
    }

    @Test func `an RSA key is told apart where libssh2 cannot use it`() async throws {
        let place = try Place()
        var options = OpenSSHServer.Options()
        options.userKey = ("rsa", "")
        let server = try OpenSSHServer(options)
        let error = await failure(try place.transport(server, path: place.folder))
        // libssh2 1.11 signs by SHA-2 and is let in.
        #expect(error == nil || error?.detail.contains("make an ed25519 key") == true)
    }

    @Test func `a key without its passphrase is told`() async throws {
        let place = try Place()
        var options = OpenSSHServer.Options()
        options.userKey = ("ed25519", "open sesame")
        let server = try OpenSSHServer(options)
        let error = try #require(
            await failure(try place.transport(server, path: place.folder)))
        #expect(error.kind == .signIn && error.detail.contains("passphrase"))
    }

    @Test func `a wrong password is told`() async throws {
        let place = try Place()
        var options = OpenSSHServer.Options()
        options.methods = "password"
        let server = try OpenSSHServer(options)
        let secret = try place.secret("wrong", "not-the-password")
        let error = try #require(
            await failure(
                try place.transport(
                    server, path: place.folder, states: [],
                    more: "  password: \"\(secret)\"\n")))
        #expect(error.kind == .signIn && error.detail.contains("password was refused"))
        #expect(!error.detail.contains("not-the-password"))
    }

    @Test(arguments: [0o644, 0o640, 0o606])
    func `a key that others may read is not used`(mode: Int) async throws {
        let place = try Place()
        let server = try OpenSSHServer()
        let key = try String(contentsOfFile: server.keyFile, encoding: .utf8)
        let transport = try place.transport(
            server, path: place.folder, states: [],
            more: "  key: \"\(try place.secret("open", key, mode: mode))\"\n")
        let error = try #require(await failure(transport))
        #expect(error.kind == .signIn && error.detail.contains("chmod 600"))
    }

    @Test func `a server that is not there can be tried again`() async throws {
        let place = try Place()
        let server = try OpenSSHServer()
        let transport = try place.transport(server, path: place.folder)
        #expect(await failure(transport) == nil)
        server.stop()
        let error = try #require(await failure(transport))
        #expect(error.kind == .unreachable && error.isTemporary)
    }

    @Test func `a server that says nothing is given up`() async throws {
        let place = try Place()
        let server = try OpenSSHServer()
        let silent = try SilentServer()
        var text = """
            sftp: {host: 127.0.0.1, port: \(silent.port), user: x, path: /, timeout: 1s,
              host_key: "\(try server.fingerprint())", key: "file:\(server.keyFile)"}
            """
        text += "\n"
        let transport = try #require(try Place.read(text, site: place.root).transport)
        let error = try #require(await failure(transport))
        #expect(error.kind == .timeout && error.isTemporary)
    }

    @Test func `a folder that is not there fails the listing`() async throws {
        let place = try Place()
        let server = try OpenSSHServer()
        let transport = try place.transport(server, path: place.root + "/nowhere")
        #expect(await failure(transport)?.kind == .notFound)
        // The connection is as good as before.
        #expect(await failure(transport)?.kind == .notFound)
    }

    @Test func `large files arrive whole both ways`() async throws {
        let place = try Place()
        let server = try OpenSSHServer()
        let transport = try place.transport(server, path: place.folder)
        var bytes = [UInt8](repeating: 0, count: 24_000_001)
        for index in bytes.indices {
            bytes[index] = UInt8(truncatingIfNeeded: index &* 2_654_435_761 >> 7)
        }
        let source = place.scratch + "/source"
        try Data(bytes).write(to: URL(fileURLWithPath: source))
        try await transport.stage(source, as: ".large.waybill")
        try await transport.publish(".large.waybill", as: "large")
        #expect(FileManager.default.contents(atPath: place.folder + "/large") == Data(bytes))
        let entry = try #require(try await transport.list().first { $0.size == bytes.count })
        let fetched = try await transport.fetch(entry, to: place.scratch + "/back")
        #expect(fetched.size == Int64(bytes.count))
        #expect(FileManager.default.contents(atPath: place.scratch + "/back") == Data(bytes))
    }

    @Test func `many names are listed whole`() async throws {
        let place = try Place()
        let server = try OpenSSHServer()
        let transport = try place.transport(server, path: place.folder)
        for number in 0..<5000 {
            let path = place.folder + "/a-rather-long-name-of-a-result-file-\(number).hl7"
            #expect(FileManager.default.createFile(atPath: path, contents: Data([1])))
        }
        #expect(try await transport.list().count == 5000)
    }

    // MARK: Settings

    private func findings(_ sftp: String) throws -> [Finding] {
        try Place.read("sftp: {host: h, user: u, path: /, \(sftp)}\n", site: "/site").findings
    }

    private let pin = "host_key: \"SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\""

    @Test func `settings that are safe are taken`() throws {
        #expect(try findings("\(pin), key: \"file:keys/k\"").map(\.code) == [])
        #expect(try findings("\(pin), password: \"env:LAB\"").map(\.code) == [])
        #expect(try findings("\(pin), password: \"credential:lab\"").map(\.code) == [])
    }

    @Test func `a secret in the settings is refused and not repeated`() throws {
        let found = try findings("\(pin), password: hunter2")
        #expect(found.map(\.code) == ["FIL-102"])
        #expect(!found.contains { "\($0)".contains("hunter2") })
    }

    @Test func `a server without a pinned key or a sign-in is refused`() throws {
        #expect(try findings("key: \"file:k\"").map(\.code) == ["FIL-103"])
        #expect(try findings(pin).map(\.code) == ["FIL-104"])
        #expect(
            try findings("host_key: \"MD5:aa:bb\", key: \"file:k\"").map(\.code) == ["SET-102"])
        #expect(try findings("\(pin), key: \"file:k\", hots: x").map(\.code) == ["SET-103"])
    }
}

/// Takes connections and never says a word.
private final class SilentServer {
    let port: UInt16
    private let number: Int32

    init() throws {
        (number, port) = try Loopback.bound()
        try #require(listen(number, 8) == 0)
    }

    deinit { close(number) }
}
