import Bytes
public import Exchange
import Foundation

/// Schema files on disk: the site's own folder first, then the one shipped with the program.
public struct SchemaStore: SchemaSource {
    /// The folders, looked through in order; absolute.
    public let roots: [String]

    /// Looks through `roots`.
    public init(roots: [String]) { self.roots = roots }

    /// The folders for a site at `site` (nil without one): the site's `schemas`, the one that
    /// `WAYBILL_SCHEMAS` names, the one beside or above the executable, the one of an installation.
    public static func standard(site: String?, folder: String = "schemas") -> SchemaStore {
        var roots: [String] = []
        if let site { roots.append(folder.hasPrefix("/") ? folder : site + "/" + folder) }
        if let named = ProcessInfo.processInfo.environment["WAYBILL_SCHEMAS"] {
            roots.append(named)
        }
        var folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent()
        for _ in 0..<6 {
            roots.append(folder.appendingPathComponent("schemas").path)
            roots.append(folder.appendingPathComponent("share/waybill/schemas").path)
            folder.deleteLastPathComponent()
        }
        roots.append("/usr/share/waybill/schemas")
        var seen: Set<String> = []
        return SchemaStore(
            roots: roots.filter {
                seen.insert($0).inserted && FileManager.default.fileExists(atPath: $0)
            })
    }

    /// The absolute path of a file: see `SchemaSource`.
    public func absolutePath(_ path: String) -> String? {
        guard !path.split(separator: "/").contains("..") else { return nil }
        for root in roots {
            let candidate = root + "/" + path
            if FileManager.default.fileExists(atPath: candidate) { return candidate }
        }
        return nil
    }

    /// The file at a path: see `SchemaSource`.
    public func file(_ path: String) -> [UInt8]? {
        guard let place = absolutePath(path) else { return nil }
        return try? FileBytes.read(place)
    }

    /// What is there now: see `Transport`.
    public func list(_ folder: String) -> [String] {
        guard !folder.split(separator: "/").contains("..") else { return [] }
        var names: Set<String> = []
        for root in roots {
            let found = FileManager.default.enumerator(atPath: root + "/" + folder)?
                .compactMap { $0 as? String }
            names.formUnion(found ?? [])
        }
        return names.sorted()
    }
}

/// Reading small files whole.
enum FileBytes {
    /// The bytes of the file at `path`, up to `limit`.
    static func read(_ path: String, limit: Int = 64 << 20) throws(SystemError) -> [UInt8] {
        var source = try FileSource(path: path)
        var bytes: [UInt8] = []
        while bytes.count < limit {
            if try source.read(into: &bytes, count: min(1 << 20, limit - bytes.count)) == 0 {
                break
            }
        }
        return bytes
    }
}
