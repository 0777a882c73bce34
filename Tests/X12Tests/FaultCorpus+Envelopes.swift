/// Faults of ISA, GS and their trailers.
extension Corpus {
    static let envelopes: [Fault] = [
        Fault(
            name: "GS01 unknown", text: raw837("GS*HC*", "GS*BE*"), code: "X12-121", path: "GS01",
            ack: ["AK905": "1"]),
        Fault(
            name: "GS06 malformed",
            text: raw837("*0805*7*X*", "*0805*7A*X*").replacingOccurrences("GE*1*7", "GE*1*7A"),
            code: "X12-125", path: "GS06", ack: ["AK905": "6"]),
        Fault(
            name: "GS06 twice",
            text: Sample.isa + group + group + "IEA*2*000000007~\n", code: "X12-126", path: "GS06",
            ack: ["AK905": "19"]),
        Fault(
            name: "ST02 twice",
            text: Sample.isa + Sample.gs837 + set + set + "GE*2*7~\nIEA*1*000000007~\n",
            code: "X12-135", path: "ST02", ack: ["IK502": "23"]),
        Fault(
            name: "GE01", text: raw837("GE*1*7", "GE*2*7"), code: "X12-124", path: "GE01",
            ack: ["AK905": "5"]),
        Fault(
            name: "GE02", text: raw837("GE*1*7", "GE*1*8"), code: "X12-123", path: "GE02",
            ack: ["AK905": "4"]),
        Fault(
            name: "GE missing", text: raw837("GE*1*7~\n", ""), code: "X12-122", path: "GE",
            ack: ["AK905": "3"]),
        Fault(
            name: "GS08 unknown",
            text: Sample.file837(Sample.body837).replacingOccurrences(
                "*X*005010X222A1", "*X*004010X098A1"), code: "X12-121", path: "GS08",
            ack: ["AK905": "2"]),
        Fault(
            name: "IEA01", text: raw837("IEA*1*", "IEA*2*"), code: "X12-107", path: "IEA01",
            ack: ["TA105": "021"]),
        Fault(
            name: "IEA02", text: raw837("IEA*1*000000007", "IEA*1*000000008"), code: "X12-106",
            path: "IEA02", ack: ["TA105": "001"]),
        Fault(
            name: "IEA missing", text: raw837("IEA*1*000000007~\n", ""), code: "X12-105",
            path: "IEA", ack: ["TA105": "023"]),
        Fault(
            name: "terminator of IEA missing",
            text: raw837("IEA*1*000000007~\n", "IEA*1*000000007"), code: "X12-105", path: "IEA",
            ack: ["TA105": "023"]),
        Fault(
            name: "ISA12", text: raw837("*00501*", "*00401*"), code: "X12-104", path: "ISA12",
            ack: ["TA105": "017"]),
        Fault(
            name: "ISA date", text: raw837("*261120*0805*^", "*261320*0805*^"), code: "X12-104",
            path: "ISA09", ack: ["TA105": "014"]),
        Fault(
            name: "ISA length", text: raw837("CLINIC7        *ZZ", "CLINIC7       *ZZ"),
            code: "X12-101", path: "ISA", ack: ["TA105": "022"]),
        Fault(
            name: "same ISA13 again",
            text: Sample.file837(Sample.body837) + Sample.file837(Sample.body837), code: "X12-108",
            path: "ISA13", ack: ["TA105": "025"]),
    ]
}
