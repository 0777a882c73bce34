/// A portal's answers to pre-visit questions: one XML document, a `response` of four to eight items
/// each, as `schemas/xml/portal/questionnaire.xsd` has it.
public struct PortalAnswers: SyntheticFile {
    private static let namespace = "urn:waybill:portal:questionnaire"
    private static let questions = [
        ("SMOKE", "Do you smoke?"), ("ALLERGY", "Any allergies?"),
        ("PAIN", "Pain today, from 0 to 10"), ("FALL", "Have you fallen this year?"),
        ("SLEEP", "How many hours do you sleep?"), ("MEDS", "Which medicines do you take?"),
        ("DRINK", "Drinks in a week"), ("MOOD", "Feeling down in the last two weeks?"),
    ]
    private static let answers = [
        "No", "Yes", "None known", "2", "Seven &amp; a half", "Metformin, lisinopril", "Not at all",
        "Several days",
    ]

    private let seed: UInt64
    private let responses: Int
    private var position = -1

    /// Describes a document.
    /// - Parameters:
    ///   - responses: how many.
    ///   - seed: the same seed gives the same bytes; `id` is unique within and across seeds.
    public init(responses: Int, seed: UInt64) {
        self.seed = seed
        self.responses = responses
    }

    /// The next one.
    public mutating func next() -> [UInt8]? {
        defer { position += 1 }
        if position < 0 {
            return Array(
                ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<responseSet xmlns=\"\(Self.namespace)\""
                    + " sender=\"PORTAL\" created=\"2026-11-19T22:00:00-06:00\""
                    + " count=\"\(responses)\">\n").utf8)
        }
        if position < responses { return response(position) }
        return position == responses ? Array("</responseSet>\n".utf8) : nil
    }

    private func response(_ index: Int) -> [UInt8] {
        var random = SplitMix64(seed: seed &* 0x1_0000_0009 &+ UInt64(truncatingIfNeeded: index))
        let person = Person(number: random.number(0...49_999))
        var text =
            "  <response id=\"QR-\(seed)-\(index + 1)\">\n    <patient mrn=\"\(person.record)\">\n"
        text += "      <birthDate>\(person.birth.dashed)</birthDate>\n"
        text += "      <name><family>\(person.last)</family><given>\(person.first)</given></name>\n"
        text += "    </patient>\n    <visit>V\(random.number(1000...9999))</visit>\n"
        text += "    <questionnaire>PREVISIT</questionnaire>\n"
        let hour = pad(random.number(7...21), 2)
        text +=
            "    <completed>2026-11-19T\(hour):\(pad(random.number(0...59), 2)):00-06:00</completed>\n"
        for (code, question) in Self.questions.prefix(random.number(4...8)) {
            let answer = random.pick(Self.answers)
            text += "    <item linkId=\"\(code)\"><text>\(question)</text>"
            text += "<answer type=\"text\">\(answer)</answer></item>\n"
        }
        return Array((text + "  </response>\n").utf8)
    }
}
