import Bytes
import CSV
import Exchange
import Testing

/// One cell in one column, read by one field.
private func codes(_ field: String, _ cell: String, more: String = "") throws -> [String] {
    let made = try format("{\"name\": \"k\"}, {\"name\": \"v\", \(field)}", more: more)
    let quoted =
        "\""
        + cell.split(separator: "\"", omittingEmptySubsequences: false)
        .joined(separator: "\"\"") + "\""
    let table = try Table("k,v\n1,\(quoted)\n", made)
    // Quoted or not, a cell means the same.
    if !cell.contains(where: { "\",\n\r".contains($0) }) {
        #expect(try Table("k,v\n1,\(cell)\n", made).codes == table.codes)
    }
    return table.codes[0]
}

@Suite struct TypeTests {
    @Test(
        arguments: [
            ("\"type\": \"string\"", ["x", " ", "\u{E9}"], [], ""),
            (
                "\"type\": \"string\", \"format\": \"email\"", ["a.b+c@x-y.example", "a@b"],
                ["a", "a@", "@b", "a..b@c", "a@-b", "a b@c", "a@b@c"], "CSV-201"
            ),
            (
                "\"type\": \"string\", \"format\": \"uri\"",
                ["https://x.example/a?b=c#d", "urn:x:1"],
                ["x", "//x", "http://a b", "1a:b", "a:%zz"], "CSV-202"
            ),
            (
                "\"type\": \"string\", \"format\": \"binary\"", ["aGk=", "aGkh", "YQ=="],
                ["aGk", "a===", "a-b="], "CSV-203"
            ),
            (
                "\"type\": \"string\", \"format\": \"uuid\"",
                ["123e4567-e89b-12d3-a456-426614174000"],
                ["123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400g"],
                "CSV-204"
            ),
            (
                "\"type\": \"number\"",
                [
                    "1", "-1.5", "+.5", "1.", "1e5", "1.5E-3", "NaN", "INF", "-INF",
                    "12345678901234567890.12",
                ],
                ["x", "1,5", "1.2.3", "-", ".", "1e", "$1", " 1", "e5", "1e5e5", "--1"], "CSV-205"
            ),
            (
                "\"type\": \"number\", \"decimalChar\": \",\", \"groupChar\": \".\"",
                ["1,5", "1.234,5", "1.234.567"], ["1.234,5.6", ".5", "1..2", "1,5,6"], "CSV-205"
            ),
            (
                "\"type\": \"number\", \"bareNumber\": false", ["$1.50", "95%", "EUR 7", "-3 kg"],
                ["$", "one"], "CSV-205"
            ),
            (
                "\"type\": \"integer\"",
                ["0", "-7", "+12", "12345678901234567890123456789012345678901"],
                ["1.0", "x", "1e3", "", "-"].filter { !$0.isEmpty }, "CSV-206"
            ),
            (
                "\"type\": \"boolean\"", ["true", "False", "1", "0"], ["yes", "T", "tRUE"],
                "CSV-207"
            ),
            (
                "\"type\": \"boolean\", \"trueValues\": [\"Y\"], \"falseValues\": [\"N\"]",
                ["Y", "N"],
                ["true", "y"], "CSV-207"
            ),
            (
                "\"type\": \"object\"", ["{}", "{\"a\": [1, null]}"],
                ["[]", "{a}", "{\"a\": 01}", "1"], "CSV-208"
            ),
            (
                "\"type\": \"array\"", ["[]", "[1, \"\\u00e9\"]"], ["{}", "[1", "[1,]", "x"],
                "CSV-209"
            ),
            (
                "\"type\": \"date\"", ["2024-02-29", "1980-12-31"],
                [
                    "2023-02-29", "2024-13-01", "24-01-01", "2024-1-1", "20240101",
                    "2024-01-01T00:00:00",
                ],
                "CSV-210"
            ),
            (
                "\"type\": \"date\", \"format\": \"any\"",
                ["2024-02-29", "20240229", "29 Feb 2024"],
                ["02/03/2024", "30 Feb 2024"], "CSV-210"
            ),
            (
                "\"type\": \"date\", \"format\": \"%m/%d/%Y\"", ["01/31/1980", "1/2/1980"],
                ["13/04/1980", "02/30/1980", "1980-01-31", "01/31/80", "01/31/1980 "], "CSV-210"
            ),
            (
                "\"type\": \"date\", \"format\": \"%d-%b-%y\"", ["31-Jan-80", "1-december-05"],
                ["31-Foo-80", "31-Feb-80"], "CSV-210"
            ),
            (
                "\"type\": \"time\"", ["00:00:00", "23:59:59", "10:00:00Z", "10:00:00.5+02:00"],
                ["24:00:00", "10:00", "10:60:00", "1:00:00"], "CSV-211"
            ),
            (
                "\"type\": \"time\", \"format\": \"any\"", ["9:05", "9:05 PM"],
                ["25:00", "13:00 PM"], "CSV-211"
            ),
            (
                "\"type\": \"time\", \"format\": \"%I:%M %p\"", ["09:05 am", "12:00 PM"],
                ["13:00 PM", "09:05"], "CSV-211"
            ),
            (
                "\"type\": \"datetime\"",
                ["2024-02-29T10:00:00Z", "2024-02-29T10:00:00", "2024-02-29T10:00:00.123-06:00"],
                [
                    "2024-02-30T10:00:00Z", "2024-02-29 10:00:00", "2024-02-29",
                    "2024-02-29T10:00:00+0600",
                ],
                "CSV-212"
            ),
            (
                "\"type\": \"datetime\", \"format\": \"any\"",
                ["2024-02-29 10:00", "20240229100000"],
                ["02/03/2024 10:00"], "CSV-212"
            ),
            (
                "\"type\": \"datetime\", \"format\": \"%m/%d/%Y %H:%M\"", ["02/29/2024 10:00"],
                ["02/30/2024 10:00", "02/29/2024"], "CSV-212"
            ),
            ("\"type\": \"year\"", ["2024", "-0044"], ["24", "20240", "x"], "CSV-213"),
            (
                "\"type\": \"yearmonth\"", ["2024-02"], ["2024-13", "2024", "2024-2", "2024/02"],
                "CSV-214"
            ),
            (
                "\"type\": \"duration\"", ["P1Y2M3DT4H5M6.7S", "PT1M", "-P3D", "P2W"],
                ["P", "PT", "1D", "P1H", "P1DT", "P1S", "P1M2Y", "P1.5D"], "CSV-215"
            ),
            (
                "\"type\": \"geopoint\"", ["90.50, 45.50", "-180,90"],
                ["45.5", "181,0", "0,91", "a,b"],
                "CSV-216"
            ),
            (
                "\"type\": \"geopoint\", \"format\": \"array\"", ["[90.5, 45.5]"],
                ["[1]", "[1, 91]", "1,2"], "CSV-216"
            ),
            (
                "\"type\": \"geopoint\", \"format\": \"object\"", ["{\"lon\": 90.5, \"lat\": 45}"],
                ["{\"lon\": 90.5}", "[1,2]"], "CSV-216"
            ),
            (
                "\"type\": \"geojson\"", ["{\"type\": \"Point\", \"coordinates\": [1, 2]}"],
                ["{\"type\": \"Place\"}", "{}", "[]", "x"], "CSV-217"
            ),
            (
                "\"type\": \"geojson\", \"format\": \"topojson\"",
                ["{\"type\": \"Topology\", \"objects\": {}}"],
                ["{\"type\": \"Point\", \"coordinates\": [1, 2]}"], "CSV-217"
            ),
            (
                "\"type\": \"list\", \"delimiter\": \";\", \"itemType\": \"integer\"",
                ["1;2", "7"], ["1;x", "1;"], "CSV-218"
            ),
            ("\"type\": \"any\"", ["x", "1"], [], ""),
        ] as [(String, [String], [String], String)])
    func `each type takes what is of it and refuses the rest`(
        field: String, right: [String], wrong: [String], code: String
    ) throws {
        for cell in right { #expect(try codes(field, cell) == [], "\(field): \(cell)") }
        for cell in wrong { #expect(try codes(field, cell) == [code], "\(field): \(cell)") }
    }

    @Test(arguments: [
        "string", "number", "integer", "boolean", "object", "array", "date", "time", "datetime",
        "year", "yearmonth", "duration", "geopoint", "geojson", "any",
    ])
    func `a missing value is right for every type, and wrong where it is required`(type: String)
        throws
    {
        #expect(try codes("\"type\": \"\(type)\"", "") == [])
        let required = "\"type\": \"\(type)\", \"constraints\": {\"required\": true}"
        #expect(try codes(required, "") == ["CSV-301"])
    }

    @Test func `missingValues of the schema and of a field mean missing`() throws {
        let more = ", \"missingValues\": [\"\", \"-\", \"n/a\"]"
        #expect(try codes("\"type\": \"integer\"", "n/a", more: more) == [])
        #expect(try codes("\"type\": \"integer\"", "x", more: more) == ["CSV-206"])
        let own = "\"type\": \"integer\", \"missingValues\": [\"?\"]"
        #expect(try codes(own, "?", more: more) == [])
        #expect(try codes(own, "-", more: more) == ["CSV-206"])
        let required = "\"constraints\": {\"required\": true}"
        #expect(try codes(required, "-", more: more) == ["CSV-301"])
    }
}

@Suite struct ConstraintTests {
    @Test(
        arguments: [
            (
                "\"constraints\": {\"minLength\": 2}", ["ab", "\u{E9}\u{E9}"], ["a", "\u{E9}"],
                "CSV-303"
            ),
            ("\"constraints\": {\"maxLength\": 2}", ["ab", "\u{E9}\u{E9}"], ["abc"], "CSV-304"),
            (
                "\"type\": \"array\", \"constraints\": {\"minLength\": 2}", ["[1,2]"], ["[12345]"],
                "CSV-303"
            ),
            (
                "\"type\": \"object\", \"constraints\": {\"maxLength\": 1}", ["{\"a\":1}"],
                ["{\"a\":1,\"b\":2}"], "CSV-304"
            ),
            (
                "\"type\": \"integer\", \"constraints\": {\"minimum\": 0}", ["0", "5"], ["-1"],
                "CSV-305"
            ),
            (
                "\"type\": \"integer\", \"constraints\": {\"maximum\": 10}", ["10"],
                ["11", "123456789012345678901"], "CSV-306"
            ),
            (
                "\"type\": \"number\", \"constraints\": {\"minimum\": \"0.1\"}",
                ["0.1", "0.10", "INF"], ["0.09", "-INF"], "CSV-305"
            ),
            (
                "\"type\": \"number\", \"constraints\": {\"exclusiveMinimum\": 0}", ["0.01"],
                ["0", "0.00"], "CSV-305"
            ),
            (
                "\"type\": \"number\", \"constraints\": {\"exclusiveMaximum\": 1}", ["0.99"],
                ["1", "1e1"], "CSV-306"
            ),
            (
                "\"type\": \"date\", \"constraints\": {\"minimum\": \"1900-01-01\"}",
                ["1900-01-01"], ["1899-12-31"], "CSV-305"
            ),
            (
                "\"type\": \"date\", \"format\": \"%m/%d/%Y\", \"constraints\": {\"maximum\": \"12/31/2020\"}",
                ["12/31/2020"], ["01/01/2021"], "CSV-306"
            ),
            (
                "\"type\": \"time\", \"constraints\": {\"minimum\": \"08:00:00\"}", ["08:00:00"],
                ["07:59:59"], "CSV-305"
            ),
            (
                "\"type\": \"datetime\", \"constraints\": {\"maximum\": \"2024-01-01T00:00:00Z\"}",
                ["2024-01-01T01:00:00+02:00"], ["2024-01-01T00:00:01Z"], "CSV-306"
            ),
            (
                "\"type\": \"year\", \"constraints\": {\"minimum\": \"1900\"}", ["1900"], ["1899"],
                "CSV-305"
            ),
            (
                "\"type\": \"yearmonth\", \"constraints\": {\"maximum\": \"2024-02\"}", ["2024-02"],
                ["2024-03"], "CSV-306"
            ),
            (
                "\"type\": \"duration\", \"constraints\": {\"maximum\": \"P1D\"}", ["PT24H"],
                ["PT25H"], "CSV-306"
            ),
            (
                "\"constraints\": {\"pattern\": \"[A-Z]{2}\\\\d+\"}", ["AB1", "XY123"],
                ["AB", "xAB1", "AB1 "], "CSV-307"
            ),
            ("\"constraints\": {\"enum\": [\"M\", \"F\"]}", ["M"], ["m", "X"], "CSV-308"),
            (
                "\"type\": \"integer\", \"constraints\": {\"enum\": [1, 2]}", ["1", "+2"], ["3"],
                "CSV-308"
            ),
            (
                "\"constraints\": {\"enum\": [\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j\"]}",
                ["a", "j"], ["k", "aa"], "CSV-308"
            ),
        ] as [(String, [String], [String], String)])
    func `each constraint takes what keeps it and refuses the rest`(
        field: String, right: [String], wrong: [String], code: String
    ) throws {
        for cell in right { #expect(try codes(field, cell) == [], "\(field): \(cell)") }
        for cell in wrong { #expect(try codes(field, cell) == [code], "\(field): \(cell)") }
    }

    @Test func `unique values and primary keys are looked for within a page`() throws {
        let unique = try format(
            "{\"name\": \"k\"}, {\"name\": \"v\", \"constraints\": {\"unique\": true}}")
        #expect(
            try Table("k,v\n1,a\n2,b\n3,a\n4,\n5,\n", unique).codes == [
                [], [], ["CSV-302"], [], [],
            ])
        let key = try format(
            "{\"name\": \"k\"}, {\"name\": \"v\"}", more: ", \"primaryKey\": [\"k\", \"v\"]")
        #expect(
            try Table("k,v\n1,a\n1,b\n1,a\n,c\n", key).codes
                == [[], [], ["CSV-309"], ["CSV-301"]])
    }

    @Test func `no finding ever repeats a value`() throws {
        let fields = """
            {"name": "a", "type": "integer"}, {"name": "b", "type": "date"},
            {"name": "c", "constraints": {"enum": ["M"]}}
            """
        let table = try Table("a,b,c\nCanary,Canary,Canary\n", format(fields))
        #expect(table.codes == [["CSV-206", "CSV-210", "CSV-308"]])
        #expect(table.findings[0].map(\.location.path) == ["a", "b", "c"])
        #expect(!"\(table.findings)".contains("Canary"))
    }

    @Test(arguments: [
        "(a+)+b", "(a|a)*b", "(.*)*x", "([a-z]+)*\\d",
    ])
    func `a pattern that others run away with is answered`(pattern: String) throws {
        let field =
            "\"constraints\": {\"pattern\": \"\(pattern.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\"))\"}"
        #expect(try codes(field, String(repeating: "a", count: 50_000)) == ["CSV-307"])
        #expect(try codes(field, String(repeating: "a", count: 50_000) + "\u{E9}") == ["CSV-307"])
    }

    @Test(
        arguments: [
            ("a|bc", ["a", "bc"], ["b", "abc", ""]),
            ("^a$", ["a"], ["aa"]), ("a?b*c+", ["c", "abbcc"], ["ab"]),
            ("(?:ab){2,3}", ["abab", "ababab"], ["ab", "abababab"]),
            ("[^a-c]", ["d", "\u{E9}"], ["a"]), ("[\\\\w-[0-9]]+", ["ab_", "\u{E9}"], ["a1"]),
            ("\\\\p{Lu}\\\\p{L}*", ["Zo\u{EB}", "\u{C9}"], ["zo"]),
            ("\\\\d{3}-\\\\d{4}", ["555-1234"], ["5551234"]),
            ("[a\\\\-z]+", ["a-z"], ["b"]), (".", ["x", "\u{1F600}"], ["xy"]),
            ("a{2,}", ["aa", "aaaa"], ["a"]),
            ("\\\\S+@\\\\S+", ["a@b"], ["a b@c"]),
        ] as [(String, [String], [String])])
    func `patterns mean what XML Schema says`(pattern: String, right: [String], wrong: [String])
        throws
    {
        let field = "\"constraints\": {\"pattern\": \"\(pattern)\"}"
        for cell in right { #expect(try codes(field, cell) == [], "\(pattern): \(cell)") }
        for cell in wrong where !cell.isEmpty {
            #expect(try codes(field, cell) == ["CSV-307"], "\(pattern): \(cell)")
        }
    }
}

@Suite struct SchemaReadingTests {
    @Test(arguments: [
        ("{", "CSV-902"), ("{\"fields\": [}", "CSV-902"), ("[]", "CSV-903"), ("{}", "CSV-903"),
        ("{\"fields\": [{}]}", "CSV-903"),
        ("{\"fields\": [{\"name\": \"a\"}, {\"name\": \"a\"}]}", "CSV-903"),
        ("{\"fields\": [{\"name\": \"a\", \"type\": \"strng\"}]}", "CSV-903"),
        ("{\"fields\": [{\"name\": \"a\", \"format\": \"mail\"}]}", "CSV-903"),
        ("{\"fields\": [{\"name\": \"a\", \"type\": \"date\", \"format\": \"%Q\"}]}", "CSV-903"),
        ("{\"fields\": [{\"name\": \"a\", \"constraints\": {\"requird\": true}}]}", "CSV-903"),
        ("{\"fields\": [{\"name\": \"a\", \"constraints\": {\"minimum\": 1}}]}", "CSV-903"),
        (
            "{\"fields\": [{\"name\": \"a\", \"type\": \"integer\", \"constraints\": {\"minimum\": \"x\"}}]}",
            "CSV-903"
        ),
        ("{\"fields\": [{\"name\": \"a\", \"constraints\": {\"pattern\": \"(\"}}]}", "CSV-903"),
        ("{\"fields\": [{\"name\": \"a\", \"constraints\": {\"pattern\": \"(?=a)\"}}]}", "CSV-903"),
        (
            "{\"fields\": [{\"name\": \"a\", \"constraints\": {\"pattern\": \"((a{900}){900}){900}\"}}]}",
            "CSV-903"
        ),
        ("{\"fields\": [{\"name\": \"a\"}], \"primaryKey\": \"b\"}", "CSV-903"),
        (
            "{\"fields\": [{\"name\": \"a\"}], \"foreignKeys\": [{\"fields\": \"a\", \"reference\": {\"resource\": \"r\", \"fields\": \"x\"}}]}",
            "CSV-904"
        ),
        ("{\"fields\": [{\"name\": \"a\"}]}", ""),
        ("{\"schema\": {\"fields\": [{\"name\": \"a\"}]}}", ""),
    ])
    func `a schema says what is wrong with it`(json: String, code: String) {
        #expect(schemaCodes(json) == (code.isEmpty ? [] : [code]))
    }

    @Test func `a schema that is not there is told with the nearest name`() {
        let shelf = Shelf(files: ["csv/pms/patients.json": "{}"])
        let made = CSVFamily().format(for: nil, schema: "pms/patient", level: 5, schemas: shelf)
        #expect(made.format == nil)
        #expect(made.findings.map(\.code) == ["CSV-901"])
        #expect(made.findings[0].detail.contains("pms/patients"))
    }

    @Test func `settings are read and their mistakes told where they stand`() throws {
        let shelf = Shelf(files: [
            "csv/s.json":
                "{\"fields\": [{\"name\": \"CLAIM\"}, {\"name\": \"AMT\", \"type\": \"number\"}]}"
        ])
        let node = settings([
            ("type", "csv"), ("schema", "s"), ("delimiter", "|"), ("group", "CLAIM"),
            ("money", "AMT"),
            ("trailer", settings([("match", "TRL"), ("count", "1"), ("total", "2")])),
            ("charset", "windows-1252"), ("header", "false"), ("record_limit", "2MB"),
        ])
        let read = CSVFamily().read(node, schemas: shelf)
        #expect(read.findings.isEmpty)
        let made = try #require(read.format as? CSVFormat)
        #expect(made.settings.trailer == .init(match: "TRL", count: 1, total: 2))
        #expect(
            made.settings.delimiter == UInt8(ascii: "|") && made.settings.recordLimit == 2 << 20)
        #expect(made.settings.charset == .windows1252 && !made.settings.hasHeader)

        let wrong = settings([
            ("type", "csv"), ("schema", "s"), ("group", "CLAM"), ("charset", "ebcdic"),
            ("delimiter", "ab"), ("headr", "true"),
            ("trailer", settings([("match", "T"), ("total", "1")])),
        ])
        let findings = CSVFamily().read(wrong, schemas: shelf)
        #expect(findings.format == nil)
        #expect(Set(findings.findings.map(\.code)) == ["SET-101", "SET-102", "SET-103"])
        #expect(findings.findings.count == 5)
    }

    @Test func `kinds have codes of their own`() {
        let codes = CSVFamily.kinds.map(\.code)
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { $0.hasPrefix("CSV-") })
    }

    @Test(arguments: [
        ("a,b\n1,2\n", true), ("a;b\n1;2\n", true), ("a\tb\n", true), ("MSH|^~\\&|A|B\r", false),
        ("ISA*00*          *00*", false), ("<?xml version=\"1.0\"?>", false),
        ("{\"a\": 1, \"b\": 2}", false),
        ("hello\nworld\n", false), ("\u{1}\u{2},\u{3}", false), ("", false),
    ])
    func `tables are recognized by their content, and signatures left alone`(
        text: String, isTable: Bool
    ) {
        #expect((CSVFamily().sniff(Array(text.utf8)) != nil) == isTable)
    }
}
