"""What the rule packs say, as values, and what of it held on a day.

Nothing of the law stands here: every band, measure, limit and date comes from `config/rules`. Of two rules
about the same thing the one that begins later holds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal, Protocol, TypeVar

from monitor.law.bandwidth import AssumedCamera, Bandwidth, Bitrate, Codec
from monitor.law.scheme import Scheme
from monitor.law.sources import Confidence, Origin, Wording
from monitor.model.channels import ContractForm


class NoRule(LookupError):
    """No pack says anything about a thing on a day."""


class Figure(StrEnum):
    """The thresholds that the program knows how to use."""

    RECEIVING_SHARE = "receiving_share"  # of an institution's cameras, for it to be integrated
    AVAILABLE_SHARE = "available_share"  # of a day, for a camera to count as available on it
    ARCHIVE_DAYS = "archive_days"
    EXCLUSION_DAYS = "exclusion_days"
    AT_RISK_DAYS = "at_risk_days"  # steps before a contract's end, falling
    EXPIRING_DAYS = "expiring_days"  # before a bridging window's end
    CORRELATION_DAYS = "correlation_days"  # between a contract's end and the loss that it explains
    CORRELATION_SHARE = "correlation_share"  # of a site's streams lost, for its contract to be the cause
    UPLINK_TIGHT_SHARE = "uplink_tight_share"  # of an upload: what needs more of it is tight
    CLOCK_SKEW_SECONDS = "clock_skew_seconds"  # that a device's clock may be off
    LEAST_HEIGHT = "least_height"  # of a camera's picture, pixels
    LEAST_FPS = "least_fps"  # pictures per second


# What nobody has to say: without them it is not assessed.
UNASSESSED = frozenset({Figure.LEAST_HEIGHT, Figure.LEAST_FPS})


class Method(StrEnum):
    """The ways of public procurement whose length is told."""

    TENDER = "tender"  # or auction
    SCORED_TENDER = "scored_tender"
    PRICE_QUOTATION = "price_quotation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A number to compare with, or falling steps of numbers."""

    figure: Figure
    numbers: tuple[float, ...]
    origin: Origin

    @property
    def share(self) -> float:
        """The number as a share, 0 to 1."""
        return self.numbers[0]

    @property
    def days(self) -> int:
        """The number as a count of days."""
        return int(self.numbers[0])

    @property
    def number(self) -> float:
        """The number in its own unit."""
        return self.numbers[0]

    @property
    def steps(self) -> tuple[int, ...]:
        """All its numbers as counts of days, falling."""
        return tuple(int(number) for number in self.numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridging:
    """How long, and in which forms, a gap between two contracts may be bridged."""

    months: int  # calendar months from the day after the predecessor's last
    forms: tuple[ContractForm, ...]
    chained: bool  # whether one bridge may follow another
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """What a bridging contract may rest on."""

    code: str
    forms: tuple[ContractForm, ...]
    text: Wording
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadTime:
    """How many days a procurement takes from its start to a contract."""

    method: Method
    days: int
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTerm:
    """For how many fiscal years a contract may be concluded, and where they begin."""

    fiscal_years: int
    first_month: int
    first_day: int
    origin: Origin

    def year_of(self, day: date) -> tuple[int, int, int]:
        """Name the fiscal year of a day by its first day: equal for two days of the same one."""
        begun = (day.month, day.day) >= (self.first_month, self.first_day)
        return day.year if begun else day.year - 1, self.first_month, self.first_day


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineFigure:
    """An official share that the present is shown against: as quoted, or as counted."""

    unit: Literal["cameras", "institutions"]
    as_of: date
    ratio: float | None
    part: int | None
    whole: int | None
    origin: Origin

    @property
    def value(self) -> float:
        """The share, 0 to 1."""
        if self.part is not None and self.whole is not None:
            return self.part / self.whole
        return self.ratio or 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A rule that somebody has still to fill in."""

    line: int | None
    key: str
    note: str  # who is to do it


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One file of rules."""

    pack: str
    version: int
    file: str
    title: Wording
    valid_from: date
    valid_to: date | None
    counts: Mapping[Confidence, int]  # rules by how sure they are
    gaps: tuple[Gap, ...] = ()


class _Dated(Protocol):
    @property
    def origin(self) -> Origin: ...


R = TypeVar("R", bound=_Dated)


def in_force(rules: Iterable[R], day: date, about: str) -> R:
    """Choose the rule that holds on a day, the latest begun of several; raises NoRule."""
    holding = [rule for rule in rules if rule.origin.holds_on(day)]
    if not holding:
        raise NoRule(f"no rule says {about} on {day.isoformat()}")
    return max(holding, key=lambda rule: rule.origin.valid_from)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Every rule of every pack, and lookups as of a day; a lookup that finds nothing raises NoRule."""

    packs: tuple[Pack, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    thresholds: Mapping[Figure, tuple[Threshold, ...]] = field(default_factory=dict)
    bridgings: tuple[Bridging, ...] = ()
    bases: tuple[LegalBasis, ...] = ()
    lead_times: tuple[LeadTime, ...] = ()
    terms: tuple[ContractTerm, ...] = ()
    bandwidths: tuple[Bandwidth, ...] = ()
    bitrates: tuple[Bitrate, ...] = ()
    assumed_cameras: tuple[AssumedCamera, ...] = ()
    baselines: tuple[BaselineFigure, ...] = ()

    def scheme(self, day: date) -> Scheme:
        """Return the categories and measures of a day."""
        return in_force(self.schemes, day, "categories")

    def threshold(self, figure: Figure, day: date) -> Threshold:
        """Return a threshold of a day."""
        return in_force(self.thresholds.get(figure, ()), day, figure.value)

    def bridging(self, day: date) -> Bridging:
        """Return how a gap that begins on a day may be bridged."""
        return in_force(self.bridgings, day, "bridging")

    def legal_bases(self, day: date, form: ContractForm | None = None) -> tuple[LegalBasis, ...]:
        """List what a bridging contract of a form may rest on that day; nothing is no mistake."""
        return tuple(
            basis
            for basis in self.bases
            if basis.origin.holds_on(day) and (form is None or form in basis.forms)
        )

    def legal_basis(self, code: str) -> LegalBasis | None:
        """Find a legal basis by its code, whenever it holds; the latest of several."""
        found = [basis for basis in self.bases if basis.code == code]
        return max(found, key=lambda basis: basis.origin.valid_from) if found else None

    def lead_time(self, day: date, method: Method = Method.TENDER) -> LeadTime:
        """Return how long a procurement takes that starts on a day."""
        told = (lead for lead in self.lead_times if lead.method is method)
        return in_force(told, day, f"procurement.{method.value}")

    def contract_term(self, day: date) -> ContractTerm:
        """Return for how long a contract of a day may be concluded."""
        return in_force(self.terms, day, "contract_term")

    def bandwidth(self, day: date) -> Bandwidth:
        """Return how fast connections had to be on a day."""
        return in_force(self.bandwidths, day, "bandwidth")

    def typical_bitrates(self, day: date) -> Mapping[tuple[Codec, str], Bitrate]:
        """Return what cameras were taken to send on a day, by codec and resolution; nothing is no mistake."""
        holding = sorted(
            (each for each in self.bitrates if each.origin.holds_on(day)), key=lambda e: e.origin.valid_from
        )
        return {each.about: each for each in holding}

    def assumed_camera(self, day: date) -> AssumedCamera:
        """Return what a camera is taken for of which nothing is known."""
        return in_force(self.assumed_cameras, day, "assumed_camera")
