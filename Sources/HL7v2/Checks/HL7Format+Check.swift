public import Exchange

extension HL7Format {
    /// Appends every finding about a message: header, structure, fields and values.
    public func check(
        _ document: HL7Document, record index: Int, into findings: inout [Finding]
    ) {
        let record = document.records[index]
        var reporter = Reporter(document, record, schemas[record.schema])
        guard HeaderCheck.check(self, &reporter) else {
            findings += reporter.findings
            return
        }
        StructureCheck.check(&reporter)
        var fields = FieldCheck(reporter)
        fields.check()
        ConditionalCheck.check(&fields.reporter)
        findings += fields.reporter.findings
    }
}
