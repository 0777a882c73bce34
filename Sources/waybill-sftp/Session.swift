import CLibSSH2
import Glibc
import SFTPWire

/// An SSH session over a TCP connection: keys exchanged, nobody signed in. One thread's.
@safe final class Session {
    /// libssh2's session.
    let raw: OpaquePointer
    /// What `SignIn` leaves for libssh2's call-back.
    let prompts = Prompts()
    private let socket: Int32

    /// Ciphers, best first. On libssh2 1.11 one flipped byte under chacha20 makes it spin.
    private static let ciphers =
        "aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr"
    private static let codes =
        "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512"

    private static let isReady = libssh2_init(0) == 0

    /// Connects and exchanges keys.
    /// - Parameter hostKeys: the algorithms for the server's key, best first.
    init(_ server: WireServer, hostKeys: String) throws(WireFault) {
        guard Self.isReady else {
            throw WireFault(.broken, "libssh2 cannot start", isUsable: false)
        }
        let milliseconds = server.timeout * 1000
        let socket = try Dialling.connect(server.host, server.port, milliseconds)
        let prompts = unsafe Unmanaged.passUnretained(self.prompts).toOpaque()
        guard let raw = unsafe libssh2_session_init_ex(nil, nil, nil, prompts) else {
            close(socket)
            throw WireFault(.broken, "libssh2 has no memory", isUsable: false)
        }
        self.socket = socket
        unsafe self.raw = raw
        unsafe libssh2_session_set_blocking(raw, 1)
        unsafe libssh2_session_set_timeout(raw, milliseconds)
        let wishes = [
            (LIBSSH2_METHOD_HOSTKEY, hostKeys), (LIBSSH2_METHOD_CRYPT_CS, Self.ciphers),
            (LIBSSH2_METHOD_CRYPT_SC, Self.ciphers), (LIBSSH2_METHOD_MAC_CS, Self.codes),
            (LIBSSH2_METHOD_MAC_SC, Self.codes),
        ]
        for (method, names) in wishes
        where unsafe libssh2_session_method_pref(raw, method, names) != 0 {
            throw WireFault(.algorithms, "libssh2 knows none of \(names)", isUsable: false)
        }
        let result = unsafe libssh2_session_handshake(raw, socket)
        guard result == 0 else { throw fault(result, "connecting") }
    }

    deinit {
        unsafe _ = libssh2_session_free(raw)
        close(socket)
    }

    /// What a negative result of libssh2 means.
    func fault(_ code: Int32, _ step: String) -> WireFault {
        let kind: WireFault.Kind =
            switch code {
            case LIBSSH2_ERROR_TIMEOUT, LIBSSH2_ERROR_SOCKET_TIMEOUT: .timeout
            case LIBSSH2_ERROR_KEX_FAILURE, LIBSSH2_ERROR_METHOD_NONE: .algorithms
            case LIBSSH2_ERROR_AUTHENTICATION_FAILED, LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED,
                LIBSSH2_ERROR_FILE, LIBSSH2_ERROR_KEYFILE_AUTH_FAILED,
                LIBSSH2_ERROR_PASSWORD_EXPIRED:
                .signIn
            case LIBSSH2_ERROR_BANNER_RECV, LIBSSH2_ERROR_BANNER_SEND,
                LIBSSH2_ERROR_SOCKET_SEND, LIBSSH2_ERROR_SOCKET_RECV,
                LIBSSH2_ERROR_SOCKET_DISCONNECT, LIBSSH2_ERROR_BAD_SOCKET,
                LIBSSH2_ERROR_CHANNEL_CLOSED, LIBSSH2_ERROR_CHANNEL_EOF_SENT:
                .unreachable
            default: .broken
            }
        var detail = "\(step): libssh2 \(code)"
        if kind == .algorithms {
            detail +=
                ": the server and libssh2 \(Self.version) have no algorithm in common "
                + "(1.10 knows neither RSA host keys by SHA-2 nor AES-GCM)"
        }
        return WireFault(kind, detail, isUsable: false)
    }

    /// `1.10.0`.
    static var version: String {
        if let text = unsafe libssh2_version(0) { unsafe String(cString: text) } else { "?" }
    }
}

/// Opening TCP connections.
enum Dialling {
    /// A connected socket: close-on-exec, without Nagle's delay, since SFTP waits for each answer.
    static func connect(
        _ host: String, _ port: UInt16, _ milliseconds: Int
    ) throws(WireFault) -> Int32 {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let result = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard result == 0 else {
            let text = unsafe String(cString: gai_strerror(result))
            throw WireFault(.unreachable, "the name of the server: \(text)", isUsable: false)
        }
        defer { unsafe freeaddrinfo(list) }
        var last: Int32 = ECONNREFUSED
        var item = unsafe list
        while let address = unsafe item?.pointee {
            unsafe item = address.ai_next
            let number = unsafe socket(
                address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue),
                address.ai_protocol)
            guard number >= 0 else {
                last = errno
                continue
            }
            last = unsafe dial(number, address, milliseconds)
            if last == 0 { return number }
            close(number)
        }
        let text = unsafe String(cString: strerror(last))
        throw WireFault(
            last == ETIMEDOUT ? .timeout : .unreachable, "connecting: \(text)", isUsable: false)
    }

    private static func dial(_ number: Int32, _ address: addrinfo, _ milliseconds: Int) -> Int32 {
        let flags = fcntl(number, F_GETFL)
        _ = fcntl(number, F_SETFL, flags | O_NONBLOCK)
        if unsafe Glibc.connect(number, address.ai_addr, address.ai_addrlen) != 0 {
            guard errno == EINPROGRESS else { return errno }
            var item = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
            guard unsafe poll(&item, 1, Int32(truncatingIfNeeded: milliseconds)) > 0 else {
                return ETIMEDOUT
            }
            var failure: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            guard unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &failure, &size) == 0 else {
                return errno
            }
            if failure != 0 { return failure }
        }
        _ = fcntl(number, F_SETFL, flags)
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        unsafe _ = setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
        unsafe _ = setsockopt(number, SOL_SOCKET, SO_KEEPALIVE, &on, size)
        return 0
    }
}
