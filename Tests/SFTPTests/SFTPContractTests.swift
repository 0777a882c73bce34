import Exchange
import Foundation
import Testing
import WaybillTesting

/// The contract of `Transport` over real OpenSSH servers: every kind of key and sign-in.
@Suite struct SFTPContractTests {
    /// One way to be let in.
    struct Way: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var options = OpenSSHServer.Options()
        /// What of `key`, `passphrase` and `password` the settings state.
        var states: Set<String> = ["key"]

        init(
            _ name: String, host: [String] = ["ed25519"], key: String = "ed25519",
            passphrase: String = "", methods: String = "publickey", states: Set<String> = ["key"]
        ) {
            testDescription = name
            options.hostKeys = host
            options.userKey = (key, passphrase)
            options.methods = methods
            self.states = states
        }
    }

    static let ways = [
        Way("ed25519 key"),
        Way(
            "ed25519 key with a passphrase", passphrase: "open sesame",
            states: ["key", "passphrase"]),
        Way("ecdsa key", key: "ecdsa"),
        Way("password", methods: "password", states: ["password"]),
        Way("questions", methods: "keyboard-interactive", states: ["password"]),
        Way(
            "key and password", methods: "publickey,password", states: ["key", "password"]),
        Way("ecdsa host key", host: ["ecdsa"]),
        Way("several host keys, the second pinned", host: ["ecdsa", "ed25519"]),
    ]

    @Test(arguments: ways)
    func `a server keeps the contract of transports`(way: Way) async throws {
        let place = try Place()
        let server = try OpenSSHServer(way.options)
        let type = way.options.hostKeys.last ?? ""
        let transport = try place.transport(
            server, path: place.folder, states: way.states,
            passphrase: way.options.userKey.passphrase, pin: try server.fingerprint(type))
        let found = try await TransportContract(
            transport, folder: place.folder, scratch: place.scratch, seesInodes: false
        ).violations()
        #expect(found == [])
    }

    @Test func `a server that shuts its users in keeps the contract`() async throws {
        let place = try Place(in: "/run/")
        var options = OpenSSHServer.Options()
        options.chroot = place.root
        let server = try OpenSSHServer(options)
        let transport = try place.transport(server, path: "/place")
        let found = try await TransportContract(
            transport, folder: place.folder, scratch: place.scratch, seesInodes: false
        ).violations()
        #expect(found == [])
    }
}
