#!/usr/bin/env python3
"""Writes samples/night-0 and samples/night-1: what lay in the inboxes on two nights.

    python3 samples/make.py

The same files come out every time: nothing here reads a clock or rolls dice. `README.md` beside
this file tells each of them, the trouble planted in it, and what Waybill makes of it.

night-0 is Thursday 19 November 2026, 02:00: a quiet night and the first one. Everything is new.
night-1 is Friday 20 November 2026, 02:00: an ordinary night with all the trouble in it.
"""

import copy
import shutil
from pathlib import Path

from maker import hl7, pms, x12, xml
from maker.clinic import SITE, Patient
from maker.hl7 import Order
from maker.pms import Claim
from maker.x12 import Paid

HERE = Path(__file__).parent
LAB, NORTH = "ACMELAB|ACME", "ACMENORTH|ACME"


def write(night: int, name: str, content: bytes) -> None:
    path = HERE / f"night-{night}" / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


people = {f"P{n}": Patient(n) for n in range(1001, 1034)}
people["P1032"].birth = "19800413"  # which the PMS exports as 13/04/1980 on night 1
first_thirty = [people[f"P{n}"] for n in range(1001, 1031)]


def p(number: int) -> Patient:
    return people[f"P{number}"]


# --- night 0: registrations, appointments ----------------------------------------------------

# APPT_ID, patient, VISIT_ID, start, minutes, type, reason, provider, room, status
APPOINTMENTS_0 = [
    ("A7001", p(1001), "V3101", "202611190900", 20, "FOLLOWUP", "Blood sugar", "FERN", "R1", "BOOKED"),
    ("A7002", p(1002), "V3102", "202611190930", 20, "FOLLOWUP", "Results", "FERN", "R1", "BOOKED"),
    ("A7003", p(1003), "V3103", "202611191000", 40, "PHYSICAL", "Yearly visit", "MOSS", "R2", "BOOKED"),
    ("A7004", p(1005), "V3104", "202611231100", 20, "FOLLOWUP", "Cough", "REED", "R3", "BOOKED"),
    ("A7005", p(1006), "V3105", "202611241330", 20, "FOLLOWUP", "Blood pressure", "MOSS", "R2", "BOOKED"),
    ("A7006", p(1008), "V3106", "202611241400", 40, "NEW", "First visit", "FERN", "R1", "BOOKED"),
    ("A7007", p(1010), "V3107", "202611250900", 20, "VACCINE", "Influenza", "REED", "R3", "BOOKED"),
    ("A7008", p(1013), "V3108", "202611251030", 20, "FOLLOWUP", "Back pain", "MOSS", "R2", "BOOKED"),
    ("A7009", p(1016), "V3109", "202611301500", 20, "FOLLOWUP", "Cholesterol", "FERN", "R1", "BOOKED"),
    ("A7010", p(1021), "V3110", "202612010830", 40, "PHYSICAL", "Yearly visit", "MOSS", "R2", "BOOKED"),
]

# PCN, patient, visit, day, provider, diagnoses, lines of (CPT, modifier, units, cents, pointer)
CLAIMS_0 = [
    Claim("LC26K18001", p(1001), "V3001", "20261118", "FERN", ["E119", "I10"],
          [("99214", "25", 1, 18500, "1:2"), ("36415", "", 1, 1200, "1")]),
    Claim("LC26K18002", p(1002), "V3002", "20261118", "MOSS", ["I10"], [("99213", "", 1, 12500, "1")]),
    Claim("LC26K18003", p(1003), "V3003", "20261118", "REED", ["M5450"], [("99213", "", 1, 12500, "1")]),
    Claim("LC26K18004", p(1005), "V3004", "20261118", "FERN", ["E785", "E119"],
          [("99214", "", 1, 18500, "1:2"), ("80061", "", 1, 4200, "1"), ("83036", "", 1, 2850, "2")]),
    Claim("LC26K18005", p(1006), "V3005", "20261118", "MOSS", ["Z0000"], [("99396", "", 1, 21000, "1")]),
    Claim("LC26K18006", p(1007), "V3006", "20261118", "REED", ["J069"], [("99212", "", 1, 8500, "1")]),
    Claim("LC26K18007", p(1009), "V3007", "20261118", "FERN", ["N390"],
          [("99213", "", 1, 12500, "1"), ("81003", "", 1, 900, "1")]),
    Claim("LC26K18008", p(1004), "V3008", "20261118", "MOSS", ["Z23"],
          [("90686", "", 1, 3100, "1"), ("90471", "", 1, 2800, "1")]),
    Claim("LC26K18009", p(1008), "V3009", "20261118", "FERN", ["R059"], [("99203", "", 1, 17000, "1")]),
    Claim("LC26K18010", p(1012), "V3010", "20261118", "REED", ["E039"],
          [("99213", "", 1, 12500, "1"), ("84443", "", 1, 3600, "1")]),
]

