/// The frame around transaction sets in 005010: ISA of 106 bytes, GS, GE, IEA.
struct X12Envelope: Sendable {
    let functional: String
    let guide: String
    let control: Int
    let sender: String
    let receiver: String

    /// ISA and GS.
    var opening: [UInt8] {
        func wide(_ text: String) -> String {
            text + String(repeating: " ", count: max(0, 15 - text.utf8.count))
        }
        return Array(
            ("ISA*00*          *00*          *ZZ*\(wide(sender))*ZZ*\(wide(receiver))*261120*0130*^"
                + "*00501*\(pad(control, 9))*0*P*:~\n"
                + "GS*\(functional)*\(sender)*\(receiver)*20261120*0130*\(control)*X*\(guide)~\n")
                .utf8)
    }

    /// GE and IEA for `sets` transaction sets.
    func closing(_ sets: Int) -> [UInt8] {
        Array("GE*\(sets)*\(control)~\nIEA*1*\(pad(control, 9))~\n".utf8)
    }
}

/// One transaction set while it is written, counting its segments.
struct X12Set: Sendable {
    private(set) var bytes: [UInt8] = []
    private var segments = 0
    private let number: String

    /// Opens a set.
    init(_ kind: String, number: Int, guide: String?) {
        self.number = pad(number, 4)
        add("ST*\(kind)*\(self.number)" + (guide.map { "*\($0)" } ?? ""))
    }

    /// Adds a segment without its terminator.
    mutating func add(_ segment: String) {
        bytes += Array(segment.utf8)
        bytes += [0x7E, 0x0A]
        segments += 1
    }

    /// What was written since the last call.
    mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    /// Closes the set with SE.
    mutating func close() { add("SE*\(segments + 1)*\(number)") }
}
