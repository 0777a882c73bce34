/// A batch of ORU^R01 messages with one document each, in Base64 in OBX-5 (ED), as a laboratory
/// sends reports that are pages: FHS, BHS, the messages, BTS and FTS with true counts.
public struct LabDocuments: SyntheticFile {
    private let seed: UInt64
    private let messages: Int
    private let size: Int
    private var position = -1

    /// Describes a batch.
    /// - Parameters:
    ///   - messages: how many.
    ///   - size: the bytes of each document before Base64; rounded down to a multiple of 12.
    ///   - seed: the same seed gives the same bytes.
    public init(messages: Int, size: Int, seed: UInt64) {
        self.messages = messages
        self.size = size
        self.seed = seed
    }

    /// The next one.
    public mutating func next() -> [UInt8]? {
        defer { position += 1 }
        let common = "|^~\\&|ACMELAB|ACME|EHR|CLINIC|20261120013000-0600||"
        if position < 0 {
            return lines(["FHS\(common)DOC\(seed).HL7||F\(seed)", "BHS\(common)ORU||B\(seed)"])
        }
        if position < messages { return message(position) }
        return position == messages ? lines(["BTS|\(messages)", "FTS|1"]) : nil
    }

    private func lines(_ lines: [String]) -> [UInt8] {
        lines.flatMap { Array($0.utf8) + [0x0D] }
    }

    private func message(_ index: Int) -> [UInt8] {
        var random = SplitMix64(seed: seed &* 0x1_0000_0001 &+ UInt64(truncatingIfNeeded: index))
        let person = Person(number: random.number(0...49_999))
        let order = "\(seed)\(index + 1)"
        var bytes = lines([
            "MSH|^~\\&|ACMELAB|ACME|EHR|CLINIC|20261120013000-0600||ORU^R01^ORU_R01"
                + "|\(seed)-D\(index + 1)|P|2.5.1",
            "PID|1||\(person.record)^^^CLINIC^MR||\(person.last)^\(person.first)"
                + "||\(person.birth.compact)|\(person.sex)",
            "PV1|1|O", "ORC|RE|P\(order)^EHR|F\(order)^ACMELAB",
            "OBR|1|P\(order)^EHR|F\(order)^ACMELAB|11502-2^Laboratory report^LN"
                + "|||20261119081500-0600|||||||||||||||20261119213000-0600||LAB|F",
        ])
        bytes += "OBX|1|ED|11502-2^Laboratory report^LN||ACMELAB^AP^PDF^Base64^".utf8
        document(&random, into: &bytes)
        bytes += "||||||F\r".utf8
        return bytes
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Sixteen letters for each twelve bytes, of random numbers: what compressed pages look like.
    private func document(_ random: inout SplitMix64, into bytes: inout [UInt8]) {
        bytes.reserveCapacity(bytes.count + size / 12 * 16 + 64)
        for _ in 0..<(size / 12) {
            for _ in 0..<2 {
                var number = random.next()
                for _ in 0..<8 {
                    bytes.append(Self.alphabet[Int(number & 63)])
                    number >>= 8
                }
            }
        }
    }
}
