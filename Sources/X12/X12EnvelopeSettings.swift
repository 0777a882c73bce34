import Exchange

/// A destination's `envelope:` settings for X12.
///
/// ```yaml
/// envelope:
///   sender: {qualifier: ZZ, id: CLINIC7}          # ISA05, ISA06
///   receiver: {qualifier: ZZ, id: CLEARHOUSE}     # ISA07, ISA08
///   gs_sender: CLINIC7                            # GS02; the sender's id when left out
///   gs_receiver: CLEARHOUSE                       # GS03
///   usage: P                                      # ISA15
///   submitter: {name: CLINIC, id: S1, contact: BILLING, phone: "5555550100"}
///   receiver_name: CLEARHOUSE                     # 1000B NM103
///   receiver_id: R1                               # 1000B NM109; the receiver's id when left out
///   claims: CH                                    # BHT06
///   purpose: 00                                   # BHT02: 00 original, 18 reissue
///   most: 5000                                    # claims in a set
/// ```
struct X12EnvelopeSettings {
    var senderQualifier = "ZZ", sender = ""
    var receiverQualifier = "ZZ", receiver = ""
    var groupSender = "", groupReceiver = ""
    var usage = "P"
    var submitterName = "", submitterId = "", contact = "", phone = "", email = ""
    var receiverName = "", receiverId = ""
    var claims = "CH", purpose = ""
    var most = 5000

    /// Reads the settings; a fault names what is missing or cannot stand in X12.
    init(_ envelope: Envelope, needsSubmitter: Bool) throws(WriteFault) {
        let node = envelope.settings
        usage = node?["usage"]?.text ?? (envelope.production ? "P" : "T")
        senderQualifier = node?["sender"]?["qualifier"]?.text ?? "ZZ"
        receiverQualifier = node?["receiver"]?["qualifier"]?.text ?? "ZZ"
        sender = try Self.need(node, "sender", "id", most: 15)
        receiver = try Self.need(node, "receiver", "id", most: 15)
        groupSender = node?["gs_sender"]?.text ?? sender
        groupReceiver = node?["gs_receiver"]?.text ?? receiver
        claims = node?["claims"]?.text ?? "CH"
        purpose = node?["purpose"]?.text ?? ""
        if let text = node?["most"]?.text, let number = Int(text), number > 0 { most = number }
        if needsSubmitter {
            submitterName = try Self.need(node, "submitter", "name", most: 60)
            submitterId = node?["submitter"]?["id"]?.text ?? sender
            contact = node?["submitter"]?["contact"]?.text ?? ""
            phone = node?["submitter"]?["phone"]?.text ?? ""
            email = node?["submitter"]?["email"]?.text ?? ""
            if phone.isEmpty, email.isEmpty { throw Self.lacks("submitter: phone or email") }
            receiverName = node?["receiver_name"]?.text ?? receiver
            receiverId = node?["receiver_id"]?.text ?? receiver
        }
        let all = [
            senderQualifier, sender, receiverQualifier, receiver, groupSender, groupReceiver, usage,
            submitterName, submitterId, contact, phone, email, receiverName, receiverId, claims,
            purpose,
        ]
        for text in all {
            for byte in text.utf8
            where byte < 0x20 || byte > 0x7E || Delimiters.usual.contains(byte) {
                throw WriteFault(Finding(WriteFindings.character, at: Location(path: "envelope")))
            }
        }
    }

    private static func lacks(_ what: String) -> WriteFault {
        WriteFault(Finding(WriteFindings.settings, at: Location(path: "envelope"), "`\(what)`"))
    }

    private static func need(
        _ node: SettingsNode?, _ outer: String, _ inner: String, most: Int
    ) throws(WriteFault) -> String {
        guard let text = node?[outer]?[inner]?.text, !text.isEmpty, text.utf8.count <= most else {
            throw lacks("\(outer): {\(inner): …} of at most \(most) characters")
        }
        return text
    }
}
