import Bytes
import CLinux
import Glibc

/// An open file or folder, closed when the last reference goes.
final class Descriptor: Sendable {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { close(number) }

    /// Opens the folder at `path`.
    static func folder(_ path: String) throws(SystemError) -> Descriptor {
        let number = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw .last("open") }
        return Descriptor(number)
    }

    /// Opens the thing called `name` in this folder for reading: never a link, never waiting for
    /// a FIFO's writer. `name` holds no `/`, so nothing outside the folder can be reached.
    func open(name: [UInt8], flags: Int32 = O_RDONLY) throws(SystemError) -> Descriptor {
        let number = unsafe waybill_open_beneath(
            self.number, name.cString, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard number >= 0 else { throw .last("openat2") }
        return Descriptor(number)
    }

    /// What `fstat` says.
    func status() throws(SystemError) -> stat {
        var result = stat()
        guard unsafe fstat(number, &result) == 0 else { throw .last("fstat") }
        return result
    }

    /// Makes what was written survive a power cut.
    func sync() throws(SystemError) {
        guard fsync(number) == 0 else { throw .last("fsync") }
    }

    /// Writes all that is left in `source`, within the kernel where it can.
    func write(from source: Descriptor) throws(SystemError) {
        while true {
            let count = waybill_copy(source.number, number, 1 << 30)
            if count == 0 { return }
            if count < 0 {
                if errno == EINTR { continue }
                guard [EXDEV, EINVAL, EOPNOTSUPP, ENOSYS].contains(errno) else {
                    throw .last("copy_file_range")
                }
                break
            }
        }
        var reader = FileSource(adopting: dup(source.number))
        var buffer: [UInt8] = []
        while true {
            buffer.removeAll(keepingCapacity: true)
            if try reader.read(into: &buffer, count: 1 << 20) == 0 { return }
            try write(buffer)
        }
    }

    /// Writes all of `bytes`.
    func write(_ bytes: [UInt8]) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    number, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .last("write") }
            done += count
        }
    }
}
