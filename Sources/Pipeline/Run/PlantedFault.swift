/// A fault that a test plants between two named steps, to see that the balance finds it (law 2).
///
/// Planted in debug builds alone: elsewhere `Checkpoints.strikes` is false without looking.
public enum PlantedFault: String, Sendable, CaseIterable {
    /// A listed file that the listing forgets.
    case forgetFile = "forget-file"
    /// A record that was framed and never parsed.
    case loseFramed = "lose-framed"
    /// A record that was mapped and never settled.
    case loseMapped = "lose-mapped"
    /// An accepted record that Route never looked at.
    case loseAccepted = "lose-accepted"
    /// A routed record that Assemble never looked at.
    case loseRouted = "lose-routed"
    /// A record that has its leg, and whose bytes were never written.
    case loseWritten = "lose-written"
    /// A record that the trailer counts, and whose bytes were never written.
    case loseCounted = "lose-counted"
    /// A record whose bytes were written twice.
    case writeTwice = "write-twice"
    /// A record whose bytes were written and whose leg was not.
    case loseLeg = "lose-leg"
    /// A claim that is in a file and that nobody follows.
    case loseClaim = "lose-claim"
    /// A held record that never reaches the quarantine.
    case loseHold = "lose-hold"
    /// An accepted record that becomes rejected behind its legs.
    case changeOutcome = "change-outcome"
    /// A byte of a written file that turns into another.
    case corruptFile = "corrupt-file"
}
