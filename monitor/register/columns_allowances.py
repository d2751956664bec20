"""The sheets of what is allowed for a time, and of official figures."""

from monitor.model.allowances import Exclusion, Maintenance, Reason, Subject
from monitor.model.claims import Claim
from monitor.register import cells
from monitor.register.columns_places import OPTIONAL_REGION
from monitor.register.kinds import (
    FIRST_DAY,
    ID,
    NAME,
    TEXT,
    Cell,
    Chosen,
    Columns,
    Given,
    Kind,
    Remark,
    ordered,
)
from monitor.register.said import said

_EXCLUDED: dict[str, Kind] = {
    Subject.INSTITUTION: Kind.INSTITUTIONS,
    Subject.SITE: Kind.SITES,
    Subject.CAMERA: Kind.CAMERAS,
}
_MAINTAINED: dict[str, Kind] = {**_EXCLUDED, Subject.GATEWAY: Kind.GATEWAYS}
MOST_COUNTED = 2_000_000_000


def _window(given: Given) -> list[Remark]:
    starts, ends = given.get("starts_at"), given.get("ends_at")
    if starts is None or ends is None or str(starts) < str(ends):
        return []
    wrong = said(
        "the window ends before it starts: {ends} is not after {starts}; look whether the two are swapped",
        ends=ends,
        starts=starts,
    )
    return [("ends_at", wrong)]


def _claim(given: Given) -> list[Remark]:
    part, whole = given.get("numerator"), given.get("denominator")
    if isinstance(part, int) and isinstance(whole, int) and part > whole:
        wrong = said(
            "{numerator} is greater than the denominator, {denominator}; look whether the two are swapped",
            numerator=part,
            denominator=whole,
        )
        return [("numerator", wrong)]
    return []


ALLOWANCES: dict[Kind, Columns] = {
    Kind.EXCLUSIONS: Columns(
        row=Exclusion,
        part="exclusions",
        key=("subject", "subject_id", "starts_on"),
        cells={
            "subject": Cell(cells.member(Subject, but=(Subject.GATEWAY,)), required=True),
            "subject_id": ID,
            "starts_on": FIRST_DAY,
            "ends_on": FIRST_DAY,
            "reason": Cell(cells.member(Reason), required=True),
            "approver": NAME,
            "document": NAME,
        },
        chosen=Chosen("subject", "subject_id", _EXCLUDED),
        wrong=ordered("starts_on", "ends_on", said("the exclusion")),
    ),
    Kind.MAINTENANCE: Columns(
        row=Maintenance,
        part="maintenance",
        key=("maintenance_id",),
        cells={
            "maintenance_id": ID,
            "subject": Cell(cells.member(Subject), required=True),
            "subject_id": ID,
            "starts_at": Cell(cells.moment, required=True),
            "ends_at": Cell(cells.moment, required=True),
            "approver": NAME,
            "reason": NAME,
        },
        chosen=Chosen("subject", "subject_id", _MAINTAINED),
        wrong=_window,
    ),
    Kind.CLAIMS: Columns(
        row=Claim,
        part="claims",
        key=("claim_id",),
        cells={
            "claim_id": ID,
            "measure": NAME,
            "value": Cell(cells.decimal, required=True),
            "unit": NAME,
            "population": NAME,
            "as_of": FIRST_DAY,
            "source": NAME,
            "numerator": Cell(cells.number(0, MOST_COUNTED)),
            "denominator": Cell(cells.number(0, MOST_COUNTED)),
            "region": OPTIONAL_REGION,
            "note": TEXT,
        },
        names={"region": Kind.REGIONS},
        wrong=_claim,
    ),
}
