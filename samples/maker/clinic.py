"""Who and what the sample clinic is made of: providers, payers, patients, visits.

Nothing here is real. Given names are plants, family names say that they are made up, telephone
numbers are 555-01xx, the tax number begins with 99-000, and the NPIs are computed.
"""


def npi(first_nine: str) -> str:
    """Completes nine digits to an NPI: Luhn's check digit over the prefix 80840 and the number."""
    digits = [int(c) for c in "80840" + first_nine]
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if place % 2 == 0 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return first_nine + str(-total % 10)


SITE = "SAMPLECLINIC"
CLINIC_NAME = "LARKSPUR SAMPLE CLINIC"
CLINIC_NPI = npi("199999900")
CLINIC_TAX_ID = "990000001"
CLINIC_ADDRESS = ("100 SPECIMEN STREET", "SPRINGFIELD", "IL", "627010001")

# NPI, family name, given name, taxonomy of the rendering providers
PROVIDERS = {
    "FERN": (npi("199999911"), "Testdoctor", "Fern", "207Q00000X"),
    "MOSS": (npi("199999922"), "Testdoctor", "Moss", "207R00000X"),
    "REED": (npi("199999933"), "Testnurse", "Reed", "363LF0000X"),
}

# payer id as the PMS knows it -> name, id on claims, tax number, address
PAYERS = {
    "SHP": ("SAMPLE HEALTH PLAN", "SHP01", "1990000021", ("1 PLACEHOLDER PLAZA", "PEORIA", "IL", "616020001")),
    "EXM": ("EXAMPLE MUTUAL", "EXM02", "1990000022", ("2 PLACEHOLDER PLAZA", "JOLIET", "IL", "604320001")),
}

GIVEN = (
    "Alder Aspen Balsam Birch Briar Cedar Clover Cypress Elm Fennel Hawthorn Hazel Heather Holly "
    "Ivy Juniper Laurel Linden Maple Myrtle Oak Olive Poplar Rowan Rue Sage Sorrel Spruce Thyme "
    "Willow Yarrow Yew Zinnia"
).split()
FAMILY = ("Testcase", "Sampleton", "Mockley", "Fictiva", "Placeholt", "Demoor", "Specimen")
BIRTH_DATES = (
    "19610211 19800229 19751130 20040704 19890317 19480903 19931225 20110608 19660520 19990101 "
    "19720814 19550630 19870412 20150922 19821005 19690726 19911118 20020228 19580119 19770703"
).split()


class Patient:
    """One patient as the PMS holds them."""

    def __init__(self, number: int):
        index = number - 1001
        self.mrn = f"P{number}"
        self.family = FAMILY[index % len(FAMILY)]
        self.given = GIVEN[index % len(GIVEN)]
        self.birth = BIRTH_DATES[index % len(BIRTH_DATES)]  # yyyyMMdd
        self.sex = "F" if index % 2 == 0 else "M"
        self.street = f"{10 + index} Invented Lane"
        self.city, self.state, self.zip = "Springfield", "IL", "62701"
        self.phone = f"217-555-01{index:02d}"
        self.email = f"{self.given.lower()}@patient.example"
        self.language = "es" if index % 9 == 4 else "en"
        self.marital = "M" if index % 3 == 0 else "S"
        self.payer = "EXM" if index % 4 == 3 else "SHP"
        self.member = f"{self.payer}{700000 + number}"
        self.group = f"G{100 + index % 5}"
        self.pcp = list(PROVIDERS)[index % 3]
        self.pharmacy = f"Pharmacy {1 + index % 3}"
        self.implant_lot = f"LOT-{4400 + index}" if index % 10 == 0 else ""
        self.portal = "Y" if index % 5 else "N"
        self.registered = "20240105"
        # What the PMS writes where the sample plants trouble; None = the true value.
        self.birth_as_written = None
        self.sex_as_written = None


def us_date(day: str) -> str:
    """yyyyMMdd -> MM/dd/yyyy, as the PMS writes dates."""
    return f"{day[4:6]}/{day[6:8]}/{day[:4]}"


def european_date(day: str) -> str:
    """yyyyMMdd -> dd/MM/yyyy, as the EHR's extract writes dates."""
    return f"{day[6:8]}/{day[4:6]}/{day[:4]}"


def cents(amount: int) -> str:
    """Cents -> dollars with two decimals, as CSV files write money."""
    return f"{amount // 100}.{amount % 100:02d}"


def plain(amount: int) -> str:
    """Cents -> dollars without trailing zeros, as X12 type R wants them."""
    sign, amount = ("-", -amount) if amount < 0 else ("", amount)
    text = f"{amount // 100}.{amount % 100:02d}".rstrip("0").rstrip(".")
    return sign + text
