/// A page context that outlives its run, so that one record can be opened again later.
///
/// Pipeline stores `saved` once for each file (every page of a file carries the same context) and
/// hands it back through `ContextRestoring` when it makes a page of one record.
public protocol SavedContext: Sendable {
    /// The context as bytes; never a value of a record.
    var saved: [UInt8] { get }
}

/// A format whose pages carry a context that can be saved.
public protocol ContextRestoring: Sendable {
    /// The context for a re-opened page; nil when `saved` does not fit this format's settings,
    /// and then the page is read with the context nil.
    func context(saved: [UInt8]) -> (any Sendable)?
}