ORDERS = {n: Order(n, *rest) for n, rest in {
    1: (p(1001), "GLU", "V3001", "20261117", "FERN"),
    2: (p(1002), "GLU", "V3002", "20261117", "MOSS"),
    3: (p(1003), "LIPID", "V3003", "20261117", "REED"),
    4: (p(1005), "CBC", "V3004", "20261117", "FERN"),
    5: (p(1006), "STREPA", "V3005", "20261117", "MOSS"),
    6: (p(1008), "HBA1C", "V3009", "20261117", "FERN"),
    # Placed on night 0, answered on night 1
    7: (p(1003), "GLU", "V3003", "20261118", "REED"),
    8: (p(1004), "LIPID", "V3008", "20261118", "MOSS"),
    9: (p(1007), "CBC", "V3006", "20261118", "REED"),
    10: (p(1009), "BMP", "V3007", "20261118", "FERN"),
    11: (p(1012), "QX77", "V3010", "20261118", "REED"),
    12: (p(1013), "HBA1C", "V3011", "20261118", "MOSS"),  # cancelled on night 1
    13: (p(1011), "TSH", "V2950", "20261005", "MOSS"),  # visit of 5 October, drawn on 18 November
    14: (p(1033), "GLU", "V3012", "20261119", "REED"),  # the patient whose registration is held
    # Placed on night 1
    15: (p(1001), "HBA1C", "V3101", "20261119", "FERN"),
    16: (p(1002), "BMP", "V3102", "20261119", "FERN"),
    17: (p(1003), "TSH", "V3103", "20261119", "MOSS"),
    # Answered by the lab's north branch, which still speaks 2.3
    18: (p(1014), "GLU", "V3013", "20261118", "FERN"),
    19: (p(1015), "CBC", "V3014", "20261118", "MOSS"),
    20: (p(1016), "LIPID", "V3015", "20261118", "REED"),
    21: (p(1017), "STREPA", "V3016", "20261118", "REED"),
}.items()}


