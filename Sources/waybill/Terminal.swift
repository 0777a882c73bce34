import Foundation
import Glibc

/// What is written where: data on stdout, progress and logs on stderr; colour on a terminal only.
enum Terminal {
    /// Writes a line of data.
    static func out(_ text: String) { write(text + "\n", to: 1) }

    /// Writes a line of progress or trouble.
    static func note(_ text: String) { write(text + "\n", to: 2) }

    /// Whether colour is wanted on stdout.
    static var isColoured: Bool {
        isatty(1) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            // A reader that went away (`| head`) ends the output, not the work.
            guard count > 0 else { return }
            bytes.removeFirst(count)
        }
    }

    /// One line of JSON with sorted keys.
    static func json(_ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if let data = try? encoder.encode(value) { out(String(decoding: data, as: UTF8.self)) }
    }
}

/// How a command ends (product, section 3).
enum Exit {
    static let ok: Int32 = 0
    static let internalError: Int32 = 1
    static let work: Int32 = 2
    static let exceptions: Int32 = 3
    static let outOfBalance: Int32 = 4
    static let failsafe: Int32 = 5
    static let transport: Int32 = 6
    static let missing: Int32 = 7
    static let locked: Int32 = 11
    static let notAuthorised: Int32 = 12
    static let usage: Int32 = 64
    static let settings: Int32 = 78
}
