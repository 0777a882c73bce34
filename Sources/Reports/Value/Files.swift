extension Report {
    /// The files of a batch, as equation B1 counts them.
    public struct Files: Codable, Sendable, Hashable {
        /// Everything that lay at the sources.
        public var discovered: Int
        /// What the feeds say to pass over.
        public var ignored: Int
        /// What is not a plain file, or breaks a limit.
        public var refused: Int
        /// What was taken in by an earlier batch and still lies there.
        public var seenBefore: Int
        /// What is still being written.
        public var notReady: Int
        /// What this batch took in.
        public var claimed: Int
        /// Held files that were released into this batch.
        public var released: Int
        /// Files whose records have outcomes.
        public var processed: Int
        /// Files refused as a whole.
        public var rejected: Int
        /// Files that came before.
        public var duplicate: Int
        /// Files held as a whole.
        public var held: Int

        /// Counts files.
        public init(
            discovered: Int = 0, ignored: Int = 0, refused: Int = 0, seenBefore: Int = 0,
            notReady: Int = 0, claimed: Int = 0, released: Int = 0, processed: Int = 0,
            rejected: Int = 0, duplicate: Int = 0, held: Int = 0
        ) {
            self.discovered = discovered
            self.ignored = ignored
            self.refused = refused
            self.seenBefore = seenBefore
            self.notReady = notReady
            self.claimed = claimed
            self.released = released
            self.processed = processed
            self.rejected = rejected
            self.duplicate = duplicate
            self.held = held
        }
    }
}