def night_0() -> None:
    write(0, "pms/patients_20261118.csv", pms.patients(first_thirty))
    write(0, "pms/appointments_20261118.csv", pms.appointments(APPOINTMENTS_0))
    write(0, "pms/charges_20261118.csv", pms.charges(CLAIMS_0))
    write(0, "ehr/patients_20261118.csv", pms.ehr_patients(first_thirty))
    write(0, "ehr/orders_20261118.hl7", "".join(
        hl7.order_message(ORDERS[n], f"EHR1118-{n:04d}", f"202611181{n % 8 + 1}0000-0600")
        for n in range(7, 13)).encode())

    when = "20261118230000-0600"
    results = [
        hl7.result_message(ORDERS[1], "ACME1118-0001", when, [("104", "H")]),
        hl7.result_message(ORDERS[2], "ACME1118-0002", when, [("89", "N")]),
        hl7.result_message(ORDERS[3], "ACME1118-0003", when, [("188", "N"), ("52", "N"), ("121", "N")]),
        hl7.result_message(ORDERS[4], "ACME1118-0004", when, [("6.1", "N"), ("13.4", "N"), ("240", "N")]),
        hl7.result_message(ORDERS[5], "ACME1118-0005", when, [("Positive", "A")]),
        hl7.result_message(ORDERS[6], "ACME1118-0006", when, [("5.4", "N")], state="P"),
    ]
    night_0_results = hl7.batch(results, LAB, when, "ACME_20261118_1", "B1118-1")
    write(0, "lab/ACME_20261118_1.hl7", night_0_results)
    write(0, "lab/ACME_20261118_0.hl7", b"")  # sent every night, and says that the lab is alive

    write(0, "portal/answers_20261118.xml", xml.answers([
        ("1001", p(1001), "V3101", "20261118"), ("1002", p(1003), "V3103", "20261118"),
    ], "2026-11-18T22:00:00-06:00"))
    write(0, "notes/NOTE-5001.xml", xml.note(p(1001), "V3001", "20261118", "FERN", "99214", ["E119", "I10"], 5001))
    # The lab sends yesterday's file again tonight, under a new name: a duplicate.
    write(1, "lab/ACME_20261118_1_RESEND.hl7", night_0_results)


# --- night 1 ---------------------------------------------------------------------------------


def patients_1() -> bytes:
    """The snapshot: 26 rows as they were, three changed, one gone (P1029), three new."""
    rows = []
    for number in range(1001, 1034):
        patient = copy.copy(p(number))
        if number == 1003:
            patient.street = "77 Newly Invented Road"
        elif number == 1010:
            patient.phone = "217-555-0188"
        elif number == 1018:
            patient.payer, patient.member = "EXM", "EXM701018"
        elif number == 1029:
            continue  # absent: flagged, never deleted
        elif number == 1032:
            patient.birth_as_written = "13/04/1980"  # day first, in a month-first column
        elif number == 1033:
            patient.sex_as_written = "Q"  # no such code in crosswalk pms-sex: held
        rows.append(patient)
    return pms.patients(rows)


def appointments_1() -> bytes:
    """Ten known appointments (five of them as they were) and three new bookings."""
    rows = {row[0]: list(row) for row in APPOINTMENTS_0}
    rows["A7001"][9] = "COMPLETED"  # the visit took place: visit data, no trigger of its own
    rows["A7005"][3] = "202611251330"  # another time: S13
    rows["A7006"][8] = "R4"  # another room: S14
    rows["A7008"][9] = "CANCELLED"  # S15
    rows["A7003"][9] = "NOSHOW"  # S26
    rows["A7011"] = ["A7011", p(1031), "V3111", "202611241000", 40, "NEW", "First visit", "FERN", "R1", "BOOKED"]
    rows["A7012"] = ["A7012", p(1019), "V3112", "202612021100", 20, "FOLLOWUP", "Cough", "REED", "R3", "BOOKED"]
    rows["A7013"] = ["A7013", p(1033), "V3113", "202612031100", 20, "NEW", "First visit", "REED", "R3", "BOOKED"]
    return pms.appointments(list(rows.values()))


CLAIMS_1 = [
    Claim("LC26K19001", p(1001), "V3101", "20261119", "FERN", ["E119"],
          [("99213", "", 1, 12500, "1"), ("83036", "", 1, 2850, "1")]),
    Claim("LC26K19002", p(1002), "V3102", "20261119", "FERN", ["I10"], [("99213", "", 1, 12500, "1")]),
    Claim("LC26K19003", p(1011), "V3114", "20261119", "MOSS", ["E039", "E785"],
          [("99214", "", 1, 18500, "1:2"), ("84443", "", 1, 3600, "1"), ("80061", "", 1, 4200, "2")]),
    Claim("LC26K19004", p(1020), "V3115", "20261119", "REED", ["J069"], [("99212", "", 1, 8500, "1")]),
]
SERVICE_CLAIMS = [
    Claim("BS26K19001", p(1014), "V3013", "20261118", "FERN", ["E119"], [("99213", "", 1, 12500, "1")]),
    Claim("BS26K19002", p(1015), "V3014", "20261118", "MOSS", ["D649"],
          [("99213", "", 1, 12500, "1"), ("85025", "", 1, 2100, "1")]),
]


