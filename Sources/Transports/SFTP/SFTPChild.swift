import CLinux
import Exchange
import Glibc
import SFTPWire
import Synchronization

/// A running `waybill-sftp` and the socket to it. It serves one request after another; whoever asks too
/// long for an answer kills it.
final class SFTPChild: Sendable {
    private let process: pid_t
    private let socket: Descriptor
    private let channel: WireChannel
    private let isReaped = Mutex(false)

    /// Starts the program at `path`.
    init(_ path: String) throws(TransportError) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Self.failed() }
        let (mine, its) = (Descriptor(ends[0]), Descriptor(ends[1]))
        process = unsafe waybill_spawn(path, its.number)
        guard process > 0 else { throw Self.failed() }
        socket = mine
        channel = WireChannel(mine.number)
    }

    deinit { stop() }

    private static func failed() -> TransportError {
        let text = unsafe String(cString: strerror(errno))
        return TransportError(
            .broken, operation: "connect", isTemporary: true, detail: "waybill-sftp: \(text)")
    }

    /// Ends it, whatever it is doing.
    func stop() {
        isReaped.withLock { isReaped in
            guard !isReaped else { return }
            isReaped = true
            kill(process, SIGKILL)
            var status: Int32 = 0
            while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        }
    }

    /// Sends a request; `descriptor` is handed over with it.
    func send(
        _ request: WireRequest, handing descriptor: Int32? = nil, _ operation: String
    ) throws(TransportError) {
        do throws(WireError) { try channel.send(request, handing: descriptor) } catch {
            throw transportError(error, operation)
        }
    }

    /// The next answer.
    func reply(
        by deadline: ContinuousClock.Instant, _ operation: String
    ) throws(TransportError) -> WireReply {
        let reply: WireReply
        do throws(WireError) {
            reply = try channel.receive(WireReply.self, by: deadline).message
        } catch {
            throw transportError(error, operation)
        }
        if case .failed(let fault) = reply {
            if !fault.isUsable { stop() }
            throw Self.transportError(fault, operation)
        }
        return reply
    }

    /// Ends the child: after any of these nobody knows what it would say next.
    func transportError(_ error: WireError, _ operation: String) -> TransportError {
        stop()
        return switch error {
        case .timeout:
            TransportError(
                .timeout, operation: operation, isTemporary: true,
                detail: "the server took too long, or sent too slowly")
        case .closed:
            TransportError(
                .broken, operation: operation, isTemporary: true, detail: "waybill-sftp ended")
        case .malformed:
            TransportError(
                .broken, operation: operation, isTemporary: true,
                detail: "waybill-sftp is of another version")
        }
    }

    private static func transportError(
        _ fault: WireFault, _ operation: String
    ) -> TransportError {
        let (kind, isTemporary): (TransportError.Kind, Bool) =
            switch fault.kind {
            case .unreachable: (.unreachable, true)
            case .timeout: (.timeout, true)
            case .algorithms: (.unreachable, false)
            case .hostKey: (.hostKey, false)
            case .signIn: (.signIn, false)
            case .notFound: (.notFound, false)
            case .exists: (.exists, false)
            case .notAllowed: (.notAllowed, false)
            case .changed: (.changed, true)
            case .notRegular: (.notRegular, false)
            case .notWritten: (.noSpace, true)
            case .broken: (.broken, true)
            }
        return TransportError(
            kind, operation: operation, isTemporary: isTemporary, detail: fault.detail)
    }

    /// Whether it can be asked again.
    var isAlive: Bool { isReaped.withLock { !$0 } }
}
