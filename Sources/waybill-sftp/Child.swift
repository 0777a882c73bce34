import CLinux
import Glibc
import SFTPWire

/// The SFTP child: does what its parent asks over descriptor 3, for one server, and holds nothing else:
/// no ledger, no settings, no file that it was not handed.
@main
enum Child {
    /// Bytes of address space: libssh2 and its buffers take a tenth of it.
    private static let memory: UInt = 1 << 30
    /// Seconds of processor: 100 GB of cipher.
    private static let processor: UInt = 3600

    static func main() {
        guard waybill_confine(memory, processor) == 0 else { exit(70) }
        let channel = WireChannel(WireChannel.childDescriptor)
        var connection: Connection?
        while true {
            let asked: (message: WireRequest, descriptor: Int32?)
            do throws(WireError) {
                asked = try channel.receive(WireRequest.self)
            } catch {
                // The parent is done with us.
                exit(0)
            }
            let reply = answer(asked.message, asked.descriptor, &connection, channel)
            // The reader of a pipe must see its end before it is told how it went.
            if let descriptor = asked.descriptor { close(descriptor) }
            do throws(WireError) { try channel.send(reply) } catch { exit(0) }
        }
    }

    private static func answer(
        _ request: WireRequest, _ descriptor: Int32?, _ connection: inout Connection?,
        _ channel: WireChannel
    ) -> WireReply {
        do throws(WireFault) {
            if case .connect(let server) = request {
                connection = nil
                let made = try Connection(server)
                connection = made
                return .connected(hostKey: made.hostKey)
            }
            guard let files = connection?.files else {
                throw WireFault(.broken, "asked before it was connected", isUsable: false)
            }
            switch request {
            case .connect: return .done
            case .list(let folder):
                try files.list(folder.bytes) { entries in
                    do throws(WireError) {
                        try channel.send(WireReply.entries(entries, isLast: false))
                    } catch { exit(0) }
                }
                return .entries([], isLast: true)
            case .look(let path): return .found(try files.look(path.bytes))
            case .fetch(let path, let expected):
                return .moved(try files.fetch(path.bytes, expected, to: descriptor ?? -1))
            case .store(let path, let mode):
                return .moved(try files.store(path.bytes, mode, from: descriptor ?? -1))
            case .rename(let path, let target): try files.rename(path.bytes, to: target.bytes)
            case .remove(let path): try files.remove(path.bytes)
            case .makeFolder(let path): try files.makeFolder(path.bytes)
            }
            return .done
        } catch {
            if !error.isUsable { connection = nil }
            return .failed(error)
        }
    }
}
