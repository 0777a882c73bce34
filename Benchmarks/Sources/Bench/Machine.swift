import Foundation
import Glibc

/// What the figures were measured on.
enum Machine {
    /// Processor, cores, load, date, seed and command, as Markdown.
    static func description(seed: UInt64) -> String {
        let processor =
            (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?
            .split(separator: "\n").first { $0.hasPrefix("model name") }?
            .split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
        let load =
            (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8))?
            .split(separator: " ").prefix(3).joined(separator: " ") ?? "unknown"
        let date = Date().formatted(.iso8601)
        let arguments = CommandLine.arguments.dropFirst().joined(separator: " ")
        return """
            - machine: \(processor), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores
            - load at the end (1, 5, 15 minutes): \(load)
            - date: \(date)
            - seed: \(seed)
            - command: `waybill-bench\(arguments.isEmpty ? "" : " " + arguments)`
            """
    }
}
