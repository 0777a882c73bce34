/// The settings of the site, as the sample clinic has them; see `config/` there.
extension NightSite {
    static let site = """
        site: bench
        zone: America/Chicago
        paths: {inbox: inbox, outbox: outbox, var: var, schemas: schemas}
        failsafe: {flag: outbox/BOOKING-STOPPED}
        """

    static func feed(acknowledges: Bool) -> String {
        """
        feed: results
        partner: lab
        rank: results
        format: {type: hl7v2, messages: [ORU^R01], versions: ["2.5.1"], batch: expected, totals: warn}
        source:
          folder: inbox/lab
          match: ["*.hl7"]
          ready: {ignore: [".*"], marker: none, stable: 0s, grace: 2h}
          after: leave
          mode: "0660"
        duplicates: {key: [MSH-3, MSH-4, MSH-10], window: 90d, control_ids: unique}
        zone: America/Chicago
        contents: changes
        order: name
        dictionary: results
        \(acknowledges ? "acknowledge: {send: all, to: answers}" : "")
        """
    }

    static func routes(_ destinations: String) -> String {
        """
        routes:
          - {name: results, when: "feed = 'results'", to: \(destinations)}
        """
    }

    private static let envelope =
        "{batch: true, application: WAYBILL, facility: BENCH, receiving_application: EHR, "
        + "receiving_facility: BENCH}"

    static let chart = """
        destinations:
          chart:
            system: ehr
            partner: ehr
            folder: outbox/chart
            format: {type: hl7v2, messages: [ORU^R01], versions: ["2.5.1"], batch: expected}
            edit: in-place
            dictionary: chart
            name: "{feed}_{batch}_{seq}.hl7"
            group: {by: batch, most: 10000}
            envelope: \(envelope)
            marker: none
            mode: "0640"

        """

    static let more = """
          notices:
            system: pms
            partner: pms
            folder: outbox/notices
            format: {type: csv, schema: bench/notices, delimiter: ",", header: true, group: ORDER_ID}
            dictionary: notices
            name: "notices_{batch}_{seq}.csv"
            group: {by: batch, most: 10000}
            envelope: {header: true}
            marker: none
            mode: "0640"
          answers:
            system: lab
            partner: lab
            folder: outbox/answers
            format: {type: hl7v2, messages: [ACK], versions: ["2.5.1"], batch: expected}
            edit: in-place
            name: "ack_{batch}_{seq}.hl7"
            envelope: \(envelope)
            marker: none
            mode: "0640"

        """

    static let rules = """
        rules:
          - id: LAB-201
            owner: lab
            action: flag
            message: "result is more than 30 days after its visit"
            sql: >
              SELECT o.record FROM observation o JOIN encounter e ON e.visit = o.visit
              WHERE julianday(o.effective) - julianday(e.period_end) > 30
          - id: LAB-202
            owner: lab
            action: flag
            message: "result is critical"
            sql: >
              SELECT o.record FROM observation o WHERE o.interpretation IN ('LL', 'HH', 'AA')
          - id: LAB-203
            owner: lab
            action: flag
            message: "result was withdrawn by the lab"
            sql: >
              SELECT o.record FROM observation o WHERE o.status IN ('W', 'D')
        """

