import Exchange
import Foundation
import Glibc

/// Where a secret is: settings never hold one.
struct Secret: Sendable, Hashable {
    /// What kind of place.
    enum Place: String, Sendable, CaseIterable {
        /// A file that nobody but its owner may read.
        case file
        /// An environment variable.
        case env
        /// A file below `$CREDENTIALS_DIRECTORY`, as systemd passes it.
        case credential
    }

    let place: Place
    /// The file's path (absolute), or the variable's or credential's name.
    let name: String

    /// Reads `file:PATH`, `env:NAME` or `credential:NAME`; nil for anything else.
    init?(_ text: String, site root: String) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, let place = Place(rawValue: parts[0]), !parts[1].isEmpty else {
            return nil
        }
        self.place = place
        name = place == .file && !parts[1].hasPrefix("/") ? root + "/" + parts[1] : parts[1]
    }

    /// The secret's bytes. Errors: `signIn`, when it is not there, or a file that others may read.
    func bytes(_ what: String) throws(TransportError) -> Data {
        switch place {
        case .env:
            guard let value = ProcessInfo.processInfo.environment[name] else {
                throw fault(what, "the environment has no \(name)")
            }
            return Data(value.utf8)
        case .file: return try read(name, what)
        case .credential:
            guard let folder = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"] else {
                throw fault(what, "there is no $CREDENTIALS_DIRECTORY")
            }
            return try read(folder + "/" + name, what)
        }
    }

    /// The secret as text, without the line end that editors put behind it.
    func text(_ what: String) throws(TransportError) -> String {
        guard let text = String(data: try bytes(what), encoding: .utf8) else {
            throw fault(what, "it is no text")
        }
        return String(text.trimmingCharacters(in: .newlines))
    }

    private func read(_ path: String, _ what: String) throws(TransportError) -> Data {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else {
            throw fault(
                what, "its file cannot be opened: \(unsafe String(cString: strerror(errno)))")
        }
        let file = Descriptor(number)
        var status = stat()
        guard unsafe fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw fault(what, "it is no file")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw fault(what, "others may read its file: chmod 600")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw fault(what, "its file belongs to somebody else")
        }
        guard let bytes = try? FileHandle(fileDescriptor: file.number).read(upToCount: 1 << 20)
        else { throw fault(what, "its file is empty") }
        return bytes
    }

    private func fault(_ what: String, _ detail: String) -> TransportError {
        TransportError(
            .signIn, operation: "connect", isTemporary: false, detail: "the \(what): \(detail)")
    }
}