def lab_1() -> None:
    when = "20261119230000-0600"

    def result(number, order, values, **more):
        return hl7.result_message(ORDERS[order], f"ACME1119-{number:04d}", when, values, **more)

    batch = [
        result(1, 7, [("91", "N")]),
        result(2, 8, [("243", "H"), ("38", "L"), ("190", "H")], note="Fasting state not stated"),
        result(3, 9, [("11.8", "H"), ("12.9", "N"), ("310", "N")]),
        result(4, 10, [("97", "N"), ("6.8", "HH"), ("1.1", "N")]),  # critical potassium
        result(5, 13, [("2.1", "N")], collected="20261118"),  # 44 days after its visit: LAB-201
        result(6, 11, [("17", "N")]),  # a test code that no crosswalk knows: held
        result(7, 2, [("98", "N")], state="C"),  # corrects night 0's 89
        result(8, 5, [("", "")], state="C", row_state="W"),  # night 0's was another patient's
        result(9, 14, [("88", "N")]),  # waits behind the held registration of P1033
        result(10, 6, [("5.5", "N")]),  # final, after night 0's preliminary
    ]
    write(1, "lab/ACME_20261119_1.hl7", hl7.batch(batch, LAB, when, "ACME_20261119_1", "B1119-1"))

    def north(number, order, values):
        return hl7.result_message(
            ORDERS[order], f"NORTH1119-{number:04d}", "20261119221500", values, version="2.3", lab=NORTH)

    four = [
        north(1, 18, [("94", "N")]),
        north(2, 19, [("5.2", "N"), ("14.1", "N"), ("201", "N")]),
        north(3, 20, [("176", "N"), ("49", "N"), ("102", "N")]),
        north(4, 21, [("Negative", "N")]),
    ]
    write(1, "lab/NORTH_20261119_1.hl7",
          hl7.batch(four, NORTH, "20261119221500", "NORTH_20261119_1", "N1119-1", claimed=5))

    # Still being written: two whole messages, the third cut, and no BTS or FTS yet.
    growing = hl7.batch(
        [result(11, 15, [("6.2", "H")]), result(12, 16, [("90", "N"), ("4.1", "N"), ("0.9", "N")]),
         result(13, 17, [("1.8", "N")])], LAB, "20261120015900-0600", "ACME_20261120_2", "B1120-2", end=False)
    write(1, "lab/ACME_20261120_2.hl7", growing[:-70])
    write(1, "lab/ACME_20261119_0.hl7", b"")


