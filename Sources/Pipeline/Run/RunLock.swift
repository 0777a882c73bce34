import CLinux
import Glibc

/// The lock that lets one run at a time work on a site. The system lets go of it when the
/// process ends, however it ends.
public final class RunLock: Sendable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Takes the lock on the file at `path`; nil when another run holds it.
    public static func take(_ path: String) -> RunLock? {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        guard waybill_lock(descriptor) == 0 else {
            close(descriptor)
            return nil
        }
        return RunLock(descriptor)
    }
}
