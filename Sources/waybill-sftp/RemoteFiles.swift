import Bytes
import CLibSSH2
import Glibc
import SFTPWire

/// Files on the server (SFTP v3, draft-ietf-secsh-filexfer-02).
@safe final class RemoteFiles {
    private let session: Session
    private let sftp: OpaquePointer

    /// libssh2 asks for as much ahead as it is given room for.
    private static let chunk = 4 << 20
    /// How many names are told at once.
    private static let batch = 500

    init(_ session: Session) throws(WireFault) {
        guard let sftp = unsafe libssh2_sftp_init(session.raw) else {
            throw session.fault(
                unsafe libssh2_session_last_errno(session.raw), "starting SFTP")
        }
        self.session = session
        unsafe self.sftp = sftp
    }

    deinit { unsafe _ = libssh2_sftp_shutdown(sftp) }

    // MARK: Looking

    /// Tells everything in a folder but itself and the one around it; a listing that breaks off
    /// throws.
    func list(_ folder: [UInt8], _ tell: ([WireEntry]) -> Void) throws(WireFault) {
        let handle = try open(
            folder, flags: 0, mode: 0, kind: LIBSSH2_SFTP_OPENDIR, "listing")
        var name = [CChar](repeating: 0, count: 8192)
        var long = [CChar](repeating: 0, count: 8192)
        var batch: [WireEntry] = []
        while true {
            var attributes = LIBSSH2_SFTP_ATTRIBUTES()
            let count = unsafe libssh2_sftp_readdir_ex(
                handle.raw, &name, name.count, &long, long.count, &attributes)
            if count == 0 { break }
            guard count > 0 else { throw failure(count, "listing") }
            let bytes = name.prefix(Int(count)).map { UInt8(bitPattern: $0) }
            if bytes == [0x2E] || bytes == [0x2E, 0x2E] { continue }
            var status = Self.status(attributes)
            // Not every server says in a listing what a thing is.
            if status.mode == 0 {
                guard let found = try look(folder + [0x2F] + bytes) else { continue }
                status = found
            }
            batch.append(WireEntry(name: WireName(bytes), status: status))
            if batch.count == Self.batch {
                tell(batch)
                batch.removeAll(keepingCapacity: true)
            }
        }
        if !batch.isEmpty { tell(batch) }
    }

    /// What stands at `path`, links not followed; nil for nothing.
    func look(_ path: [UInt8]) throws(WireFault) -> WireStatus? {
        var attributes = LIBSSH2_SFTP_ATTRIBUTES()
        let path = Self.characters(path)
        let result = unsafe libssh2_sftp_stat_ex(
            sftp, path, UInt32(path.count), LIBSSH2_SFTP_LSTAT, &attributes)
        if result == 0 { return Self.status(attributes) }
        let fault = failure(result, "looking")
        if fault.kind == .notFound { return nil }
        throw fault
    }

    private static func status(_ attributes: LIBSSH2_SFTP_ATTRIBUTES) -> WireStatus {
        func has(_ flag: Int32) -> Bool { attributes.flags & UInt(flag) != 0 }
        return WireStatus(
            size: has(LIBSSH2_SFTP_ATTR_SIZE) ? Int64(truncatingIfNeeded: attributes.filesize) : -1,
            mode: has(LIBSSH2_SFTP_ATTR_PERMISSIONS)
                ? UInt32(truncatingIfNeeded: attributes.permissions) : 0,
            modified: has(LIBSSH2_SFTP_ATTR_ACMODTIME)
                ? Int64(truncatingIfNeeded: attributes.mtime) : 0)
    }

    // MARK: Copying