def answers_1() -> None:
    """The clearinghouse's answers to night 0's claims: ISA13 1, GS06 1, ST02 0001, BHT03 000000001."""
    when, day, sender = "202611191830", "20261119", "CLEARHOUSE"
    write(1, "clearinghouse/TA1_20261119.x12",
          x12.interchange(sender, 501, when, x12.ta1(1, "261119", "0200")))

    guide = "005010X231A1"
    body = x12.body_999(1, [("0001", "A")])
    write(1, "clearinghouse/999_20261119.x12", x12.interchange(sender, 502, when, x12.group(
        "FA", sender, when, 502, guide, [x12.transaction("999", guide, "0001", body)])))

    guide = "005010X214"
    by_pcn = {c.pcn[-3:]: c for c in CLAIMS_0}
    taken, received, unknown_member = "A2:20:PR", "A1:19:PR", "A7:164:IL"
    statuses = [
        (by_pcn["001"], taken, "SH9001"), (by_pcn["002"], taken, "SH9002"), (by_pcn["003"], taken, "SH9003"),
        (by_pcn["004"], taken, "SH9004"), (by_pcn["005"], taken, "SH9005"),
        (by_pcn["006"], unknown_member, ""),  # rejected: never reaches the payer's adjudication
        (by_pcn["007"], received, ""),  # pending
        (by_pcn["008"], taken, "EX8001"), (by_pcn["009"], taken, "EX8002"), (by_pcn["010"], taken, "EX8003"),
    ]
    body = x12.body_277ca("000000001", when, statuses, day)
    write(1, "clearinghouse/277CA_20261119.x12", x12.interchange(sender, 503, when, x12.group(
        "HN", sender, when, 503, guide, [x12.transaction("277", guide, "0001", body)])))

    guide = "005010X221A1"
    contract = lambda cents: ("CO", "45", cents)  # noqa: E731
    settled = [
        Paid(by_pcn["001"], "SH9001", [(14000, [contract(4500)]), (900, [contract(300)])]),  # paid
        Paid(by_pcn["002"], "SH9002", [(7500, [contract(3000), ("PR", "3", 2000)])]),  # paid, copay
        Paid(by_pcn["003"], "SH9003", [(0, [("CO", "50", 12500)])], remarks={1: "N115"}),  # denied
        Paid(by_pcn["004"], "SH9004", [(14000, [contract(4500)]), (3000, [contract(1200)]), (2000, [contract(850)])]),
        Paid(by_pcn["005"], "SH9005", [(0, [contract(5000), ("PR", "1", 16000)])]),  # the patient's
    ]
    # PLB L6 is interest; negative, since it adds to the payment.
    body = x12.body_835("SHP", "SHPEFT000417", day, settled, adjustments=[("L6", "LC26K18004", -125)])
    write(1, "clearinghouse/835_SHP_20261119.x12", x12.interchange(sender, 504, when, x12.group(
        "HP", sender, when, 504, guide, [x12.transaction("835", guide, "0001", body)])))

    settled = [
        Paid(by_pcn["008"], "EX8001", [(2600, [contract(500)]), (2200, [contract(600)])]),
        Paid(by_pcn["009"], "EX8002", [(13000, [contract(4000)])]),
    ]
    body = x12.body_835("EXM", "EXMCHK00088", day, settled, misstate=1000)  # ten dollars too much
    write(1, "clearinghouse/835_EXM_20261119.x12", x12.interchange(sender, 505, when, x12.group(
        "HP", sender, when, 505, guide, [x12.transaction("835", guide, "0001", body)])))


def service_claims_1() -> None:
    """The outside billing service: one good 837P, and one that breaks off within a claim."""
    when, sender, guide = "202611192100", "BILLSVC", "005010X222A1"
    for name, control, cut in (("BS_20261119_1.x12", 71, None), ("BS_20261119_2.x12", 72, 0.7)):
        claims = SERVICE_CLAIMS if cut is None else CLAIMS_SERVICE_2
        body = x12.claims_837p(claims, sender, control, when)
        whole = x12.interchange(sender, control, when, x12.group(
            "HC", sender, when, control, guide, [x12.transaction("837", guide, "0001", body)]))
        write(1, f"billing-service/{name}", whole if cut is None else whole[: int(len(whole) * cut)])


CLAIMS_SERVICE_2 = [
    Claim("BS26K19003", p(1016), "V3015", "20261118", "REED", ["E785"], [("99213", "", 1, 12500, "1")]),
    Claim("BS26K19004", p(1017), "V3016", "20261118", "REED", ["J029"], [("99213", "", 1, 12500, "1")]),
]


