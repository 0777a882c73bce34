public import Exchange

/// What the night itself finds: about files as they arrive, and about records as they are
/// accounted for.
public enum RunFindings {
    // MARK: Files

    /// A thing in the source that is no regular file.
    public static let notRegular = FindingKind(
        "FIL-301", .warning, owner: .it, what: "something in the source is not a regular file",
        fix: "Remove it: folders, links, FIFOs and devices are never opened.", reach: .file)
    /// A file with a second name elsewhere.
    public static let hardLinked = FindingKind(
        "FIL-302", .warning, owner: .it, what: "a file in the source has a second name elsewhere",
        fix: "Ask the sender to write a file of its own into the folder.", reach: .file)
    /// A file that is still being written.
    public static let growing = FindingKind(
        "FIL-303", .info, owner: .it, what: "a file is not ready yet",
        fix: "Nothing: the next run looks again, until the feed's grace ends.", reach: .file)
    /// A file that belongs to no feed.
    public static let unmatched = FindingKind(
        "FIL-304", .warning, owner: .it, what: "a file's name belongs to no feed",
        fix: "Correct the name, or the feed's `match:`.", reach: .file)
    /// A source or destination that could not be reached or read.
    public static let unreachable = FindingKind(
        "FIL-305", .error, owner: .it, what: "a source or destination could not be used",
        fix: "Look at what the detail names, then run again: nothing was lost.", reach: .file)
    /// A server that shows another key than the one that is pinned.
    public static let hostKey = FindingKind(
        "FIL-307", .error, owner: .it, what: "a server does not show the host key that is pinned",
        fix:
            "Do not sign in by other means. Ask the partner by telephone whether the key was changed; if "
            + "so, write the new fingerprint beside the old one in `host_key:`. If not, somebody may "
            + "stand in between.",
        reach: .file)
    /// A server that does not let us in, or a key that cannot be used.
    public static let signIn = FindingKind(
        "FIL-308", .error, owner: .it, what: "a server cannot be signed in to",
        fix: "Mend what the detail names: the key's file and its mode, the user, the password.",
        reach: .file)
    /// A server that is too slow.
    public static let tooSlow = FindingKind(
        "FIL-309", .error, owner: .it, what: "a server did not answer in time, or sent too slowly",
        fix: "Run again; if it stays so, ask the partner, or raise `timeout:`.", reach: .file)
    /// What may be said of a place that cannot be used.
    static let unusablePlaces = [unreachable, hostKey, signIn, tooSlow]

    /// What is said of a place that cannot be used.
    /// - Parameter name: the destination's; none for a source, which is known by its feed.
    static func unusable(_ error: TransportError, at name: String? = nil) -> Finding {
        let kind =
            switch error.kind {
            case .hostKey: hostKey
            case .signIn: signIn
            case .timeout: tooSlow
            default: unreachable
            }
        return Finding(kind, (name.map { "\($0): " } ?? "") + error.description)
    }
    /// A file that changed while it was copied.
    public static let changed = FindingKind(
        "FIL-306", .warning, owner: .it, what: "a file changed while it was being copied",
        fix: "Nothing: it was left in place and the next run takes it.", reach: .file)
    /// The same bytes again.
    public static let sameBytes = FindingKind(
        "FIL-211", .warning, owner: .it,
        what: "this content was taken in before from the same place",
        fix: "Nothing, unless the sender meant something new.", reach: .file)
    /// An old name with new bytes.
    public static let sameName = FindingKind(
        "FIL-212", .warning, owner: .it, what: "a known file name came with new content",
        fix: "Ask the sender whether it corrects the earlier file.", reach: .file)
    /// An envelope seen before.
    public static let sameEnvelope = FindingKind(
        "FIL-213", .error, owner: .it, what: "this envelope was taken in before with other bytes",
        fix: "Ask the sender for a new control number, or whether the file is a repeat.",
        reach: .file)
    /// An envelope seen before, as it is told: an interchange in a TA1 (TA105 025).
    static let repeatedEnvelope = Finding(sameEnvelope, ack: ["TA105": "025"])
    /// A file whose trailer is missing or disagrees, or whose rows dropped.
    public static let fileHeld = FindingKind(
        "FIL-214", .warning, owner: .it, what: "the file is held as a whole",
        fix: "Ask the sender whether it is complete, then release or discard its records.",
        reach: .file)

