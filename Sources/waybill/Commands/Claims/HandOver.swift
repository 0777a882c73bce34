import Exchange
import Foundation
import Glibc
import Ledger
import Reports

/// Puts a delivered file into a folder, whole or not at all, with its cover sheet beside it.
struct HandOver {
    /// Why a file could not be handed over; no name of a person.
    enum Fault: Error, CustomStringConvertible {
        case gone, differs, exists
        case system(String, Int32)

        var description: String {
            switch self {
            case .gone: "the file is gone"
            case .differs: "the file is not what was published: its SHA-256 differs"
            case .exists: "the folder has a file of that name already"
            case .system(let call, let code): "\(call): error \(code)"
            }
        }
    }

    /// The folder.
    let folder: String

    /// Copies the file, compares it with what the ledger says was published, and gives it its name.
    /// - Returns: where it lies.
    func give(
        _ delivery: Delivery, from transport: any Transport, _ sheet: CoverSheet
    ) async throws -> String {
        let path = folder + "/" + delivery.final
        let temporary = folder + "/.\(delivery.final).waybill"
        guard !FileManager.default.fileExists(atPath: path) else { throw Fault.exists }
        let name = Array(delivery.final.utf8)
        guard let entry = try await transport.list().first(where: { $0.name == name }) else {
            throw Fault.gone
        }
        do {
            let fetched = try await transport.fetch(entry, to: temporary)
            guard fetched.digest == delivery.digest else { throw Fault.differs }
            try sync(temporary)
            // The sheet first: whoever sees the file finds its sheet.
            try write(sheet.text(), to: "\(path).cover.txt")
            try write(try sheet.html(), to: "\(path).cover.html")
            guard unsafe chmod(temporary, 0o640) == 0, unsafe rename(temporary, path) == 0 else {
                throw Fault.system("rename", errno)
            }
            try sync(folder)
        } catch {
            unsafe _ = unlink(temporary)
            throw error
        }
        return path
    }

    private func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        try sync(path)
    }

    private func sync(_ path: String) throws {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Fault.system("open", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Fault.system("fsync", errno) }
    }
}
