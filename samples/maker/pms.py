"""The PMS's CSV files, and the EHR's CSV extract."""

import csv
import io

from .clinic import PAYERS, PROVIDERS, cents, european_date, us_date


def table(header: list[str], rows: list[list[str]], trailer: list[str] | None = None) -> bytes:
    """CSV as the PMS writes it: RFC 4180, CRLF, UTF-8, quotes only where they are needed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    if trailer:
        writer.writerow(trailer)
    return out.getvalue().encode()


def patients(people) -> bytes:
    header = (
        "MRN,LAST_NAME,FIRST_NAME,DOB,SEX,ADDRESS,CITY,STATE,ZIP,HOME_PHONE,EMAIL,LANGUAGE,MARITAL,"
        "INS_PLAN,INS_MEMBER_ID,INS_GROUP,PCP_NPI,PORTAL_CONSENT,PREF_PHARMACY,IMPLANT_LOT,REG_DATE"
    ).split(",")
    rows = [
        [
            p.mrn, p.family, p.given, p.birth_as_written or us_date(p.birth),
            p.sex_as_written or p.sex, p.street, p.city, p.state, p.zip, p.phone, p.email,
            p.language, p.marital, p.payer, p.member, p.group, PROVIDERS[p.pcp][0], p.portal,
            p.pharmacy, p.implant_lot, us_date(p.registered),
        ]
        for p in people
    ]
    return table(header, rows)


def appointments(rows) -> bytes:
    """Rows of (id, patient, visit, yyyyMMddHHmm, minutes, type, reason, provider, room, status)."""
    header = (
        "APPT_ID,MRN,VISIT_ID,LAST_NAME,FIRST_NAME,DOB,START,MINUTES,TYPE,REASON,PROVIDER_NPI,"
        "PROVIDER_NAME,ROOM,STATUS"
    ).split(",")
    lines = []
    for number, p, visit, start, minutes, kind, reason, provider, room, status in rows:
        doctor = PROVIDERS[provider]
        lines.append([
            number, p.mrn, visit, p.family, p.given, us_date(p.birth),
            f"{us_date(start[:8])} {start[8:10]}:{start[10:]}", str(minutes), kind, reason,
            doctor[0], doctor[1], room, status,
        ])
    return table(header, lines)


class Claim:
    """One claim: a visit's charges to one payer. `lines` are (CPT, modifier, units, cents, pointer)."""

    def __init__(self, pcn, patient, visit, day, provider, diagnoses, lines):
        self.pcn, self.patient, self.visit, self.day = pcn, patient, visit, day
        self.provider, self.diagnoses, self.lines = provider, diagnoses, lines

    @property
    def total(self) -> int:
        return sum(line[3] for line in self.lines)


def charges(claims) -> bytes:
    """One row a charge line; the rows of one CLAIM_ID stand together. Ends in a trailer row that
    counts the rows and adds up CHARGE."""
    header = (
        "CLAIM_ID,MRN,VISIT_ID,LAST_NAME,FIRST_NAME,DOB,SEX,ADDRESS,CITY,STATE,ZIP,PAYER,MEMBER_ID,"
        "GROUP_NO,RENDERING_NPI,RENDERING_LAST,RENDERING_FIRST,DX1,DX2,DX3,CLAIM_TOTAL,"
        "LINE,LINE_ID,SERVICE_DATE,CPT,MODIFIER,UNITS,CHARGE,POS,DX_POINTER1,DX_POINTER2"
    ).split(",")
    rows = []
    for claim in claims:
        p, doctor = claim.patient, PROVIDERS[claim.provider]
        codes = (list(claim.diagnoses) + ["", "", ""])[:3]
        for number, (cpt, modifier, units, amount, pointer) in enumerate(claim.lines, start=1):
            pointers = (pointer.split(":") + [""])[:2]
            rows.append([
                claim.pcn, p.mrn, claim.visit, p.family, p.given, us_date(p.birth), p.sex,
                p.street, p.city, p.state, p.zip, p.payer, p.member, p.group, doctor[0],
                doctor[1], doctor[2], *codes, cents(claim.total), str(number), f"{claim.pcn}L{number}",
                us_date(claim.day), cpt, modifier, str(units), cents(amount), "11", *pointers,
            ])
    total = sum(claim.total for claim in claims)
    return table(header, rows, ["TRL", str(len(rows)), cents(total)])


def ehr_patients(people, leave_out=()) -> bytes:
    """The EHR's own list of patients: semicolons, and the day before the month."""
    lines = ["EHR_ID;MRN;FAMILY;GIVEN;BIRTH_DATE;SEX;ACTIVE"]
    for p in people:
        if p.mrn in leave_out:
            continue
        sex = {"F": "female", "M": "male"}[p.sex]
        lines.append(f"E{int(p.mrn[1:]) + 40000};{p.mrn};{p.family};{p.given};{european_date(p.birth)};{sex};Y")
    return ("\n".join(lines) + "\n").encode()


def payer_name(patient) -> str:
    return PAYERS[patient.payer][0]
