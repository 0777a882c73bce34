import Exchange
import Foundation
import SFTPWire
import Synchronization

/// A server that is reached by SFTP, and the connections to it: each is a child process, used by one
/// call at a time and kept for the next.
final class SFTPServer: Sendable {
    /// How a server is reached.
    struct Settings: Sendable, Hashable {
        var host: String
        var port: UInt16 = 22
        var user: String
        var key: Secret?
        var passphrase: Secret?
        var password: Secret?
        var pins: [WireServer.Pin] = []
        /// Seconds that one exchange with the server may take.
        var timeout = 30
        /// Bytes a second that a transfer must reach.
        var minimumRate = 32 << 10
        /// How many connections are kept.
        var connections = 4
    }

    let settings: Settings
    private let program: String
    private let idle = Mutex<[SFTPChild]>([])

    init(_ settings: Settings, program: String) {
        self.settings = settings
        self.program = program
    }

    /// Seconds that a transfer of `size` bytes may take.
    func patience(_ size: Int64) -> Int {
        2 * settings.timeout + Int(size / Int64(settings.minimumRate))
    }

    /// Runs `body` with a connection. One that was kept may have been closed by the server meanwhile:
    /// then it is tried once more with a new one.
    func connected<T>(
        _ operation: String, _ body: (SFTPChild) throws(TransportError) -> T
    ) throws(TransportError) -> T {
        if let kept = idle.withLock({ $0.popLast() }) {
            do throws(TransportError) {
                let result = try body(kept)
                give(back: kept)
                return result
            } catch {
                guard !kept.isAlive, error.kind == .unreachable || error.kind == .broken else {
                    give(back: kept)
                    throw error
                }
            }
        }
        let child = try connect()
        defer { give(back: child) }
        return try body(child)
    }

    private func give(back child: SFTPChild) {
        guard child.isAlive else { return }
        idle.withLock { idle in
            if idle.count < settings.connections { idle.append(child) }
        }
    }

    private func connect() throws(TransportError) -> SFTPChild {
        // Secrets are read when they are needed, and go nowhere but into the child.
        let server = WireServer(
            host: settings.host, port: settings.port, user: settings.user,
            key: try settings.key?.bytes("key"),
            passphrase: try settings.passphrase?.text("passphrase"),
            password: try settings.password?.text("password"), pins: settings.pins,
            timeout: settings.timeout)
        let child = try SFTPChild(program)
        try child.send(.connect(server), "connect")
        // Each type of host key may want a connection of its own.
        _ = try child.reply(by: .now + .seconds(8 * settings.timeout), "connect")
        return child
    }
}
