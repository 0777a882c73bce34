"""The portal's questionnaire answers and the notes (C-CDA), both as XML."""

from .clinic import CLINIC_NAME, CLINIC_NPI, PROVIDERS

CCDA = "2.16.840.1.113883.10.20.22"
ROOT = "2.999.62.1"  # 2.999 is the arc for examples (ITU-T X.660)


def note(p, visit, day, provider, cpt, diagnoses, number) -> bytes:
    """A small C-CDA progress note: header, one encounter with its CPT code and diagnoses."""
    npi, family, given, taxonomy = PROVIDERS[provider]
    entries = "\n".join(_diagnosis(dx, day, i) for i, dx in enumerate(diagnoses, start=1))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <realmCode code="US"/>
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <templateId root="{CCDA}.1.1" extension="2015-08-01"/>
  <templateId root="{CCDA}.1.9" extension="2015-08-01"/>
  <id root="{ROOT}.1" extension="NOTE-{number}"/>
  <code code="11506-3" codeSystem="2.16.840.1.113883.6.1"/>
  <title>Progress note</title>
  <effectiveTime value="{day}1730-0600"/>
  <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
  <languageCode code="en-US"/>
  <recordTarget>
    <patientRole>
      <id root="{ROOT}.2" extension="{p.mrn}"/>
      <addr><streetAddressLine>{p.street}</streetAddressLine><city>{p.city}</city><state>{p.state}</state><postalCode>{p.zip}</postalCode></addr>
      <telecom value="tel:+1-{p.phone}" use="HP"/>
      <patient>
        <name><given>{p.given}</given><family>{p.family}</family></name>
        <administrativeGenderCode code="{p.sex}" codeSystem="2.16.840.1.113883.5.1"/>
        <birthTime value="{p.birth}"/>
      </patient>
    </patientRole>
  </recordTarget>
  <author>
    <time value="{day}1730-0600"/>
    <assignedAuthor>
      <id root="2.16.840.1.113883.4.6" extension="{npi}"/>
      <code code="{taxonomy}" codeSystem="2.16.840.1.113883.6.101"/>
      <addr nullFlavor="NI"/>
      <telecom nullFlavor="NI"/>
      <assignedPerson><name><given>{given}</given><family>{family}</family></name></assignedPerson>
    </assignedAuthor>
  </author>
  <custodian>
    <assignedCustodian>
      <representedCustodianOrganization>
        <id root="2.16.840.1.113883.4.6" extension="{CLINIC_NPI}"/>
        <name>{CLINIC_NAME}</name>
        <telecom nullFlavor="NI"/>
        <addr nullFlavor="NI"/>
      </representedCustodianOrganization>
    </assignedCustodian>
  </custodian>
  <componentOf>
    <encompassingEncounter>
      <id root="{ROOT}.3" extension="{visit}"/>
      <code code="AMB" codeSystem="2.16.840.1.113883.5.4"/>
      <effectiveTime><low value="{day}0800-0600"/><high value="{day}0830-0600"/></effectiveTime>
      <responsibleParty>
        <assignedEntity>
          <id root="2.16.840.1.113883.4.6" extension="{npi}"/>
          <assignedPerson><name><given>{given}</given><family>{family}</family></name></assignedPerson>
        </assignedEntity>
      </responsibleParty>
    </encompassingEncounter>
  </componentOf>
  <component>
    <structuredBody>
      <component>
        <section>
          <templateId root="{CCDA}.2.22.1" extension="2015-08-01"/>
          <code code="46240-8" codeSystem="2.16.840.1.113883.6.1"/>
          <title>Encounters</title>
          <text>Office visit</text>
          <entry>
            <encounter classCode="ENC" moodCode="EVN">
              <templateId root="{CCDA}.4.49" extension="2015-08-01"/>
              <id root="{ROOT}.3" extension="{visit}"/>
              <code code="{cpt}" codeSystem="2.16.840.1.113883.6.12"/>
              <effectiveTime value="{day}"/>
              <performer>
                <assignedEntity><id root="2.16.840.1.113883.4.6" extension="{npi}"/></assignedEntity>
              </performer>
{entries}
            </encounter>
          </entry>
        </section>
      </component>
    </structuredBody>
  </component>
</ClinicalDocument>
""".encode()


def _diagnosis(code, day, number) -> str:
    """ICD-10-CM is written with its point in C-CDA."""
    dotted = code if len(code) <= 3 else f"{code[:3]}.{code[3:]}"
    return f"""              <entryRelationship typeCode="SUBJ">
                <act classCode="ACT" moodCode="EVN">
                  <templateId root="{CCDA}.4.80" extension="2015-08-01"/>
                  <code code="29308-4" codeSystem="2.16.840.1.113883.6.1"/>
                  <entryRelationship typeCode="SUBJ">
                    <observation classCode="OBS" moodCode="EVN">
                      <templateId root="{CCDA}.4.4" extension="2015-08-01"/>
                      <id root="{ROOT}.4" extension="DX-{number}"/>
                      <code code="282291009" codeSystem="2.16.840.1.113883.6.96"/>
                      <statusCode code="completed"/>
                      <effectiveTime><low value="{day}"/></effectiveTime>
                      <value xsi:type="CD" code="{dotted}" codeSystem="2.16.840.1.113883.6.90"/>
                    </observation>
                  </entryRelationship>
                </act>
              </entryRelationship>"""


QUESTIONS = (
    ("SMOKE", "Do you smoke?", "No"),
    ("ALLERGY", "Any allergies?", "None known"),
    ("PAIN", "Pain today, from 0 to 10", "2"),
    ("FALL", "Have you fallen this year?", "No"),
)


def answers(rows, when) -> bytes:
    """Questionnaire answers from the portal; rows are (number, patient, visit, day)."""
    out = ['<?xml version="1.0" encoding="UTF-8"?>']
    out.append(
        f'<responseSet xmlns="urn:waybill:portal:questionnaire" sender="PORTAL" created="{when}"'
        f' count="{len(rows)}">'
    )
    for number, p, visit, day in rows:
        birth = f"{p.birth[:4]}-{p.birth[4:6]}-{p.birth[6:]}"
        out.append(f'  <response id="QR-{number}">')
        out.append(f'    <patient mrn="{p.mrn}">')
        out.append(f"      <birthDate>{birth}</birthDate>")
        out.append(f"      <name><family>{p.family}</family><given>{p.given}</given></name>")
        out.append("    </patient>")
        out.append(f"    <visit>{visit}</visit>")
        out.append("    <questionnaire>PREVISIT</questionnaire>")
        out.append(f"    <completed>{day[:4]}-{day[4:6]}-{day[6:]}T20:15:00-06:00</completed>")
        for link, text, value in QUESTIONS:
            out.append(f'    <item linkId="{link}"><text>{text}</text><answer type="text">{value}</answer></item>')
        out.append("  </response>")
    out.append("</responseSet>")
    return ("\n".join(out) + "\n").encode()
