public import Exchange
import Foundation

/// The project's own schemas.
public struct ShippedSchemas: SchemaSource {
    /// The project's folder.
    public static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    private let more: [String: [UInt8]]

    /// The schemas, and besides them files that are not there, by their paths.
    public init(and more: [String: [UInt8]] = [:]) { self.more = more }

    private func path(_ path: String) -> String { Self.project + "/schemas/" + path }

    /// The bytes of one.
    public func file(_ path: String) -> [UInt8]? {
        more[path] ?? FileManager.default.contents(atPath: self.path(path)).map(Array.init)
    }

    /// Where it lies; nil when it does not.
    public func absolutePath(_ path: String) -> String? {
        FileManager.default.fileExists(atPath: self.path(path)) ? self.path(path) : nil
    }

    /// The files below a folder.
    public func list(_ folder: String) -> [String] {
        let all = FileManager.default.enumerator(atPath: path(folder))?.allObjects as? [String]
        return (all ?? []).sorted()
    }
}

/// Control numbers from 1 in each series.
public final class CountingNumbers: ControlNumbers, @unchecked Sendable {
    private var last: [String: Int64] = [:]

    /// None given out yet.
    public init() {}

    /// The next of a series.
    public func next(_ series: String) -> Int64 {
        last[series, default: 0] += 1
        return last[series, default: 0]
    }
}
