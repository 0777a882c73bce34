/// Synthetic messages, one segment a line; `\n` becomes CR.
enum Corpus {
    static func segments(_ text: String) -> String {
        text.split(separator: "\n").joined(separator: "\r") + "\r"
    }

    static func header(_ type: String, _ version: String, id: String = "MSG1") -> String {
        "MSH|^~\\&|ACMELAB|ACME|EHR|CLINIC|20261120080000||\(type)|\(id)|P|\(version)"
    }
    static let patient =
        "PID|1||10001^^^CLINIC^MR||TEST^ADA^Q||19800229|F|||1 MAIN ST^^AUSTIN^TX^78701"

    static func oru(_ version: String = "2.5.1", id: String = "MSG1") -> String {
        let type = version == "2.3" ? "ORU^R01" : "ORU^R01^ORU_R01"
        // To 2.3, ORC-7 and OBR-27 are required.
        let orc = version == "2.3" ? "||1^^^20261119" : ""
        let obr = orc
        return segments(
            """
            \(header(type, version, id: id))
            \(patient)
            ORC|RE|ORD1|LAB1||CM\(orc)
            OBR|1|ORD1|LAB1|24323-8^CMP^LN|||20261119101500|||||||||1234^WELLS^MARY||||||20261119120000||CH|F\(obr)
            OBX|1|NM|2345-7^Glucose^LN||95|mg/dL|70-99|N|||F|||20261119101500
            OBX|2|SN|2160-0^Creatinine^LN||<^0.5|mg/dL|0.5-1.1|L|||F
            NTE|1|L|Checked twice.\\.br\\Second line.
            OBR|2|ORD1|LAB2|58410-2^CBC^LN|||20261119101500|||||||||||||||20261119120000||HM|F\(obr)
            OBX|1|ST|718-7^Hemoglobin^LN||13.5 g/dL||||||F
            """)
    }

    static func adt(_ event: String, _ version: String) -> String {
        let structure =
            version.hasPrefix("2.3")
            ? "" : "^ADT_\(event == "A40" ? "A39" : event == "A31" ? "A05" : "A01")"
        let type = "EVN|\(version == "2.3" ? event : "")|20261120080000"
        if event == "A40" {
            return segments(
                """
                \(header("ADT^A40\(structure)", version))
                \(type)
                \(patient)
                MRG|10002^^^CLINIC^MR
                """)
        }
        return segments(
            """
            \(header("ADT^\(event)\(structure)", version))
            \(type)
            \(patient)
            NK1|1|TEST^BO
            PV1|1|O|ROOM1^^^CLINIC||||1234^WELLS^MARY
            DG1|1||E11.9^Type 2 diabetes^I10|||F
            IN1|1|PLAN1^Plan|PAY1|Payer
            """)
    }

    static func siu(_ event: String, _ version: String) -> String {
        segments(
            """
            \(header("SIU^\(event)", version))
            SCH|A1|F1|||||ROUTINE^Routine|OFFICE|30|min|^^30^20261201090000^20261201093000|||||1234^WELLS^MARY||||5678^DESK^DAN|||||Booked
            \(patient)
            PV1|1|O
            RGS|1|A
            AIS|1|A|99213^Visit|20261201090000
            AIL|1|A|ROOM1
            AIP|1|A|1234^WELLS^MARY
            """.replacing("SCH|A1|F1|||||", with: "SCH|A1|F1||||BOOK^Booked|"))
    }

    static func orm(_ version: String) -> String {
        segments(
            """
            \(header("ORM^O01", version))
            \(patient)
            PV1|1|O
            ORC|NW|ORD1\(version == "2.3" ? "|||||1^^^20261120" : "")
            OBR|1|ORD1||24323-8^CMP^LN\(version == "2.3" ? String(repeating: "|", count: 23) + "1^^^20261120" : "")
            DG1|1||E11.9^Type 2 diabetes^I10|||F
            ORC|NW|ORD2\(version == "2.3" ? "|||||1^^^20261120" : "")
            OBR|2|ORD2||58410-2^CBC^LN\(version == "2.3" ? String(repeating: "|", count: 23) + "1^^^20261120" : "")
            """)
    }

    static func dft(_ version: String) -> String {
        segments(
            """
            \(header("DFT^P03", version))
            EVN|\(version == "2.3" ? "P03" : "")|20261120080000
            \(patient)
            PV1|1|O
            FT1|1|||20261120|20261120|CG|99213^Office visit^C4|||1
            PR1|1|\(version == "2.3" ? "C4" : "")|99213^Office visit^C4||20261120\(version.hasPrefix("2.3") ? "|D" : "")
            FT1|2|||20261120|20261120|CG|36415^Draw^C4|||1
            DG1|1||E11.9^Type 2 diabetes^I10|||F
            """)
    }

    static func mdm(_ version: String) -> String {
        segments(
            """
            \(header("MDM^T02", version))
            EVN|\(version == "2.3" ? "T02" : "")|20261120080000
            \(patient)
            PV1|1|O
            TXA|1|CN|TEXT|20261120||||||||DOC1|||||AU
            OBX|1|ED|11506-3^Note^LN||ACME^TEXT^TXT^Base64^SGVsbG8=||||||F
            """)
    }

    static func ack(_ version: String) -> String {
        segments("\(header("ACK", version))\nMSA|AA|M1")
    }

    /// A message of every structure in every version that has it.
    static func clean() -> [(name: String, text: String)] {
        ["2.3", "2.3.1", "2.4", "2.5.1"].flatMap { version -> [(name: String, text: String)] in
            var all = [
                ("ORU", oru(version)), ("ORM", orm(version)), ("DFT", dft(version)),
                ("MDM", mdm(version)), ("ACK", ack(version)),
            ]
            all += ["A01", "A04", "A08", "A31", "A40"].map { ($0, adt($0, version)) }
            all += ["S12", "S13", "S14", "S15", "S26"].map { ($0, siu($0, version)) }
            return all.map { ("\($0.0) \(version)", $0.1) }
        }
    }
}
