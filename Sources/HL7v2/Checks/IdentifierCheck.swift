import Bytes
import Exchange

/// Checks what 2.7 and later ask of identifiers and the schema that reads them does not know.
enum IdentifierCheck {
    static let noType = FindingKind(
        "HL7-434", .warning, owner: .analyst,
        what: "an identifier has no type, which 2.7 and later require",
        fix: "Ask the sender to value CX.5.")
    static let kinds = [noType]

    /// HL7 v2.7 ch. 2A, CX: the type of an identifier is required.
    static func find(
        _ document: HL7Document, _ record: RecordEntry, _ schema: Schema,
        _ found: (ConditionalCheck.Fault) -> Void
    ) {
        let bytes = document.bytes.span
        for index in record.segments {
            let segment = document.segments[index]
            guard segment.rule != 0xFF else { continue }
            let rule = schema.segments[Int(segment.rule)]
            for number in 0..<min(rule.count, Int(segment.fieldCount)) {
                let type = schema.types[Int(schema.fields[rule.first + number].type)]
                guard type.key == Schema.identifierType,
                    let field = document.field(number + 1, of: segment), !field.isEmpty
                else { continue }
                let delimiters = record.delimiters
                let pieces = Pieces.all(bytes, field.range, delimiters.repetition)
                for (offset, piece) in pieces.enumerated() where !piece.isEmpty {
                    let name = Pieces.piece(bytes, piece, delimiters.component, 1)
                    let type = Pieces.piece(bytes, piece, delimiters.component, 5)
                    let isNull = bytes.equals(piece, [0x22, 0x22])
                    guard !isNull, name?.isEmpty == false, type?.isEmpty ?? true else { continue }
                    let place = Reporter.Place(
                        segment: index, field: number + 1, repetition: offset + 1, component: 5,
                        index: piece.lowerBound)
                    found(ConditionalCheck.Fault(noType, place))
                }
            }
        }
    }
}
