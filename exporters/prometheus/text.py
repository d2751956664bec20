"""The Prometheus text exposition format, version 0.0.4: names, labels and values to bytes.

Nothing of any one metric is here.
"""

import re
from dataclasses import dataclass
from functools import cached_property

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_SPECIAL = re.compile(r'[\\"\n]')


def escape(value: str) -> str:
    r"""Escape a label's value: backslash, double quote and line feed. Anything else stands as it is."""
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


@dataclass(frozen=True)  # no slots: what is made of its fields is kept
class Family:
    """One metric: its name, its kind ("gauge" or "counter"), what it tells, the labels of its samples."""

    name: str
    kind: str
    help: str
    labels: tuple[str, ...] = ()

    @cached_property
    def head(self) -> bytes:
        """The HELP and TYPE lines that stand before the samples."""
        told = self.help.replace("\\", r"\\").replace("\n", r"\n")
        return f"# HELP {self.name} {told}\n# TYPE {self.name} {self.kind}\n".encode()

    @cached_property
    def _template(self) -> str:
        return "{" + ",".join(f'{name}="%s"' for name in self.labels) + "} "

    def place(self, values: tuple[str, ...]) -> bytes:
        """Encode the labels as they stand between a sample's name and its value.

        `values` are in the order of the family's labels; TypeError when they are too few or too many.
        """
        if _SPECIAL.search("".join(values)):
            values = tuple(escape(value) for value in values)
        return (self._template % values).encode("utf-8", "replace")  # no lone surrogates in UTF-8

    def sample(self, values: tuple[str, ...], value: float) -> bytes:
        """Encode one line. Counts stay whole; floats keep every digit."""
        return b"%s%s%a\n" % (self.name.encode(), self.place(values), value)
