"""Which required measures an institution has, and which share of institutions has them.

A share is a ratio of counts and carries them; what is not known is counted apart and never as met.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from monitor.law.category import Category, category_of
from monitor.law.rules import Figure, NoRule, Rules
from monitor.law.scheme import Evidence, Measure
from monitor.model.estate import Institution
from monitor.model.places import Settlement


class Standing(StrEnum):
    """How an institution stands to a measure."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_REQUIRED = "not_required"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cameras:
    """The cameras of one institution: how many there are, and how those in scope are received."""

    registered: int = 0
    in_scope: int = 0
    receiving: int = 0  # of those in scope
    unknown: int = 0  # of those in scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Compliance:
    """One institution's row: its category, and how it stands to each measure of the rules."""

    institution_id: str
    region: str
    category: Category
    cameras: Cameras
    standings: Mapping[str, Standing] = field(default_factory=dict)  # by the measure's code; empty: no rules


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureShare:
    """How many institutions have a measure, of those that must; None stands for all of them together."""

    region: str | None
    category: str | None
    measure: str
    met: int = 0
    not_met: int = 0
    unknown: int = 0  # required, and nothing tells whether they have it
    undetermined: int = 0  # whether it is required is not known
    not_required: int = 0

    @property
    def numerator(self) -> int:
        """The institutions that are known to have it."""
        return self.met

    @property
    def denominator(self) -> int:
        """The institutions that are known to be obliged."""
        return self.met + self.not_met + self.unknown

    @property
    def rate(self) -> float | None:
        """Met over required; None when it is required of none."""
        return self.met / self.denominator if self.denominator else None

    @property
    def coverage(self) -> float | None:
        """The share of those that are, or may be, obliged of which the answer is known; None without any."""
        due = self.denominator + self.undetermined
        return (self.met + self.not_met) / due if due else None


def compliance(
    institution: Institution, settlement: Settlement | None, cameras: Cameras, day: date, rules: Rules
) -> Compliance:
    """Say how an institution stands to every measure by the rules of a day."""
    told = category_of(institution, settlement, day, rules)
    try:
        measures = rules.scheme(day).measures
    except NoRule:
        measures = ()
    return Compliance(
        institution_id=institution.institution_id,
        region=institution.region,
        category=told,
        cameras=cameras,
        standings={
            measure.code: _standing(measure, told, cameras, _share(rules, day)) for measure in measures
        },
    )


def _share(rules: Rules, day: date) -> float | None:
    try:
        return rules.threshold(Figure.RECEIVING_SHARE, day).share
    except NoRule:
        return None


def _standing(measure: Measure, told: Category, cameras: Cameras, share: float | None) -> Standing:
    if measure.code in told.perhaps:
        return Standing.UNKNOWN
    if measure.code not in told.measures:
        return Standing.NOT_REQUIRED
    if measure.evidence is Evidence.CAMERAS_REGISTERED:
        return Standing.MET if cameras.registered else Standing.NOT_MET
    if measure.evidence is Evidence.SHARE_RECEIVED and share is not None:
        return received(cameras, share)
    return Standing.UNKNOWN


def received(cameras: Cameras, share: float) -> Standing:
    """Say whether enough cameras in scope are received; UNKNOWN when the unknown ones would decide.

    An institution without a camera in scope has none received.
    """
    if cameras.in_scope == 0:
        return Standing.NOT_MET
    if cameras.receiving / cameras.in_scope >= share:
        return Standing.MET
    if (cameras.receiving + cameras.unknown) / cameras.in_scope >= share:
        return Standing.UNKNOWN
    return Standing.NOT_MET


def roll_up(
    rows: Iterable[Compliance], *, by_region: bool = True, by_category: bool = True
) -> list[MeasureShare]:
    """Count institutions per region, category and measure; together where it is not split."""
    counts: dict[tuple[str | None, str | None, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        region = row.region if by_region else None
        name = row.category.name if by_category else None
        for measure, standing in row.standings.items():
            open_duty = measure in row.category.perhaps
            counts[region, name, measure]["undetermined" if open_duty else standing.value] += 1
    order = {key: place for place, key in enumerate(counts)}  # measures stay as the rules list them
    return [
        MeasureShare(region=region, category=name, measure=measure, **counts[region, name, measure])
        for region, name, measure in sorted(counts, key=lambda key: (key[0] or "", key[1] or "", order[key]))
    ]
