"""The Prometheus text exposition format, version 0.0.4: names, labels and values to bytes.

Nothing of any one metric is here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def escape(value: str) -> str:
    r"""Escape a label's value: backslash, double quote and line feed. Anything else stands as it is."""
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def labels(pairs: Mapping[str, str]) -> bytes:
    """Encode labels as they stand between a sample's name and its value, braces included."""
    if not pairs:
        return b""
    inside = ",".join(f'{name}="{escape(value)}"' for name, value in pairs.items())
    return f"{{{inside}}}".encode("utf-8", "replace")  # a lone surrogate cannot be told in UTF-8


@dataclass(frozen=True, slots=True)
class Family:
    """One metric: its name, its kind ("gauge" or "counter"), what it tells, the labels of its samples."""

    name: str
    kind: str
    help: str
    labels: tuple[str, ...] = ()

    @property
    def head(self) -> bytes:
        """The HELP and TYPE lines that stand before the samples."""
        told = self.help.replace("\\", r"\\").replace("\n", r"\n")
        return f"# HELP {self.name} {told}\n# TYPE {self.name} {self.kind}\n".encode()

    def sample(self, values: Iterable[str], value: float) -> bytes:
        """Encode one line; `values` are the labels' values in the family's order (ValueError if not all)."""
        return self.prefix(values) + number(value)

    def prefix(self, values: Iterable[str]) -> bytes:
        """Encode the part of a line that stays when the value changes."""
        return self.name.encode() + labels(dict(zip(self.labels, values, strict=True))) + b" "


def number(value: float) -> bytes:
    """Encode a value and end its line. Counts stay whole; floats keep every digit."""
    return f"{value!r}\n".encode()
