import Exchange
import Foundation
import HL7v2
import Testing
import WaybillTesting

/// The repository's schemas with overlays of a test's own.
struct OverlaySchemas: SchemaSource {
    let overlays: [String: [UInt8]]
    private let shipped = ShippedSchemas()
    func file(_ path: String) -> [UInt8]? {
        overlays[path] ?? shipped.file(path)
    }
    func absolutePath(_ path: String) -> String? { shipped.absolutePath(path) }
    func list(_ folder: String) -> [String] {
        overlays.keys.filter { $0.hasPrefix(folder) }.map { String($0.dropFirst(folder.count)) }
    }
}

/// The synthetic guide below `Guide/`, imported once.
enum Guide {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Guide").path

    static func files(
        _ names: [String] = ["PROFILE", "CONSTRAINTS", "VALUESETS", "VALUESETBINDINGS"]
    )
        -> [NISTImport.File]
    {
        names.map { name in
            let bytes = FileManager.default.contents(atPath: "\(folder)/\(name).xml")
            return NISTImport.File(name: "\(name).xml", bytes: Array(bytes ?? Data()))
        }
    }

    static let result = NISTImport.run(
        files(), as: "hillside", message: nil, schemas: ShippedSchemas())

    private static let made = Result { try format(result.overlay ?? []) }

    /// The format that a feed with `schema: hillside` has.
    static func format() throws -> HL7Format { try made.get() }

    /// The format that a feed has with `yaml` as its overlay.
    static func format(_ yaml: [UInt8]) throws -> HL7Format {
        let (format, findings) = HL7.family.read(
            HL7.node(["type": .scalar("hl7v2"), "schema": .scalar("hillside")]),
            schemas: OverlaySchemas(overlays: ["hl7v2/hillside.yaml": yaml]))
        #expect(findings.map(\.message) == [])
        return try #require(format as? HL7Format)
    }

    /// A message that follows the guide in everything.
    static let clean = [
        #"MSH|^~\&|LAB^2.16.840.1.1^ISO|HILL|EHR|CLINIC|20260903101500||ORU^R01^ORU_R01|77|P|2.5.1||"#
            + #"|AL|NE|||||OTHER^X~HILL_LAB^HILL"#,
        "PID|1||A123^^^HILL^MR||DOE^JANE^Q^JR^DR^^L||19800102|F||1002-5^^HL70005|1 ROAD",
        "ORC|RE|P1^CLIN|F1^HILL",
        "OBR|1|P1^CLIN|F1^HILL|24323-8^PANEL^LN^X1^Panel^L|||202609030900||||||FASTING|||7"
            + "||||||20260903101400|||F",
        "NTE|1||A note",
        "OBX|1|NM|2345-7^GLUCOSE^LN^G^Glucose^L|a|95|mg/dL^^UCUM^m^m^L|70-99|N|||F|||202609030900",
        "SPM|1|||BLD^^HL70487^B^b^L^^^blood|||||||||2",
        "OBX|1|ST|883-9^GROUP^LN||A||||||F",
    ]

    /// The findings about a message of these segments, `HL7-601 PID-8`, those of the profile only.
    static func faults(
        _ segments: [String], infos: Bool = false, as format: HL7Format? = nil
    ) throws -> [String] {
        let reading = try HL7.read(
            segments.joined(separator: "\r") + "\r", as: try format ?? Guide.format())
        return reading.findings
            .filter { $0.code.hasPrefix("HL7-6") && (infos || $0.severity > .info) }
            .map { "\($0.code) \($0.location.path ?? "")" }
    }

    /// The clean message with one segment's field replaced.
    static func with(_ segment: Int, _ field: Int, _ value: String) -> [String] {
        var message = clean
        var fields = message[segment].split(
            separator: "|", omittingEmptySubsequences: false
        ).map(String.init)
        // MSH-1 is the separator itself.
        let index = segment == 0 ? field - 1 : field
        while fields.count <= index { fields.append("") }
        fields[index] = value
        message[segment] = fields.joined(separator: "|")
        return message
    }
}
