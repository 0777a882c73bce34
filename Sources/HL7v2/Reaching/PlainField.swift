import Bytes

/// What a path has in a field, as far as that can be told without reading the field's bytes.
enum PlainPart {
    case nothing
    case text(Range<Int>)
    /// The field is to be read closely.
    case unknown
}

extension HL7Document {
    /// What `path` has in field `index` of `fields`, which is not empty and pure ASCII: told from the
    /// stops that the lexer noted, when nothing but components stands in the field.
    @inline(__always)
    func plainPart(_ path: HL7Path.Place, of index: Int, _ delimiter: UInt8) -> PlainPart {
        guard path.repetition <= 1 else { return .unknown }
        let stop = stops.span
        // Whether a whole field is a composite's text depends on its type.
        if path.component == 0, !isPlain(index) { return .unknown }
        let bytes = bytes.span
        let wanted = max(1, path.component)
        var start = Int(fields[index].start)
        var end = Int(fields[index].end)
        var component = 1
        for number in Int(stopBounds[index])..<Int(stopBounds[index + 1]) {
            let place = Int(stop[number])
            guard bytes[place] == delimiter else { return .unknown }
            if component == wanted { end = place }
            component += 1
            if component == wanted { start = place + 1 }
        }
        guard wanted <= component, path.subcomponent <= 1, start < end else { return .nothing }
        // It may be the explicit null.
        if end - start == 2, bytes[start] == 0x22 { return .unknown }
        return .text(start..<end)
    }
}
