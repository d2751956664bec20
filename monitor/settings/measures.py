"""The measures that keys of the configuration are given in, with their bounds."""

from typing import Annotated

from pydantic import Field

Seconds = Annotated[float, Field(gt=0, le=31 * 86_400, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
Text = Annotated[str, Field(min_length=1, max_length=1000)]
