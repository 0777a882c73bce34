import Foundation
import Glibc

/// A real OpenSSH server on loopback, for as long as the value lives. It needs root and the Debian
/// package `openssh-server`: where either is missing, the test that asks for it fails.
public final class OpenSSHServer {
    /// How the server lets people in, and what it offers.
    public struct Options: Sendable {
        /// The types of its own keys, as `ssh-keygen -t` names them.
        public var hostKeys = ["ed25519"]
        /// The type of the user's key, and its passphrase.
        public var userKey = (type: "ed25519", passphrase: "")
        /// `AuthenticationMethods`.
        public var methods = "publickey"
        /// The folder that a user is shut into; nil: none.
        public var chroot: String?
        /// Further lines of its settings.
        public var lines: [String] = []

        /// A server that takes an ed25519 key.
        public init() {}
    }

    /// Where it listens.
    public let port: UInt16
    /// The account that may sign in: it has root's number, so that it can read what tests put down.
    public let user: String
    /// The account's password.
    public let password: String
    /// The file of the private key that may sign in.
    public var keyFile: String { folder + "/user" }
    private let folder: String
    private let process: pid_t
    private var isRunning = true

    /// Starts a server.
    public init(_ options: Options = Options()) throws {
        guard geteuid() == 0 else { throw Program.Missing(description: "a test server needs root") }
        let folder = NSTemporaryDirectory() + "waybill-sshd-" + UUID().uuidString
        self.folder = folder
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755])
        try? FileManager.default.createDirectory(
            atPath: "/run/sshd", withIntermediateDirectories: true)
        user = "waybill-" + String(UUID().uuidString.prefix(8).lowercased())
        password = UUID().uuidString
        try Self.run(
            "/usr/sbin/useradd", "-o", "-u", "0", "-M", "-d", folder, "-s", "/usr/sbin/nologin",
            user)
        try "\(user):\(password)\n".write(
            toFile: folder + "/account", atomically: true, encoding: .utf8)
        try Self.run("/bin/sh", "-c", "/usr/sbin/chpasswd < \(folder)/account")
        for type in options.hostKeys {
            try Self.run(
                "/usr/bin/ssh-keygen", "-q", "-t", type, "-N", "", "-f", folder + "/host_" + type)
        }
        try Self.run(
            "/usr/bin/ssh-keygen", "-q", "-t", options.userKey.type, "-N",
            options.userKey.passphrase, "-f", folder + "/user")
        let free = try Loopback.bound()
        close(free.socket)
        port = free.port
        let settings =
            options.hostKeys.map { "HostKey \(folder)/host_\($0)" } + [
                "Port \(port)", "ListenAddress 127.0.0.1", "PidFile none", "StrictModes no",
                "UsePAM \(options.methods.contains("keyboard") ? "yes" : "no")",
                "PermitRootLogin yes", "AllowUsers \(user)", "MaxStartups 100",
                "AuthorizedKeysFile \(folder)/user.pub", "PasswordAuthentication yes",
                "KbdInteractiveAuthentication yes", "AuthenticationMethods \(options.methods)",
                "Subsystem sftp internal-sftp", "LogLevel INFO",
            ] + (options.chroot.map { ["ChrootDirectory \($0)"] } ?? []) + options.lines
        try (settings.joined(separator: "\n") + "\n").write(
            toFile: folder + "/config", atomically: true, encoding: .utf8)
        process = try Program.start(
            ["/usr/sbin/sshd", "-D", "-e", "-f", folder + "/config"], [], out: "/dev/null",
            err: folder + "/log")
        try Self.await(port, process, folder + "/log")
    }

    /// Ends the server and its connections.
    public func stop() {
        guard isRunning else { return }
        isRunning = false
        // Each connection has a process of its own.
        kill(process, SIGTERM)
        _ = try? Program.wait(process)
        _ = try? Self.run("/bin/sh", "-c", "pkill -f '^sshd: \(user)' || true")
    }

    deinit {
        stop()
        _ = try? Self.run("/bin/sh", "-c", "/usr/sbin/userdel -f \(user) || true")
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The fingerprint of the server's key of a type: `SHA256:…`.
    public func fingerprint(_ type: String = "ed25519") throws -> String {
        let said = try Self.run("/usr/bin/ssh-keygen", "-l", "-f", folder + "/host_" + type)
        return said.split(separator: " ").map(String.init).first { $0.hasPrefix("SHA256:") } ?? ""
    }

    /// Runs a program that must succeed, and answers what it said.
    @discardableResult
    private static func run(_ words: String...) throws -> String {
        let ended = try Program.run(words[0], Array(words.dropFirst()))
        guard ended.code == 0 else {
            throw Program.Missing(description: "\(words[0]): \(ended.err)")
        }
        return ended.out
    }

    /// Waits until the server answers at its port.
    private static func await(_ port: UInt16, _ process: pid_t, _ log: String) throws {
        while true {
            if Loopback.answers(at: port) { return }
            var status: Int32 = 0
            if unsafe waitpid(process, &status, WNOHANG) == process {
                let said = FileManager.default.contents(atPath: log) ?? Data()
                throw Program.Missing(
                    description: "sshd: \(String(decoding: said, as: UTF8.self))")
            }
            sched_yield()
        }
    }
}
