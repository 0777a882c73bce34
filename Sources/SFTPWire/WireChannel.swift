import CLinux
import Foundation
import Glibc

/// One end of the socket between parent and child: messages as JSON (RFC 8259) behind their length, a
/// descriptor beside them where one is handed over.
///
/// Errors: `WireError`; the channel is of no use after one.
public struct WireChannel: Sendable {
    /// The descriptor that the child finds its end at.
    public static let childDescriptor: Int32 = 3
    /// The longest message there is, in bytes; whoever says a longer one is not one of ours.
    static let most = 1 << 22

    private let socket: Int32

    /// Speaks over `socket`, which stays the caller's.
    public init(_ socket: Int32) { self.socket = socket }

    /// Sends `message`, and hands over `descriptor`, which stays open here.
    public func send(_ message: some Encodable, handing descriptor: Int32? = nil) throws(WireError)
    {
        let body: Data
        do { body = try JSONEncoder().encode(message) } catch { throw .malformed }
        guard body.count <= Self.most else { throw .malformed }
        var length = UInt32(body.count).bigEndian
        var bytes = unsafe withUnsafeBytes(of: &length) { unsafe Array($0) }
        bytes += body
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { raw in
                unsafe waybill_send(
                    socket, raw.baseAddress.map { unsafe $0 + sent }, UInt(raw.count - sent),
                    sent == 0 ? descriptor ?? -1 : -1)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .closed }
            sent += count
        }
    }

    /// Receives a message of the kind that is expected, and what was handed over beside it.
    /// - Parameter deadline: when to give up; nil waits as long as the other end lives.
    public func receive<Message: Decodable>(
        _ kind: Message.Type, by deadline: ContinuousClock.Instant? = nil
    ) throws(WireError) -> (message: Message, descriptor: Int32?) {
        var handed: Int32?
        let head = try take(4, deadline, &handed)
        let length = head.reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.most else { throw .malformed }
        let body = try take(length, deadline, &handed)
        do {
            return (try JSONDecoder().decode(kind, from: Data(body)), handed)
        } catch {
            if let handed { close(handed) }
            throw .malformed
        }
    }

    private func take(
        _ count: Int, _ deadline: ContinuousClock.Instant?, _ handed: inout Int32?
    ) throws(WireError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var got = 0
        while got < count {
            if let deadline { try Self.wait(socket, by: deadline) }
            var passed: Int32 = -1
            let received = unsafe bytes.withUnsafeMutableBytes { raw in
                unsafe waybill_receive(
                    socket, raw.baseAddress.map { unsafe $0 + got }, UInt(raw.count - got),
                    &passed)
            }
            if passed >= 0 {
                if let old = handed { close(old) }
                handed = passed
            }
            if received < 0, errno == EINTR { continue }
            guard received > 0 else {
                if let handed { close(handed) }
                throw .closed
            }
            got += received
        }
        return bytes
    }

    /// Waits until `descriptor` has something to read, or was closed at its other end.
    public static func wait(
        _ descriptor: Int32, by deadline: ContinuousClock.Instant
    ) throws(WireError) {
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { throw .timeout }
            let milliseconds =
                min(left.components.seconds, 86_400) * 1000
                + left.components.attoseconds / 1_000_000_000_000_000 + 1
            var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = unsafe poll(&item, 1, Int32(truncatingIfNeeded: milliseconds))
            if ready > 0 { return }
            guard ready == 0 || errno == EINTR else { throw .closed }
        }
    }
}

/// Why two ends do not understand each other.
public enum WireError: Error, Sendable {
    /// The other end is gone.
    case closed
    /// It did not answer in time.
    case timeout
    /// It said something else than was expected.
    case malformed
}