    /// Copies a regular file to `descriptor`. A file that the server cuts reads as a clean end, so
    /// sizes are compared before and after.
    func fetch(
        _ path: [UInt8], _ expected: WireStatus, to descriptor: Int32
    ) throws(WireFault) -> Int64 {
        // Opening a FIFO would hang the server's side until the time is out.
        guard let found = try look(path) else {
            throw WireFault(.notFound, "fetching", isUsable: true)
        }
        guard found.isFile else { throw WireFault(.notRegular, "fetching", isUsable: true) }
        guard found.isSame(as: expected) else {
            throw WireFault(.changed, "fetching", isUsable: true)
        }
        let handle = try open(
            path, flags: UInt(LIBSSH2_FXF_READ), mode: 0, kind: LIBSSH2_SFTP_OPENFILE, "fetching")
        guard try status(handle).isSame(as: expected) else {
            throw WireFault(.changed, "fetching", isUsable: true)
        }
        // libssh2 asks ahead for as much as it is given room for: of a small file that would be
        // hundreds of answers that there is nothing more.
        let room = min(Int64(Self.chunk), max(expected.size, 1))
        var buffer = [UInt8](repeating: 0, count: Int(room))
        var moved: Int64 = 0
        while moved < expected.size {
            let count = unsafe buffer.withUnsafeMutableBytes { raw in
                unsafe libssh2_sftp_read(
                    handle.raw, raw.bindMemory(to: CChar.self).baseAddress, raw.count)
            }
            if count == 0 { break }
            guard count > 0 else { throw failure(Int32(truncatingIfNeeded: count), "fetching") }
            guard Self.write(buffer, count, to: descriptor) else {
                throw WireFault(.broken, "handing the file on", isUsable: false)
            }
            moved += Int64(count)
        }
        guard moved == expected.size, try status(handle).isSame(as: expected) else {
            throw WireFault(.changed, "fetching", isUsable: true)
        }
        return moved
    }

    /// Copies what `descriptor` holds into a file that is made or begun anew. A server without room
    /// says so on one write only, and closing says all is well: so its size is compared, and what is
    /// not whole is removed.
    func store(
        _ path: [UInt8], _ mode: UInt32, from descriptor: Int32
    ) throws(WireFault) -> Int64 {
        if let found = try look(path), !found.isFile {
            throw WireFault(.notRegular, "storing", isUsable: true)
        }
        let flags = UInt(LIBSSH2_FXF_WRITE | LIBSSH2_FXF_CREAT | LIBSSH2_FXF_TRUNC)
        let handle = try open(
            path, flags: flags, mode: Int(mode), kind: LIBSSH2_SFTP_OPENFILE, "storing")
        do throws(WireFault) {
            let moved = try fill(handle, from: descriptor)
            let synced = unsafe libssh2_sftp_fsync(handle.raw)
            if synced != 0 {
                let fault = failure(synced, "syncing")
                // Not every server can (fsync@openssh.com).
                guard fault.isUsable, lastStatus == 8 || lastStatus == 0 else { throw fault }
            }
            let closed = handle.close()
            guard closed == 0 else { throw failure(closed, "storing") }
            guard try look(path)?.size == moved else {
                throw WireFault(.notWritten, "the server holds another size", isUsable: true)
            }
            return moved
        } catch {
            if error.isUsable { try? remove(path) }
            throw error
        }
    }

