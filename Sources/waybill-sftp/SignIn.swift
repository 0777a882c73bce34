import CLibSSH2
import Foundation
import Glibc
import SFTPWire

/// The password, for the call-back that libssh2 answers a server's questions by.
final class Prompts {
    var password = ""
}

/// Signs in by what the server asks for, one method after another: key, password, questions
/// (RFC 4252, 4256). A server may want two of them.
struct SignIn {
    private let session: Session
    private let server: WireServer

    init(_ session: Session, _ server: WireServer) {
        self.session = session
        self.server = server
    }

    func run() throws(WireFault) {
        var tried: Set<String> = []
        var said: [String] = []
        while true {
            guard let methods = try methods() else { return }
            guard
                let method = ["publickey", "password", "keyboard-interactive"].first(where: {
                    methods.contains($0) && !tried.contains($0) && isPossible($0)
                })
            else {
                let wanted = methods.joined(separator: ", ")
                throw WireFault(
                    .signIn,
                    said.isEmpty
                        ? "the server wants \(wanted); the settings have none of it"
                        : said.joined(separator: "; ") + " (the server wants \(wanted))",
                    isUsable: false)
            }
            tried.insert(method)
            if let reason = try attempt(method) { said.append(reason) }
        }
    }

    /// The methods that the server goes on with; nil when somebody is signed in.
    private func methods() throws(WireFault) -> [String]? {
        // Asked again, a server that has let somebody in does not answer.
        if unsafe libssh2_userauth_authenticated(session.raw) == 1 { return nil }
        let user = server.user
        let list = unsafe libssh2_userauth_list(session.raw, user, UInt32(user.utf8.count))
        if let list = unsafe list {
            return unsafe String(cString: list).split(separator: ",").map(String.init)
        }
        if unsafe libssh2_userauth_authenticated(session.raw) == 1 { return nil }
        throw session.fault(unsafe libssh2_session_last_errno(session.raw), "asking how to sign in")
    }

    private func isPossible(_ method: String) -> Bool {
        method == "publickey" ? server.key != nil : server.password != nil
    }

    /// - Returns: why it did not work; nil when it did, wholly or in part.
    private func attempt(_ method: String) throws(WireFault) -> String? {
        let result: Int32
        let length = server.user.utf8.count
        switch method {
        case "publickey":
            let key = server.key ?? Data()
            result = unsafe key.withUnsafeBytes { raw in
                unsafe libssh2_userauth_publickey_frommemory(
                    session.raw, server.user, length, nil, 0,
                    raw.bindMemory(to: CChar.self).baseAddress, raw.count, server.passphrase)
            }
        case "password":
            let password = server.password ?? ""
            result = unsafe libssh2_userauth_password_ex(
                session.raw, server.user, UInt32(length), password,
                UInt32(password.utf8.count), nil)
        default:
            session.prompts.password = server.password ?? ""
            result = unsafe libssh2_userauth_keyboard_interactive_ex(
                session.raw, server.user, UInt32(length), answerPrompts)
            session.prompts.password = ""
        }
        switch result {
        case 0: return nil
        case LIBSSH2_ERROR_AUTHENTICATION_FAILED, LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED,
            LIBSSH2_ERROR_FILE, LIBSSH2_ERROR_KEYFILE_AUTH_FAILED:
            return reason(method, result)
        default: throw session.fault(result, "signing in")
        }
    }

    private func reason(_ method: String, _ code: Int32) -> String {
        guard method == "publickey" else { return "\(method) was refused" }
        let key = KeyFile(server.key ?? Data())
        if key.isEncrypted {
            return server.passphrase == nil
                ? "the key wants a passphrase" : "the key was refused: is its passphrase right?"
        }
        if code == LIBSSH2_ERROR_FILE { return "the key cannot be read: is it a private key?" }
        if key.isRSA, Session.version.hasPrefix("1.10") || Session.version.hasPrefix("1.9") {
            return
                "libssh2 \(Session.version) signs with RSA keys by SHA-1 only, which servers refuse: "
                + "make an ed25519 key"
        }
        return "the key was refused"
    }
}

/// What a private key's file tells without being opened: PEM, or OpenSSH's own form
/// (openssh-key-v1: magic, cipher, key derivation, …, public key).
struct KeyFile {
    /// Whether it takes a passphrase to use it.
    let isEncrypted: Bool
    /// Whether it is an RSA key.
    let isRSA: Bool

    init(_ data: Data) {
        let text = String(decoding: data, as: UTF8.self)
        let body = text.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
        let bytes = Data(base64Encoded: body, options: .ignoreUnknownCharacters) ?? Data()
        let magic = Data("openssh-key-v1\0".utf8)
        if bytes.starts(with: magic) {
            let none = Data([0, 0, 0, 4] + Array("none".utf8))
            isEncrypted = !bytes.dropFirst(magic.count).starts(with: none)
            isRSA = bytes.prefix(200).range(of: Data("ssh-rsa".utf8)) != nil
        } else {
            isEncrypted = text.contains("ENCRYPTED")
            isRSA = text.contains("BEGIN RSA PRIVATE KEY")
        }
    }
}

/// Answers each question of a server with the password (RFC 4256).
private func answerPrompts(
    _ name: UnsafePointer<CChar>?, _ nameLength: Int32, _ instruction: UnsafePointer<CChar>?,
    _ instructionLength: Int32, _ count: Int32,
    _ prompts: UnsafePointer<LIBSSH2_USERAUTH_KBDINT_PROMPT>?,
    _ responses: UnsafeMutablePointer<LIBSSH2_USERAUTH_KBDINT_RESPONSE>?,
    _ abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) {
    guard let held = unsafe abstract?.pointee, let responses = unsafe responses else { return }
    let password = unsafe Unmanaged<Prompts>.fromOpaque(held).takeUnretainedValue().password
    for index in 0..<Int(count) {
        // libssh2 frees it.
        unsafe responses[index].text = strdup(password)
        unsafe responses[index].length = UInt32(password.utf8.count)
    }
}
