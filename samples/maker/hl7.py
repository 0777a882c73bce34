"""HL7 v2 messages of the EHR and the lab. Segments end in CR, as the standard says."""

from .clinic import PROVIDERS, SITE

ZONE = "-0600"  # Central Standard Time, in November


def message(*segments: str) -> str:
    return "".join(segment.rstrip("|") + "\r" for segment in segments)


def msh(sender, receiver, when, kind, control, version) -> str:
    return f"MSH|^~\\&|{sender}|{receiver}|{when}||{kind}|{control}|P|{version}"


def pid(p) -> str:
    return f"PID|1||{p.mrn}^^^{SITE}^MR||{p.family}^{p.given}||{p.birth}|{p.sex}"


def doctor(key) -> str:
    number, family, given, _ = PROVIDERS[key]
    return f"{number}^{family}^{given}^^^^^^NPI"


def pv1(visit, day, provider) -> str:
    """PV1-7 attending, PV1-19 visit number, PV1-44/45 begin and end of the visit."""
    fields = [""] * 46
    fields[1], fields[2], fields[7], fields[19] = "1", "O", doctor(provider), visit
    fields[44], fields[45] = day + "0800", day + "1700"
    return "PV1|" + "|".join(fields[1:])


def batch(messages, sender, when, name, control, claimed=None, end=True) -> bytes:
    """FHS BHS … BTS FTS around messages. `claimed` is what BTS-1 says when that is not true."""
    receiver = f"WAYBILL|{SITE}"
    head = message(
        f"FHS|^~\\&|{sender}|{receiver}|{when}||{name}||{control}",
        f"BHS|^~\\&|{sender}|{receiver}|{when}||ORU^R01||{control}",
    )
    tail = message(f"BTS|{claimed if claimed is not None else len(messages)}", "FTS|1")
    return (head + "".join(messages) + (tail if end else "")).encode()


# The lab's own code -> text, value type, unit, reference range
TESTS = {
    "GLU": ("Glucose", "NM", "mg/dL", "70-99"),
    "HBA1C": ("Hemoglobin A1c", "NM", "%", "4.0-5.6"),
    "TSH": ("Thyrotropin", "NM", "mIU/L", "0.4-4.0"),
    "CHOL": ("Cholesterol", "NM", "mg/dL", "0-199"),
    "HDL": ("HDL cholesterol", "NM", "mg/dL", "40-80"),
    "TRIG": ("Triglyceride", "NM", "mg/dL", "0-149"),
    "WBC": ("White cells", "NM", "10*3/uL", "4.0-11.0"),
    "HGB": ("Hemoglobin", "NM", "g/dL", "12.0-16.0"),
    "PLT": ("Platelets", "NM", "10*3/uL", "150-400"),
    "K": ("Potassium", "NM", "mmol/L", "3.5-5.1"),
    "CREA": ("Creatinine", "NM", "mg/dL", "0.6-1.2"),
    "STREPA": ("Streptococcus A antigen", "ST", "", "Negative"),
    "QX77": ("Newly introduced assay", "NM", "U/L", "0-35"),  # not in the crosswalk, on purpose
}
# Orderable at the lab -> its text and the tests that it reports
PANELS = {
    "GLU": ("Glucose", ["GLU"]), "HBA1C": ("Hemoglobin A1c", ["HBA1C"]),
    "TSH": ("Thyrotropin", ["TSH"]), "LIPID": ("Lipid panel", ["CHOL", "HDL", "TRIG"]),
    "CBC": ("Blood count", ["WBC", "HGB", "PLT"]), "BMP": ("Basic panel", ["GLU", "K", "CREA"]),
    "STREPA": ("Streptococcus A antigen", ["STREPA"]), "QX77": ("Newly introduced assay", ["QX77"]),
}


class Order:
    """One order: its numbers at the EHR and at the lab, whose it is, and from which visit."""

    def __init__(self, number, patient, panel, visit, day, provider):
        self.placer, self.filler = f"EO{50000 + number}", f"AL{90000 + number}"
        self.patient, self.panel, self.visit, self.day, self.provider = patient, panel, visit, day, provider


def order_message(order, control, when, action="NW") -> str:
    """ORM^O01 from the EHR: ORC-1 `NW` places the order, `CA` cancels it."""
    text = PANELS[order.panel][0]
    placed = f"{order.day}1000{ZONE}"
    return message(
        msh("EHR|SAMPLECLINIC", f"WAYBILL|{SITE}", when, "ORM^O01^ORM_O01", control, "2.5.1"),
        pid(order.patient),
        pv1(order.visit, order.day, order.provider),
        f"ORC|{action}|{order.placer}^EHR|||{'CA' if action == 'CA' else ''}||||{when}|||{doctor(order.provider)}",
        f"OBR|1|{order.placer}^EHR||{order.panel}^{text}^99ACME||{placed}||||||||||{doctor(order.provider)}",
        "DG1|1||Z00.00^^I10|||W",
    )


def result_message(
    order, control, when, values, version="2.5.1", state="F", row_state=None, collected=None,
    lab="ACMELAB|ACME", note=None,
) -> str:
    """ORU^R01 from the lab. `values` are (value, flag) for each test of the panel."""
    text, tests = PANELS[order.panel]
    drawn = (collected or order.day) + "1030" + ZONE
    kind = "ORU^R01" if version == "2.3" else "ORU^R01^ORU_R01"
    obr = [""] * 28
    obr[1], obr[2], obr[3] = "1", f"{order.placer}^EHR", f"{order.filler}^ACMELAB"
    obr[4], obr[7], obr[16] = f"{order.panel}^{text}^99ACME", drawn, doctor(order.provider)
    obr[22], obr[24], obr[25] = when, "LAB", state
    orc = [""] * 13
    orc[1], orc[2], orc[3], orc[12] = "RE", obr[2], obr[3], obr[16]
    if version == "2.3":  # required by the 2.3 tables, though real labs leave them empty
        orc[7] = obr[27] = "^^^^^R"
    rows = []
    for number, (test, (value, flag)) in enumerate(zip(tests, values, strict=True), start=1):
        label, kind_of_value, unit, reference = TESTS[test]
        rows.append(
            f"OBX|{number}|{kind_of_value}|{test}^{label}^99ACME||{value}|{unit}|{reference}|{flag}"
            f"|||{row_state or state}|||{drawn}"
        )
        if note and number == 1:
            rows.append(f"NTE|1|L|{note}")
    return message(
        msh(lab, f"WAYBILL|{SITE}", when, kind, control, version),
        pid(order.patient),
        pv1(order.visit, order.day, order.provider),
        "ORC|" + "|".join(orc[1:]),
        "OBR|" + "|".join(obr[1:]),
        *rows,
    )


def merge_message(survivor, loser, control, when) -> str:
    """ADT^A40: the record in MRG-1 is now the one in PID-3."""
    return message(
        msh("EHR|SAMPLECLINIC", f"WAYBILL|{SITE}", when, "ADT^A40^ADT_A39", control, "2.5.1"),
        f"EVN||{when}",
        pid(survivor),
        f"MRG|{loser.mrn}^^^{SITE}^MR",
    )
