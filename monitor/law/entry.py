"""What every rule of a pack has, and the types of its values."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from monitor.law.sources import Confidence
from monitor.model.channels import ContractForm
from monitor.model.estate import InstitutionType
from monitor.settings.document import Section


def _kato(code: str) -> str:
    if not (len(code) == 9 and code.isascii() and code.isdigit()):
        raise ValueError(f"must be a KATO code, 9 digits; it is {code!r}")
    return code


def _lines(name: str) -> str:
    if re.fullmatch(r"[1-9][0-9]{2,3}p", name) is None:
        raise ValueError(f"must be a resolution in lines, like 1080p; it is {name!r}")
    return name


Text = Annotated[str, Field(min_length=1, max_length=1000)]
Code = Annotated[str, Field(min_length=1, max_length=40)]
Kato = Annotated[str, Field(max_length=40), AfterValidator(_kato)]
Headcount = Annotated[int, Field(ge=0, le=1_000_000)]
Days = Annotated[int, Field(ge=0, le=3660)]
Share = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
Kbps = Annotated[int, Field(ge=1, le=1_000_000)]
Lines = Annotated[str, Field(max_length=10), AfterValidator(_lines)]
Mbps = Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]
Sure = Annotated[Confidence, Field(strict=False)]
Form = Annotated[ContractForm, Field(strict=False)]
Type = Annotated[InstitutionType, Field(strict=False)]


class Words(Section):
    """A text in the three languages."""

    en: Text
    ru: Text
    kk: Text


class Rule(Section):
    """What every rule says of itself. Without days of its own it holds as long as its pack."""

    source: Text
    confidence: Sure
    note: Text | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _plausible(self) -> "Rule":
        if self.valid_from is not None and self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to is before valid_from")
        if self.confidence is Confidence.MISSING and self.note is None:
            raise ValueError("confidence is missing: add a note that says who is to fill the rule in")
        return self

    @property
    def identity(self) -> str:
        """What tells it from the other rules of its list."""
        return ""
