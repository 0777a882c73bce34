"""X12 005010: 837P of the outside billing service, and the clearinghouse's answers."""

from .clinic import (
    CLINIC_ADDRESS, CLINIC_NAME, CLINIC_NPI, CLINIC_TAX_ID, PAYERS, PROVIDERS, SITE, plain,
)

SENDERS = {"CLEARHOUSE": "ZZ", "BILLSVC": "ZZ", SITE: "ZZ"}


def seg(*elements) -> str:
    """One segment; empty elements at its end are left away."""
    parts = [str(e) for e in elements]
    while parts and parts[-1] == "":
        parts.pop()
    return "*".join(parts) + "~\n"


def transaction(kind, guide, number, body) -> str:
    """ST … SE; SE01 counts both. An 835 has no ST03."""
    head = seg("ST", kind, number, "" if kind == "835" else guide)
    count = (head + body).count("~") + 1
    return head + body + seg("SE", count, number)


def interchange(sender, control, when, groups="", receiver=SITE) -> bytes:
    """ISA … IEA; `when` is yyyyMMddHHmm. Elements of ISA have a fixed width, 106 bytes in all."""
    isa = (
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{sender:15}*ZZ*{receiver:15}*{when[2:8]}*{when[8:12]}"
        f"*^*00501*{control:09d}*0*P*:~\n"
    )
    return (isa + groups + seg("IEA", groups.count("GS*"), f"{control:09d}")).encode()


def group(kind, sender, when, control, guide, sets, receiver=SITE) -> str:
    return (
        seg("GS", kind, sender, receiver, when[:8], when[8:12], control, "X", guide)
        + "".join(sets)
        + seg("GE", len(sets), control)
    )


# --- claims -------------------------------------------------------------------------------------


def claims_837p(claims, sender, control, when) -> str:
    """The body of an 837P: one billing provider, one 2000B loop a claim, patient = subscriber."""
    street, city, state, zip_code = CLINIC_ADDRESS
    body = seg("BHT", "0019", "00", f"{control:09d}", when[:8], when[8:12], "CH")
    body += seg("NM1", "41", "2", "SAMPLE BILLING SERVICE", "", "", "", "", "46", sender)
    body += seg("PER", "IC", "BILLING DESK", "TE", "2175550190")
    body += seg("NM1", "40", "2", "SAMPLE CLEARINGHOUSE", "", "", "", "", "46", "CLEARHOUSE")
    body += seg("HL", 1, "", 20, 1)
    body += seg("NM1", "85", "2", CLINIC_NAME, "", "", "", "", "XX", CLINIC_NPI)
    body += seg("N3", street) + seg("N4", city, state, zip_code) + seg("REF", "EI", CLINIC_TAX_ID)
    for level, claim in enumerate(claims, start=2):
        body += _claim(claim, level)
    return body


def _claim(claim, level) -> str:
    p = claim.patient
    name, payer_id, _, _ = PAYERS[p.payer]
    number, family, given, taxonomy = PROVIDERS[claim.provider]
    body = seg("HL", level, 1, 22, 0)
    body += seg("SBR", "P", "18", p.group, "", "", "", "", "", "CI")
    body += seg("NM1", "IL", "1", p.family.upper(), p.given.upper(), "", "", "", "MI", p.member)
    body += seg("N3", p.street.upper()) + seg("N4", p.city.upper(), p.state, p.zip)
    body += seg("DMG", "D8", p.birth, p.sex)
    body += seg("NM1", "PR", "2", name, "", "", "", "", "PI", payer_id)
    body += seg("CLM", claim.pcn, plain(claim.total), "", "", "11:B:1", "Y", "A", "Y", "Y")
    body += seg("HI", *[("ABK:" if i == 0 else "ABF:") + dx for i, dx in enumerate(claim.diagnoses)])
    body += seg("NM1", "82", "1", family.upper(), given.upper(), "", "", "", "XX", number)
    body += seg("PRV", "PE", "PXC", taxonomy)
    for line, (cpt, modifier, units, amount, pointer) in enumerate(claim.lines, start=1):
        code = f"HC:{cpt}:{modifier}" if modifier else f"HC:{cpt}"
        body += seg("LX", line) + seg("SV1", code, plain(amount), "UN", units, "", "", pointer)
        body += seg("DTP", "472", "D8", claim.day) + seg("REF", "6R", f"{claim.pcn}L{line}")
    return body


# --- answers ------------------------------------------------------------------------------------


def ta1(answered, their_date, their_time, code="A", note="000") -> str:
    """TA1 about our interchange `answered`; ISA09 and ISA10 of it are repeated."""
    return seg("TA1", f"{answered:09d}", their_date, their_time, code, note)


def body_999(group_control, sets) -> str:
    """999 about our functional group; `sets` are (ST02, IK501)."""
    body = seg("AK1", "HC", group_control, "005010X222A1")
    for number, verdict in sets:
        body += seg("AK2", "837", number, "005010X222A1") + seg("IK5", verdict)
    accepted = sum(1 for _, verdict in sets if verdict in "AE")
    verdict = "A" if accepted == len(sets) else "R" if accepted == 0 else "P"
    return body + seg("AK9", verdict, len(sets), len(sets), accepted)