    private func fill(_ handle: RemoteHandle, from descriptor: Int32) throws(WireFault) -> Int64 {
        var buffer = [UInt8](repeating: 0, count: Self.chunk)
        var moved: Int64 = 0
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { raw in
                unsafe Glibc.read(descriptor, raw.baseAddress, raw.count)
            }
            if count == 0 { return moved }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw WireFault(.broken, "reading what is to be stored", isUsable: false)
            }
            var done = 0
            while done < count {
                let written = unsafe buffer.withUnsafeBytes { raw in
                    unsafe libssh2_sftp_write(
                        handle.raw,
                        raw.bindMemory(to: CChar.self).baseAddress.map { unsafe $0 + done },
                        count - done)
                }
                guard written > 0 else {
                    let fault = failure(Int32(truncatingIfNeeded: written), "storing")
                    throw fault.kind == .broken && fault.isUsable
                        ? WireFault(.notWritten, fault.detail, isUsable: true) : fault
                }
                done += written
            }
            moved += Int64(count)
        }
    }

    // MARK: Naming

    /// Renames, never over what is there: SFTP v3's own rename refuses that, and what some servers
    /// make of it is looked at first.
    func rename(_ path: [UInt8], to target: [UInt8]) throws(WireFault) {
        if try look(target) != nil { throw WireFault(.exists, "renaming", isUsable: true) }
        let (from, to) = (Self.characters(path), Self.characters(target))
        let result = unsafe libssh2_sftp_rename_ex(
            sftp, from, UInt32(from.count), to, UInt32(to.count), 0)
        guard result != 0 else { return }
        let fault = failure(result, "renaming")
        // OpenSSH says no more than "failure" (4).
        if fault.isUsable, fault.kind == .broken, try look(target) != nil {
            throw WireFault(.exists, "renaming", isUsable: true)
        }
        throw fault
    }

    /// Removes a file; one that is gone already is no fault.
    func remove(_ path: [UInt8]) throws(WireFault) {
        let path = Self.characters(path)
        let result = unsafe libssh2_sftp_unlink_ex(sftp, path, UInt32(path.count))
        guard result != 0 else { return }
        let fault = failure(result, "removing")
        if fault.kind != .notFound { throw fault }
    }

    /// Makes a folder unless it is there.
    func makeFolder(_ path: [UInt8]) throws(WireFault) {
        if try look(path) != nil { return }
        let path = Self.characters(path)
        let result = unsafe libssh2_sftp_mkdir_ex(sftp, path, UInt32(path.count), 0o770)
        guard result == 0 else { throw failure(result, "making a folder") }
    }

    // MARK: libssh2

    private func open(
        _ path: [UInt8], flags: UInt, mode: Int, kind: Int32, _ step: String
    ) throws(WireFault) -> RemoteHandle {
        let path = Self.characters(path)
        let handle = unsafe libssh2_sftp_open_ex(
            sftp, path, UInt32(path.count), flags, mode, kind)
        guard let handle = unsafe handle else {
            throw failure(unsafe libssh2_session_last_errno(session.raw), step)
        }
        return unsafe RemoteHandle(handle)
    }

    private func status(_ handle: RemoteHandle) throws(WireFault) -> WireStatus {
        var attributes = LIBSSH2_SFTP_ATTRIBUTES()
        let result = unsafe libssh2_sftp_fstat_ex(handle.raw, &attributes, 0)
        guard result == 0 else { throw failure(result, "looking") }
        return Self.status(attributes)
    }

    private var lastStatus: UInt { unsafe libssh2_sftp_last_error(sftp) }

    /// What a negative result means: an answer of the server (section 7), or the session's end.
    private func failure(_ code: Int32, _ step: String) -> WireFault {
        guard code == LIBSSH2_ERROR_SFTP_PROTOCOL else { return session.fault(code, step) }
        let status = lastStatus
        let kind: WireFault.Kind =
            switch status {
            case 2, 10: .notFound
            case 3, 12: .notAllowed
            case 6, 7: .unreachable
            case 11: .exists
            case 14, 15: .notWritten
            case 19, 21: .notRegular
            default: .broken
            }
        return WireFault(
            kind, "\(step): the server answers \(status)", isUsable: kind != .unreachable)
    }

    private static func characters(_ path: [UInt8]) -> [CChar] {
        path.map { CChar(bitPattern: $0) }
    }

    private static func write(_ buffer: [UInt8], _ count: Int, to descriptor: Int32) -> Bool {
        var done = 0
        while done < count {
            let written = unsafe buffer.withUnsafeBytes { raw in
                unsafe Glibc.write(
                    descriptor, raw.baseAddress.map { unsafe $0 + done }, count - done)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return false }
            done += written
        }
        return true
    }
}

/// An open file or folder on the server, closed when the last reference goes.
@safe final class RemoteHandle {
    /// libssh2's handle.
    let raw: OpaquePointer
    private var isOpen = true

    init(_ raw: OpaquePointer) { unsafe self.raw = raw }

    deinit { _ = close() }

    /// Closes it, once: 0, or what libssh2 says.
    func close() -> Int32 {
        guard isOpen else { return 0 }
        isOpen = false
        return unsafe libssh2_sftp_close_handle(raw)
    }
}
