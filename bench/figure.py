"""One measured figure, and how it is printed."""

from dataclasses import asdict, dataclass
from json import dumps


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured, what was wanted, and whether it holds.

    `compared_with` says beside what it was measured, under which conditions.
    """

    name: str
    value: float
    unit: str
    target: float | None  # None: told for comparison only
    ok: bool
    compared_with: str

    def to_json(self) -> str:
        """Give the one line that is printed."""
        return dumps(asdict(self), ensure_ascii=False)


def at_most(name: str, value: float, unit: str, target: float, compared_with: str) -> Figure:
    """Make a figure that must not be above its target."""
    value = round(value, 4)
    return Figure(
        name=name, value=value, unit=unit, target=target, ok=value <= target, compared_with=compared_with
    )


def at_least(name: str, value: float, unit: str, target: float, compared_with: str) -> Figure:
    """Make a figure that must not be below its target."""
    value = round(value, 4)
    return Figure(
        name=name, value=value, unit=unit, target=target, ok=value >= target, compared_with=compared_with
    )


def told(name: str, value: float, unit: str, compared_with: str) -> Figure:
    """Make a figure without a target."""
    return Figure(
        name=name, value=round(value, 4), unit=unit, target=None, ok=True, compared_with=compared_with
    )
