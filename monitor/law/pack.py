"""Every key of a rule pack, with its type and its bounds: one YAML file of `config/rules`."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field, model_validator

from monitor.law.bandwidth import Codec
from monitor.law.entry import Code, Days, Form, Headcount, Kato, Kbps, Lines, Mbps, Rule, Share, Type, Words
from monitor.law.rules import Method
from monitor.law.scheme import Evidence
from monitor.settings.document import KeyPath, Section
from monitor.settings.keys import Baseline


class ShareRule(Rule):
    """A threshold that is a share."""

    value: Share


class DaysRule(Rule):
    """A threshold that is a count of days."""

    value: Days


class StepsRule(Rule):
    """A threshold of several counts of days, falling."""

    value: Annotated[list[Days], Field(min_length=1)]

    @model_validator(mode="after")
    def _falls(self) -> "StepsRule":
        if self.value != sorted(set(self.value), reverse=True):
            raise ValueError("value must fall: the earliest warning first")
        return self


class NumberRule(Rule):
    """A threshold that is a number of its own unit."""

    value: Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Thresholds(Section):
    """Numbers to compare with. A pack says those that it knows."""

    receiving_share: ShareRule | None = None
    available_share: ShareRule | None = None
    archive_days: DaysRule | None = None
    exclusion_days: DaysRule | None = None
    at_risk_days: StepsRule | None = None
    expiring_days: DaysRule | None = None
    correlation_days: DaysRule | None = None
    correlation_share: ShareRule | None = None
    uplink_tight_share: ShareRule | None = None
    clock_skew_seconds: NumberRule | None = None
    least_height: NumberRule | None = None
    least_fps: NumberRule | None = None


class MeasureRule(Rule):
    """A measure that a category may require."""

    code: Code
    name: Words
    evidence: Annotated[Evidence, Field(strict=False)]


class CategoryRule(Rule):
    """A band of headcounts, and what it requires."""

    code: Code
    name: Words
    headcount_from: Headcount
    headcount_to: Headcount | None
    measures: list[Code]


class CentreRule(Rule):
    """Which institutions belong to a category for where they stand."""

    category: Code
    types: Annotated[list[Type], Field(min_length=1)]
    regions: list[Kato] = Field(default=[])


class FlagRule(Rule):
    """A doubt, and the institutions that it is raised about."""

    code: Code
    text: Words
    headcount_from: Headcount = 0
    headcount_to: Headcount | None = None
    types: list[Type] | None = None
    regional_centre: bool | None = None
    regions: list[Kato] | None = None
    category: Code | None = None
    undecided: bool = False

    @model_validator(mode="after")
    def _grows(self) -> "FlagRule":
        if self.headcount_to is not None and self.headcount_to < self.headcount_from:
            raise ValueError("headcount_to is less than headcount_from")
        return self


class Compliance(Rule):
    """The whole scheme of categories: a later one replaces it as a whole."""

    measures: Annotated[list[MeasureRule], Field(min_length=1)]
    categories: Annotated[list[CategoryRule], Field(min_length=1)]
    regional_centre: CentreRule | None = None
    flags: list[FlagRule] = Field(default=[])


class BridgingRule(Rule):
    """How a gap between contracts may be bridged."""

    months: Annotated[int, Field(ge=1, le=24)]
    forms: Annotated[list[Form], Field(min_length=1)]
    chained: bool


class BasisRule(Rule):
    """What a bridging contract may rest on."""

    code: Code
    forms: Annotated[list[Form], Field(min_length=1)]
    text: Words

    @property
    def identity(self) -> str:
        """Its code."""
        return self.code


class LeadRule(Rule):
    """How long a procurement takes."""

    method: Annotated[Method, Field(strict=False)]
    days: Days

    @property
    def identity(self) -> str:
        """The way of procurement."""
        return self.method.value


class TermRule(Rule):
    """For how long a contract may be concluded."""

    fiscal_years: Annotated[int, Field(ge=1, le=30)]
    first_month: Annotated[int, Field(ge=1, le=12)]
    first_day: Annotated[int, Field(ge=1, le=28)]


class BandwidthRule(Rule):
    """How fast connections must be."""

    down_mbps: Mbps
    up_mbps: Mbps
    pupils_up_to: Headcount
    pupils_per_mbps: Annotated[int, Field(ge=1, le=1_000_000)]


class BitrateRule(Rule):
    """What a camera of a codec and a resolution typically sends."""

    codec: Annotated[Codec, Field(strict=False)]
    resolution: Lines
    kbps: Kbps

    @property
    def identity(self) -> str:
        """Codec and resolution."""
        return f"{self.codec.value} {self.resolution}"


class AssumedRule(Rule):
    """What a camera is taken for of which nothing is known."""

    codec: Annotated[Codec, Field(strict=False)]
    resolution: Lines


class BaselineRule(Rule, Baseline):
    """An official share: part of whole, or as it was quoted."""

    @property
    def identity(self) -> str:
        """Unit and day: a later figure is a further one, never a replacement."""
        return f"{self.unit} {self.as_of}"


class PackFile(Section):
    """The whole file."""

    pack: Code
    version: Annotated[int, Field(ge=1, le=1_000_000)]
    title: Words
    valid_from: date
    valid_to: date | None = None
    thresholds: Thresholds = Thresholds()
    compliance: Compliance | None = None
    bridging: list[BridgingRule] = Field(default=[])
    legal_bases: list[BasisRule] = Field(default=[])
    procurement: list[LeadRule] = Field(default=[])
    contract_term: list[TermRule] = Field(default=[])
    bandwidth: list[BandwidthRule] = Field(default=[])
    bitrates: list[BitrateRule] = Field(default=[])
    assumed_camera: list[AssumedRule] = Field(default=[])
    baselines: list[BaselineRule] = Field(default=[])

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "PackFile":
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to is before valid_from")
        return self


def rules_in(section: BaseModel, above: KeyPath = ()) -> Iterator[tuple[KeyPath, Rule]]:
    """Walk through every rule of a pack, each with the path at which it stands."""
    for name in type(section).model_fields:
        value = getattr(section, name)
        entries = enumerate(value) if isinstance(value, list) else ((None, value),)
        for index, entry in entries:
            at = (*above, name) if index is None else (*above, name, index)
            if isinstance(entry, Rule):
                yield at, entry
            if isinstance(entry, BaseModel):
                yield from rules_in(entry, at)
