public import Exchange

extension HL7Format {
    /// Appends every finding about a message: header, structure, fields and values.
    public func check(
        _ document: HL7Document, record index: Int, into findings: inout [Finding]
    ) {
        if !isClean(document, document.records[index]) {
            check(document, record: index, into: &findings, everyField: false)
        }
        if let profile = settings.profile {
            ProfileCheck.check(profile, self, document, record: index, into: &findings)
        }
    }

    /// The full check.
    ///
    /// - Parameter everyField: look at each field, those that the quick check passes too. The
    ///   findings are the same, which a test proves.
    func check(
        _ document: HL7Document, record index: Int, into findings: inout [Finding],
        everyField: Bool
    ) {
        let record = document.records[index]
        var reporter = Reporter(document, record, schemas[record.schema])
        guard HeaderCheck.check(self, &reporter) else {
            findings += reporter.findings
            return
        }
        StructureCheck.check(&reporter)
        var fields = FieldCheck(reporter)
        fields.check(everyField: everyField)
        ConditionalCheck.check(&fields.reporter)
        findings += fields.reporter.findings
    }

    /// Whether a message has nothing to be found: most have not, and are passed without places,
    /// paths or findings being made.
    private func isClean(_ document: HL7Document, _ record: RecordEntry) -> Bool {
        guard HeaderCheck.isUsual(self, document, record) else { return false }
        let schema = schemas[record.schema]
        guard Acceptor(schema, record.delimiters).accepts(document, record) else { return false }
        var isClean = true
        ConditionalCheck.find(document, record, schema) { _ in isClean = false }
        return isClean
    }
}