def body_277ca(bht03, when, statuses, received) -> str:
    """277CA about one 837: `bht03` is ours; `statuses` are (claim, STC01, payer's claim number).

    2200B and 2200C carry the total, and what of it was accepted and rejected, in claims and money.
    """
    day = when[:8]
    accepted = [s for s in statuses if s[1].split(":")[0] in ("A1", "A2")]
    rejected = [s for s in statuses if s not in accepted]
    total = sum(s[0].total for s in statuses)

    def totals(quantity_in, quantity_out):
        text = ""
        if accepted:
            text += seg("QTY", quantity_in, len(accepted))
        if rejected:
            text += seg("QTY", quantity_out, len(rejected))
        if accepted:
            text += seg("AMT", "YU", plain(sum(s[0].total for s in accepted)))
        if rejected:
            text += seg("AMT", "YY", plain(sum(s[0].total for s in rejected)))
        return text

    body = seg("BHT", "0085", "08", "CH277" + day, day, when[8:12], "TH")
    body += seg("HL", 1, "", 20, 1)
    body += seg("NM1", "AY", "2", "SAMPLE CLEARINGHOUSE", "", "", "", "", "46", "CLEARHOUSE")
    body += seg("TRN", 1, "CH277" + day) + seg("DTP", "050", "D8", received) + seg("DTP", "009", "D8", day)
    body += seg("HL", 2, 1, 21, 1)
    body += seg("NM1", "41", "2", CLINIC_NAME, "", "", "", "", "46", SITE)
    body += seg("TRN", 2, bht03) + seg("STC", "A1:19:PR", day, "WQ", plain(total)) + totals("90", "AA")
    body += seg("HL", 3, 2, 19, 1)
    body += seg("NM1", "85", "2", CLINIC_NAME, "", "", "", "", "XX", CLINIC_NPI)
    body += seg("TRN", 1, 0) + seg("STC", "A1:19:PR", "", "WQ", plain(total)) + totals("QA", "QC")
    for level, (claim, status, payer_number) in enumerate(statuses, start=4):
        p = claim.patient
        action = "WQ" if (claim, status, payer_number) in accepted else "U"
        body += seg("HL", level, 3, "PT")
        body += seg("NM1", "QC", "1", p.family.upper(), p.given.upper(), "", "", "", "MI", p.member)
        body += seg("TRN", 2, claim.pcn) + seg("STC", status, day, action, plain(claim.total))
        if payer_number:
            body += seg("REF", "1K", payer_number)
        body += seg("DTP", "472", "D8", claim.day)
    return body


class Paid:
    """How a payer settled one claim: CLP02, and for each line (paid, [(group, reason, amount)])."""

    def __init__(self, claim, payer_number, lines, status="1", remarks=None):
        self.claim, self.payer_number, self.status = claim, payer_number, status
        self.lines, self.remarks = lines, remarks or {}

    @property
    def paid(self) -> int:
        return sum(paid for paid, _ in self.lines)

    @property
    def patient_share(self) -> int:
        return sum(a for _, cas in self.lines for g, _, a in cas if g == "PR")


def body_835(payer, trace, day, settled, adjustments=(), misstate=0) -> str:
    """One payment. BPR02 = sum of CLP04 - sum of PLB, unless `misstate` cents are added to it."""
    name, payer_id, tax, (street, city, state, zip_code) = PAYERS[payer]
    total = sum(s.paid for s in settled) - sum(amount for _, _, amount in adjustments)
    body = seg("BPR", "I", plain(total + misstate), "C", "CHK", *[""] * 11, day)
    body += seg("TRN", 1, trace, tax)
    body += seg("DTM", "405", day)
    body += seg("N1", "PR", name) + seg("N3", street) + seg("N4", city, state, zip_code)
    body += seg("REF", "2U", payer_id) + seg("PER", "BL", "PROVIDER DESK", "TE", "2175550191")
    body += seg("N1", "PE", CLINIC_NAME, "XX", CLINIC_NPI) + seg("REF", "TJ", CLINIC_TAX_ID)
    body += seg("LX", 1)
    for s in settled:
        body += _settled(s)
    if adjustments:
        pairs = [e for code, reference, amount in adjustments for e in (f"{code}:{reference}", plain(amount))]
        body += seg("PLB", CLINIC_NPI, day[:4] + "1231", *pairs)
    return body


def _settled(s) -> str:
    claim, p = s.claim, s.claim.patient
    share = plain(s.patient_share) if s.patient_share else ""
    body = seg("CLP", claim.pcn, s.status, plain(claim.total), plain(s.paid), share, "12", s.payer_number, "11", "1")
    body += seg("NM1", "QC", "1", p.family.upper(), p.given.upper(), "", "", "", "MI", p.member)
    number, family, given, _ = PROVIDERS[claim.provider]
    body += seg("NM1", "82", "1", family.upper(), given.upper(), "", "", "", "XX", number)
    body += seg("DTM", "232", claim.day)
    for line, ((cpt, modifier, units, amount, _), (paid, adjusted)) in enumerate(
        zip(claim.lines, s.lines, strict=True), start=1
    ):
        assert amount - sum(a for _, _, a in adjusted) == paid, (claim.pcn, line)
        code = f"HC:{cpt}:{modifier}" if modifier else f"HC:{cpt}"
        body += seg("SVC", code, plain(amount), plain(paid), "", units) + seg("DTM", "472", claim.day)
        for group_code, reason, sum_adjusted in adjusted:
            body += seg("CAS", group_code, reason, plain(sum_adjusted))
        body += seg("REF", "6R", f"{claim.pcn}L{line}")
        if line in s.remarks:
            body += seg("LQ", "HE", s.remarks[line])
    return body
