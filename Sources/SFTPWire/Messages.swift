public import Foundation

/// A name or path as the server has it: bytes, since SFTP v3 knows no character set.
public struct WireName: Codable, Sendable, Hashable {
    private let data: Data

    /// Names `bytes`.
    public init(_ bytes: [UInt8]) { data = Data(bytes) }

    /// The bytes.
    public var bytes: [UInt8] { Array(data) }

    /// As Base64 (RFC 4648, section 4).
    public init(from decoder: any Decoder) throws {
        data = try decoder.singleValueContainer().decode(Data.self)
    }

    /// As Base64.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(data)
    }
}

/// A server, and who signs in there. Secrets travel in this message alone: neither arguments nor
/// environment ever hold one.
public struct WireServer: Codable, Sendable {
    /// A host's public key that is expected: its fingerprint, and its type where that is stated.
    public struct Pin: Codable, Sendable, Hashable {
        /// `ssh-ed25519`; nil when only the fingerprint is known.
        public let type: String?
        /// SHA-256 of the key, 32 bytes.
        public let fingerprint: Data

        /// Describes a pin.
        public init(type: String?, fingerprint: Data) {
            self.type = type
            self.fingerprint = fingerprint
        }
    }

    /// Name or address.
    public var host: String
    /// TCP port.
    public var port: UInt16
    /// Who signs in.
    public var user: String
    /// The private key, as its file holds it.
    public var key: Data?
    /// What opens the key.
    public var passphrase: String?
    /// The password.
    public var password: String?
    /// The keys that the server may show; none: any is told, and nobody signs in.
    public var pins: [Pin]
    /// Seconds that one exchange with the server may take.
    public var timeout: Int

    /// Describes a server.
    public init(
        host: String, port: UInt16, user: String, key: Data?, passphrase: String?,
        password: String?, pins: [Pin], timeout: Int
    ) {
        self.host = host
        self.port = port
        self.user = user
        self.key = key
        self.passphrase = passphrase
        self.password = password
        self.pins = pins
        self.timeout = timeout
    }
}

/// What a server says of a file (SFTP v3, draft-ietf-secsh-filexfer-02 section 5).
public struct WireStatus: Codable, Sendable, Hashable {
    /// Bytes.
    public let size: Int64
    /// Type and permissions, as in `st_mode`; 0 when the server does not say.
    public let mode: UInt32
    /// Seconds since 1970 by the server's clock.
    public let modified: Int64

    /// Describes a file.
    public init(size: Int64, mode: UInt32, modified: Int64) {
        self.size = size
        self.mode = mode
        self.modified = modified
    }

    /// Whether it is a regular file.
    public var isFile: Bool { mode & 0o170000 == 0o100000 }

    /// Whether it looks like the same content: its mode may have changed.
    public func isSame(as other: WireStatus) -> Bool {
        size == other.size && modified == other.modified
    }
}

/// What the parent asks of the child. A descriptor that is needed comes beside the message.
public enum WireRequest: Codable, Sendable {
    /// Connects and signs in. Answered by `connected`.
    case connect(WireServer)
    /// Everything in a folder. Answered by several `entries`.
    case list(WireName)
    /// What stands at a path, without following a link. Answered by `found`.
    case look(WireName)
    /// Writes a regular file's bytes to the descriptor, when it still is what was listed, and stays
    /// so. Answered by `moved`.
    case fetch(WireName, expecting: WireStatus)
    /// Writes what the descriptor holds to a new file, synced where the server can. Answered by
    /// `moved`.
    case store(WireName, mode: UInt32)
    /// Renames, never over what is there. Answered by `done`.
    case rename(WireName, to: WireName)
    /// Removes a file. Answered by `done`.
    case remove(WireName)
    /// Makes a folder unless it is there. Answered by `done`.
    case makeFolder(WireName)
}

/// What the child answers.
public enum WireReply: Codable, Sendable {
    /// Signed in; the server's key, as `ssh-keygen` tells it.
    case connected(hostKey: String)
    /// A part of a listing.
    case entries([WireEntry], isLast: Bool)
    /// What stands at a path; nil for nothing.
    case found(WireStatus?)
    /// Bytes that were copied.
    case moved(Int64)
    /// It is so.
    case done
    /// It could not be done; the connection may be used again only when `isUsable`.
    case failed(WireFault)
}

/// One name of a listing.
public struct WireEntry: Codable, Sendable, Hashable {
    /// Its name.
    public let name: WireName
    /// What it is.
    public let status: WireStatus

    /// Describes a name.
    public init(name: WireName, status: WireStatus) {
        self.name = name
        self.status = status
    }
}

/// What went wrong between the child and its server.
public struct WireFault: Codable, Sendable, Error {
    /// What kind of thing it was.
    public enum Kind: String, Codable, Sendable {
        /// The server cannot be reached, or the connection broke.
        case unreachable
        /// It took too long.
        case timeout
        /// The two sides have no algorithm in common.
        case algorithms
        /// The server's key is none of those expected.
        case hostKey
        /// The server does not let us in.
        case signIn
        case notFound, exists, notAllowed, changed, notRegular
        /// The server broke off a write.
        case notWritten
        /// Anything else.
        case broken
    }

    /// What kind of thing it was.
    public let kind: Kind
    /// Particulars for whoever runs the system, without names of files.
    public let detail: String
    /// Whether the connection is as good as before.
    public let isUsable: Bool

    /// Describes a fault.
    public init(_ kind: Kind, _ detail: String, isUsable: Bool) {
        self.kind = kind
        self.detail = detail
        self.isUsable = isUsable
    }
}