    static let reading = """
        dictionary: results
        system: lab
        entity: serviceRequest
        format: hl7v2
        fields:
          - {from: PID-3.1, as: patient.identifier.mrn, required: true, phi: true}
          - {from: PID-5.1, as: patient.name.family, required: true, phi: true}
          - {from: PID-5.2, as: patient.name.given, phi: true}
          - {from: PID-7, as: patient.birthDate, type: date, required: true, phi: true}
          - {from: PV1-19.1, as: encounter.identifier}
          - {from: PV1-44, as: encounter.period.start, type: dateTime}
          - {from: PV1-45, as: encounter.period.end, type: dateTime}
          - {from: ORC-2.1, as: serviceRequest.identifier.placer, required: true}
          - {from: ORC-3.1, as: serviceRequest.identifier.filler, required: true}
        each:
          - from: ORDER_OBSERVATION
            as: diagnosticReport
            fields:
              - {from: OBR-2.1, as: diagnosticReport.identifier.placer, required: true}
              - {from: OBR-3.1, as: diagnosticReport.identifier.filler, required: true}
              - {from: OBR-4.1, as: diagnosticReport.code, required: true, phi: true}
              - {from: OBR-4.2, as: diagnosticReport.code.display, phi: true}
              - {from: OBR-7, as: diagnosticReport.effective, type: dateTime, required: true}
              - {from: OBR-22, as: diagnosticReport.issued, type: dateTime}
              - {from: OBR-25, as: diagnosticReport.status, required: true}
              - {from: OBR-16.1, as: diagnosticReport.orderer.identifier}
            each:
              - from: OBSERVATION
                as: observation
                fields:
                  - {from: OBX-1, as: observation.sequence, type: integer}
                  - {from: OBX-2, as: observation.valueType}
                  - {from: OBX-3.1, as: observation.code, required: true, crosswalk: tests, on_miss: hold, phi: true}
                  - {from: OBX-3.1, as: observation.code.local, direction: read, required: true, phi: true}
                  - {from: OBX-3.2, as: observation.code.display, phi: true}
                  - {from: OBX-3.3, as: observation.code.system}
                  - {from: OBX-5, as: observation.value, phi: true}
                  - {from: OBX-6.1, as: observation.unit}
                  - {from: OBX-7, as: observation.referenceRange}
                  - {from: OBX-8, as: observation.interpretation, phi: true}
                  - {from: OBX-11, as: observation.status, required: true}
                  - {from: OBX-14, as: observation.effective, type: dateTime}
        """

    static let writing = """
        dictionary: chart
        system: ehr
        entity: serviceRequest
        format: hl7v2
        constants:
          - {to: MSH-5, value: EHR}
          - {to: MSH-6, value: BENCH}
        fields: []
        each:
          - from: ORDER_OBSERVATION
            as: diagnosticReport
            fields: []
            each:
              - from: OBSERVATION
                as: observation
                fields:
                  - {from: OBX-3.1, as: observation.code, required: true, phi: true}
                  - {from: OBX-3.3, as: observation.code.system, required: true}
                  - {from: OBX-3.4, as: observation.code.local, phi: true}
        """

    static let notices = """
        dictionary: notices
        system: pms
        entity: serviceRequest
        format: csv
        fields:
          - {from: ORDER_ID, as: serviceRequest.identifier.placer, required: true}
          - {from: MRN, as: patient.identifier.mrn, required: true, phi: true}
          - {from: VISIT_ID, as: encounter.identifier}
        each:
          - from: row
            as: diagnosticReport
            fields:
              - {from: STATUS, as: diagnosticReport.status, required: true}
              - {from: REPORTED_AT, as: diagnosticReport.issued, type: dateTime, format: "MM/dd/yyyy HH:mm", required: true}
        """

    /// The laboratory's codes, as the chart knows them.
    static let crosswalk =
        "from,to,owner\n"
        + [
            ("2345-7", "GLU"), ("3094-0", "BUN"), ("2160-0", "CREA"), ("2951-2", "NA"),
            ("2823-3", "K"), ("2075-0", "CL"), ("2028-9", "CO2"), ("17861-6", "CA"),
            ("2885-2", "PROT"), ("1751-7", "ALB"), ("6768-6", "ALP"), ("1742-6", "ALT"),
        ].map { "\($0.0),\($0.1),lab\n" }.joined()

    static let noticeSchema = """
        {"fields": [
          {"name": "ORDER_ID", "type": "string", "constraints": {"required": true}},
          {"name": "MRN", "type": "string", "constraints": {"required": true}},
          {"name": "VISIT_ID", "type": "string"},
          {"name": "STATUS", "type": "string", "constraints": {"required": true}},
          {"name": "REPORTED_AT", "type": "datetime", "format": "%m/%d/%Y %H:%M", "constraints": {"required": true}}
        ], "missingValues": [""]}
        """
}
