import Foundation
import Glibc

/// A program that ran to its end.
struct Launch {
    /// Seconds by the wall.
    let seconds: Double
    /// Seconds of processor time, all cores together.
    let processor: Double
    /// The most memory it held, in bytes.
    let peak: Int
    /// Its exit code; 128 and more when a signal ended it.
    let exit: Int32

    /// Runs `arguments`, on the first core alone when `cores` is 1. Output goes to `output`.
    static func run(
        _ arguments: [String], cores: Int = 2, output: String = "/dev/null"
    ) throws -> Launch {
        // A process counts the memory of the one that spawned it as its own peak: GNU time, which has
        // little, stands between.
        let told = "\(output == "/dev/null" ? "/tmp/waybill-bench-\(getpid())" : output).peak"
        defer { _ = unsafe unlink(told) }
        let all =
            ["/usr/bin/time", "-q", "-f", "%M", "-o", told]
            + (cores == 1 ? ["/usr/bin/taskset", "-c", "0"] : []) + arguments
        var pointers: [UnsafeMutablePointer<CChar>?] = unsafe all.map { unsafe strdup($0) }
        unsafe pointers.append(nil)
        defer { unsafe pointers.forEach { unsafe free($0) } }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        unsafe posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
        unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var process: pid_t = 0
        let clock = ContinuousClock()
        let start = clock.now
        let code = unsafe posix_spawn(&process, all[0], &actions, nil, pointers, environ)
        guard code == 0 else { throw BenchFault("\(all[0]) does not start: errno \(code)") }
        var status: Int32 = 0
        var usage = rusage()
        while unsafe wait4(process, &status, 0, &usage) < 0 {
            guard errno == EINTR else { throw BenchFault("wait4: errno \(errno)") }
        }
        let seconds = Stopwatch.seconds(start.duration(to: clock.now))
        func time(_ value: timeval) -> Double { Double(value.tv_sec) + Double(value.tv_usec) / 1e6 }
        let signal = status & 0x7F
        let text = try String(contentsOfFile: told, encoding: .utf8)
        guard let kilobytes = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw BenchFault("GNU time tells no peak")
        }
        return Launch(
            seconds: seconds, processor: time(usage.ru_utime) + time(usage.ru_stime),
            peak: kilobytes << 10, exit: signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
    }
}