def night_1() -> None:
    write(1, "pms/patients_20261119.csv", patients_1())
    write(1, "pms/appointments_20261119.csv", appointments_1())
    write(1, "pms/charges_20261119.csv", pms.charges(CLAIMS_1))
    write(1, "ehr/patients_20261119.csv", pms.ehr_patients(first_thirty))
    write(1, "ehr/merges_20261119.hl7", hl7.merge_message(
        p(1005), p(1030), "EHR1119-0001", "20261119161500-0600").encode())
    write(1, "ehr/orders_20261119.hl7", "".join([
        *(hl7.order_message(ORDERS[n], f"EHR1119-{n:04d}", "20261119170000-0600") for n in (15, 16, 17)),
        hl7.order_message(ORDERS[12], "EHR1119-0112", "20261119171500-0600", action="CA"),
    ]).encode())
    lab_1()
    answers_1()
    service_claims_1()
    write(1, "portal/answers_20261119.xml", xml.answers([
        ("1003", p(1006), "V3105", "20261119"), ("1004", p(1008), "V3106", "20261119"),
        ("1005", p(1010), "V3107", "20261119"),
    ], "2026-11-19T22:00:00-06:00"))
    write(1, "notes/NOTE-5002.xml", xml.note(p(1001), "V3101", "20261119", "FERN", "99213", ["E119"], 5002))
    write(1, "notes/NOTE-5003.xml", xml.note(p(1022), "V3116", "20261119", "MOSS", "99214", ["M5450"], 5003))


def fixtures() -> None:
    """Files of one or two records for config/tests, each with the thing that its test is about."""
    folder = HERE.parent / "config" / "tests" / "fixtures"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)

    def keep(name: str, content: bytes) -> None:
        (folder / name).write_bytes(content)

    when = "20261119230000-0600"

    def result(order, values, **more):
        message = hl7.result_message(ORDERS[order], "TEST-0001", when, values, **more)
        return hl7.batch([message], LAB, when, "TEST", "T1")

    keep("result-plain.hl7", result(7, [("91", "N")]))
    keep("result-late.hl7", result(13, [("2.1", "N")], collected="20261118"))
    keep("result-critical.hl7", result(10, [("97", "N"), ("6.8", "HH"), ("1.1", "N")]))
    keep("result-unknown-code.hl7", result(11, [("17", "N")]))
    keep("result-withdrawn.hl7", result(5, [("", "")], state="C", row_state="W"))
    wrong_birth, unknown_sex = copy.copy(p(1032)), copy.copy(p(1033))
    wrong_birth.birth_as_written, unknown_sex.sex_as_written = "13/04/1980", "Q"
    keep("patient-new.csv", pms.patients([p(1031)]))
    keep("patient-birth-date.csv", pms.patients([wrong_birth]))
    keep("patient-sex.csv", pms.patients([unknown_sex]))
    booked = APPOINTMENTS_0[4]
    keep("appointment-new.csv", pms.appointments([booked]))
    keep("appointment-cancelled.csv", pms.appointments([(*booked[:9], "CANCELLED")]))
    keep("charges.csv", pms.charges([CLAIMS_1[0]]))
    keep("charges-total.csv", pms.charges([CLAIMS_1[0]]).replace(b",153.50,", b",154.50,"))
    keep("ehr-patient.csv", pms.ehr_patients([p(1032)]))
    keep("merge.hl7", hl7.merge_message(p(1005), p(1030), "TEST-0002", when).encode())
    keep("order-cancel.hl7", hl7.order_message(ORDERS[12], "TEST-0003", when, action="CA").encode())
    keep("questionnaire.xml", xml.answers([("9001", p(1006), "V3105", "20261119")], "2026-11-19T22:00:00-06:00"))
    keep("note.xml", xml.note(p(1001), "V3101", "20261119", "FERN", "99213", ["E119"], 9001))

    night_1_answers = HERE / "night-1" / "inbox" / "clearinghouse"
    for name in ("TA1", "999", "277CA", "835_SHP", "835_EXM"):
        keep(f"{name}.x12", (night_1_answers / f"{name}_20261119.x12").read_bytes())
    service = HERE / "night-1" / "inbox" / "billing-service"
    keep("service-claims.x12", (service / "BS_20261119_1.x12").read_bytes())


if __name__ == "__main__":
    for night in (0, 1):
        shutil.rmtree(HERE / f"night-{night}", ignore_errors=True)
    night_0()
    night_1()
    fixtures()
    count = sum(1 for _ in HERE.glob("night-*/inbox/**/*.*"))
    print(f"{count} files written for {SITE}")