    // MARK: Records

    /// The same key with the same content.
    public static let repeated = FindingKind(
        "RUN-101", .info, owner: .it, what: "this record was taken in before",
        fix: "Nothing: it is not delivered again.")
    /// The same key with other content.
    public static let newVersion = FindingKind(
        "RUN-102", .warning, owner: .it, what: "a known record came with other content",
        fix: "Nothing, unless the sender reuses control ids: then ask for new ones.")
    /// The same key with other content, where that may not be.
    public static let keyReused = FindingKind(
        "RUN-103", .error, owner: .it, what: "a control id was used again for other content",
        fix: "Ask the sender to send the record under a new control id.")
    /// A record that falls with its part.
    public static let partFell = FindingKind(
        "RUN-104", .error, owner: .it,
        what: "the part of the envelope around this record is rejected",
        fix: "Mend the error named for its transaction set; the sender resends the whole set.")
    /// The last record of a file that does not end.
    public static let maybeCut = FindingKind(
        "RUN-105", .warning, owner: .it,
        what: "the file does not end as expected and this is its last record",
        fix: "Compare it with the sender's; release it when it is whole.")
    /// A row that says nothing new.
    public static let unchanged = FindingKind(
        "RUN-106", .info, owner: .it, what: "this row says what was known already",
        fix: "Nothing.")
    /// A row that used to be there.
    public static let absent = FindingKind(
        "RUN-107", .warning, owner: .frontDesk,
        what: "rows of the last full file are missing from this one",
        fix: "Look whether they were removed on purpose: nothing was deleted here.", reach: .file)
    /// Too few rows.
    public static let rowsDropped = FindingKind(
        "RUN-108", .warning, owner: .frontDesk,
        what: "too many rows of the last full file are missing",
        fix: "Look whether the export was cut; release the file when it is whole.", reach: .file)
    /// A record of a patient whose registration is held.
    public static let waitsForPatient = FindingKind(
        "RUN-109", .warning, owner: .frontDesk,
        what: "the patient's registration is held, and this waits behind it",
        fix: "Mend or release the registration; this follows by itself.")
    /// A record that no route takes.
    public static let noRoute = FindingKind(
        "RUN-110", .warning, owner: .analyst, what: "no route takes this record",
        fix: "Add a route, then release it.")
    /// A feed that tripped.
    public static let breaker = FindingKind(
        "RUN-111", .warning, owner: .it,
        what: "the feed's rejects are out of their band and the feed is held",
        fix: "Look at the exceptions; release the records when they are right.")
    /// A leg that could not be written.
    public static let notRendered = FindingKind(
        "RUN-112", .warning, owner: .analyst,
        what: "the record cannot be written for a destination",
        fix: "Mend the map or the crosswalk named, then release it.")
    /// An answer to something we never sent.
    public static let unmatchedAnswer = FindingKind(
        "RUN-113", .warning, owner: .billing, what: "an answer matches no claim that was sent",
        fix: "Look for the claim by its account number; assign or discard the answer.")
    /// Read-back found something else than was written.
    public static let readBackDiffers = FindingKind(
        "RUN-114", .error, owner: .it, what: "a written file does not read back as it was meant",
        fix: "Nothing was released. Report this with the batch's id: it is our fault.", reach: .file
    )
    /// A rule that could not be run.
    public static let ruleFailed = FindingKind(
        "RUN-115", .error, owner: .analyst, what: "a quality rule could not be run",
        fix: "Correct the rule's SQL; the records it concerns were not checked by it.", reach: .file
    )
    /// An older version than one that was delivered.
    public static let superseded = FindingKind(
        "RUN-116", .warning, owner: .lab,
        what: "a later or final version of this result was delivered, so this one is held",
        fix: "Discard it when the later one is right; release it only when the lab says that it "
            + "is this one that counts.")
    /// A record of a patient who was merged into another.
    public static let merged = FindingKind(
        "RUN-117", .info, owner: .frontDesk,
        what: "the patient's record number was merged into another",
        fix: "Nothing: the record goes on under the surviving number.")
    /// A record that lay there on the first night.
    public static let baseline = FindingKind(
        "RUN-118", .info, owner: .it, what: "the record was there before Waybill",
        fix: "Nothing: it was noted and not delivered.")
    /// A release that comes too late.
    public static let overtaken = FindingKind(
        "RUN-119", .warning, owner: .analyst,
        what: "a later version was taken in meanwhile, so this one is not released",
        fix: "Discard it, unless the later version is wrong.")
    /// A held record that cannot be read again.
    public static let notRead = FindingKind(
        "RUN-120", .error, owner: .it,
        what: "the held record could not be read again from the archive",
        fix: "Run `waybill doctor --deep`; ask the sender for the file if the archive is damaged.")
    /// A row of a full file that is in quarantine already.
    public static let heldAlready = FindingKind(
        "RUN-121", .info, owner: .frontDesk, what: "this row is held already, as it is",
        fix: "Nothing here: the hold of the first night stands, with its age.")
    /// A correction of nothing.
    public static let unknownCorrected = FindingKind(
        "RUN-122", .warning, owner: .lab,
        what: "this corrects a result that was never delivered",
        fix: "See that the chart has the result once; ask the lab for the original.")
    /// A result that its lab took back.
    public static let withdrawn = FindingKind(
        "RUN-123", .warning, owner: .lab, what: "the lab withdrew a result",
        fix: "See that the chart shows it as withdrawn, and tell whoever acted on it.")
    /// A result that was taken back, and came again.
    public static let withdrawnBefore = FindingKind(
        "RUN-124", .warning, owner: .lab,
        what: "the lab withdrew this result, and what came is not known to be newer",
        fix: "Ask the lab; release it only when the lab says that it counts again.")
    /// A merge of a number into itself.
    public static let mergedWithItself = FindingKind(
        "RUN-125", .error, owner: .frontDesk, what: "a merge names the same record number twice",
        fix: "Ask the sender which two numbers it means.")
    /// A merge of a number that nobody has.
    public static let unknownLoser = FindingKind(
        "RUN-126", .warning, owner: .frontDesk,
        what: "a merge gives up a record number that no system is known to have",
        fix: "Compare both numbers with the registrations; release it when it is right.")
    /// An event of an appointment that is not known.
    public static let unknownBooking = FindingKind(
        "RUN-127", .warning, owner: .frontDesk,
        what: "something happened to an appointment that was never booked here",
        fix: "Look whether the booking is missing in the sender's system or was not sent.")
    /// An event of an appointment that was cancelled.
    public static let cancelledBooking = FindingKind(
        "RUN-128", .warning, owner: .frontDesk,
        what: "something happened to an appointment after it was cancelled",
        fix: "Look whether it takes place; a new booking is S12.")
    /// A claim that the clearinghouse or payer would reject.
    public static let wouldBeRefused = FindingKind(
        "RUN-129", .error, owner: .billing,
        what: "the claim would be rejected, so it is held back and the others go out",
        fix: "Correct what the detail names in the system it came from, and send it again.")
    /// Those that a person is to look at tonight, though nothing is held for them.
    static let alerting = [withdrawn]
    /// All kinds of finding made here.
    public static let kinds = [
        heldAlready, notRegular, hardLinked, growing, unmatched, unreachable, hostKey, signIn,
        tooSlow, changed, sameBytes,
        sameName,
        sameEnvelope, fileHeld, repeated, newVersion, keyReused, partFell, maybeCut, unchanged,
        absent, rowsDropped, waitsForPatient, noRoute, breaker, notRendered, unmatchedAnswer,
        readBackDiffers, ruleFailed, superseded, merged, baseline, overtaken, notRead,
        unknownCorrected, withdrawn, withdrawnBefore, mergedWithItself, unknownLoser,
        unknownBooking, cancelledBooking, wouldBeRefused,
    ]
}
