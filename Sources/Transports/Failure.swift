import Bytes
import Exchange
import Glibc

/// Turns failed system calls into transport errors.
enum Failure {
    static func wrap<T>(
        _ operation: String, _ body: () throws(SystemError) -> T
    ) throws(TransportError) -> T {
        do { return try body() } catch { throw transportError(error, operation) }
    }

    static func transportError(_ error: SystemError, _ operation: String) -> TransportError {
        let (kind, isTemporary): (TransportError.Kind, Bool) =
            switch error.code {
            case ENOENT: (.notFound, false)
            case EEXIST: (.exists, false)
            case EACCES, EPERM, EROFS: (.notAllowed, false)
            case ELOOP, ENXIO, EISDIR, ENOTDIR: (.notRegular, false)
            case ENOSPC, EDQUOT: (.noSpace, true)
            case EAGAIN: (.changed, true)
            default: (.broken, true)
            }
        return TransportError(
            kind, operation: operation, isTemporary: isTemporary, detail: error.description)
    }
}
