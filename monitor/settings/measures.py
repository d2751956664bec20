"""The measures that keys of the configuration are given in, with their bounds."""

from typing import Annotated

from pydantic import AfterValidator, Field

Seconds = Annotated[float, Field(gt=0, le=31 * 86_400, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
Text = Annotated[str, Field(min_length=1, max_length=1000)]


def _kato(code: str) -> str:
    if not (code.isascii() and code.isdigit() and len(code) == 9):
        raise ValueError("is not the KATO code of a region; write its 9 digits in quotes")
    return code


Kato = Annotated[str, AfterValidator(_kato)]
