#if DEBUG
    import Synchronization

    /// Counts checkpoints down to the one at which a crash test stops the run.
    final class Countdown: Sendable {
        private let left: Mutex<Int>

        init(_ number: Int) { left = Mutex(number) }

        func passes() -> Bool {
            left.withLock { left in
                left -= 1
                return left == 0
            }
        }
    }
#endif
