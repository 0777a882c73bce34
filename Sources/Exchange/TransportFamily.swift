/// A kind of place, as the list of transports in the executable holds it.
public protocol TransportFamily: Sendable {
    /// The key in a feed's `source:` or a destination's settings that asks for it: `folder`.
    var key: String { get }
    /// Every kind of finding that reading its settings makes.
    var findingKinds: [FindingKind] { get }
    /// Makes the transport that `node` (a `source:` or a destination) asks for. It takes only the
    /// keys it knows; the caller reports the keys that nobody took.
    func read(_ reader: inout SettingsReader, site root: String) -> (any Transport)?
    /// What of the settings below `key` names the place itself: it stays the same when a key or a
    /// time-out changes, so that what was seen there stays known.
    func identity(of node: SettingsNode) -> String
}
