import Foundation
public import Glibc

/// Runs programs for tests.
public enum Program {
    /// How a process ended, and what it said.
    public struct Ended: Sendable, CustomStringConvertible {
        /// The exit code; nil when a signal ended it.
        public let code: Int32?
        /// The signal that ended it.
        public let signal: Int32?
        /// What it said.
        public let out: String
        /// What it complained of.
        public let err: String
        /// The most memory it had, in bytes; 0 when it was not watched.
        public let peak: Int

        /// All of it.
        public var description: String {
            "code \(code.map(String.init) ?? "-"), signal \(signal.map(String.init) ?? "-")\n"
                + "--- stdout\n\(out)\n--- stderr\n\(err)"
        }
    }

    /// Why nothing could be run: a test then fails, it is never skipped.
    public struct Missing: Error, CustomStringConvertible {
        /// What is missing.
        public let description: String
        /// Tells what is missing.
        public init(description: String) { self.description = description }
    }

    /// Runs a program to its end. Output goes through files, so that no pipe can fill up.
    /// - Parameter isWatched: GNU time starts it and notes its peak memory. What `wait4` says of a
    ///   child that was spawned counts its parent's memory too: that of all tests together.
    public static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:],
        isWatched: Bool = false
    ) throws -> Ended {
        let scratch = NSTemporaryDirectory() + "waybill-said-" + UUID().uuidString
        defer {
            for end in [".out", ".err", ".peak"] {
                try? FileManager.default.removeItem(atPath: scratch + end)
            }
        }
        var inherited = ProcessInfo.processInfo.environment
        inherited.merge(environment) { $1 }
        inherited["SWIFT_BACKTRACE"] = "enable=no"
        let watch = isWatched ? ["/usr/bin/time", "-q", "-f", "%M", "-o", scratch + ".peak"] : []
        let status = try wait(
            start(
                watch + [program] + arguments, inherited.map { "\($0)=\($1)" },
                out: scratch + ".out", err: scratch + ".err"))
        func text(_ end: String) -> String {
            String(
                decoding: FileManager.default.contents(atPath: scratch + end) ?? Data(),
                as: UTF8.self)
        }
        let signal = status & 0x7F
        return Ended(
            code: signal == 0 ? (status >> 8) & 0xFF : nil, signal: signal == 0 ? nil : signal,
            out: text(".out"), err: text(".err"),
            peak: (Int(text(".peak").trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0) << 10)
    }

    /// Starts a program and goes on.
    /// - Parameters:
    ///   - environment: `NAME=value` each; nothing else is passed on.
    ///   - out: the file that it writes to.
    ///   - err: the file that it complains to.
    /// - Returns: its process id, for `wait`.
    public static func start(
        _ words: [String], _ environment: [String], out: String, err: String
    ) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(
            &actions, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        unsafe posix_spawn_file_actions_addopen(
            &actions, 2, err, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        var variables = unsafe environment.map { unsafe strdup($0) } + [nil]
        defer {
            unsafe arguments.forEach { unsafe free($0) }
            unsafe variables.forEach { unsafe free($0) }
        }
        var child: pid_t = 0
        let failure = unsafe posix_spawn(&child, words[0], &actions, nil, &arguments, &variables)
        guard failure == 0 else {
            throw Missing(description: "\(words[0]) cannot be started: error \(failure)")
        }
        return child
    }

    /// Waits until a program ends, and answers its status as `waitpid` tells it.
    public static func wait(_ child: pid_t) throws -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw Missing(description: "waitpid: error \(errno)") }
        }
        return status
    }
}
