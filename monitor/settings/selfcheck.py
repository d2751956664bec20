"""The keys by which the monitor tests itself."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from monitor.settings.document import Section
from monitor.settings.measures import Count, Seconds


def _address(value: str) -> str:
    host, colon, port = value.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    numbered = port.isascii() and port.isdigit() and 0 < int(port) <= 65535
    if not colon or not numbered or not bare or (":" in bare) != (bare != host) or set(bare) & set("/@ ?#"):
        raise ValueError("must be HOST:PORT, for example 10.0.0.1:53, or [ADDRESS]:PORT for IPv6")
    return value


Address = Annotated[str, AfterValidator(_address)]


class SelfCheck(Section):
    """How the monitor tests its own network, clock, disk, database and event loop."""

    canaries: list[Address] = Field(default_factory=list, max_length=20)
    every_seconds: Seconds = 10.0
    timeout_seconds: Seconds = 3.0
    failed_to_blind: Count = 3
    good_to_see: Count = 2
    clock_step_seconds: Seconds = 5.0
    least_free_mib: Annotated[int, Field(ge=0, le=1_000_000_000)] = 64

    @model_validator(mode="after")
    def _ends_in_time(self) -> "SelfCheck":
        if self.timeout_seconds > self.every_seconds:
            raise ValueError("timeout_seconds must not be longer than every_seconds")
        if len(set(self.canaries)) < len(self.canaries):
            raise ValueError("canaries names an address twice")
        return self
