"""The two forms of exposition: names, labels and values to bytes. Nothing of any one metric is here.

The text format 0.0.4 of Prometheus, and OpenMetrics 1.0.0. Samples are written alike in both; what differs is
the name of a counter's family, what is escaped in a help text, and the line that ends OpenMetrics.
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
UNITS = ("seconds", "bytes", "ratio")  # the base units of https://prometheus.io/docs/practices/naming/


class Form(Enum):
    """A form of exposition, by its content type."""

    TEXT = CONTENT_TYPE
    OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"

    @property
    def end(self) -> bytes:
        """What stands after the last sample."""
        return b"# EOF\n" if self is Form.OPENMETRICS else b""


_SPECIAL = re.compile(r'[\\"\n]')


def escape(value: str) -> str:
    r"""Escape a label's value: backslash, double quote and line feed. Anything else stands as it is."""
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


@dataclass(frozen=True)  # no slots: what is made of its fields is kept
class Family:
    """One metric: its name, its kind (for example "gauge"), what it tells, the labels of its samples."""

    name: str
    kind: str
    help: str
    labels: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """The base unit that its name ends with, before a counter's `_total`; "" for what is counted."""
        last = self.name.removesuffix("_total").rpartition("_")[2]
        return last if last in UNITS else ""

    @cached_property
    def head(self) -> bytes:
        """The HELP and TYPE lines that stand before the samples."""
        told = self.help.replace("\\", r"\\").replace("\n", r"\n")
        return f"# HELP {self.name} {told}\n# TYPE {self.name} {self.kind}\n".encode()

    @cached_property
    def encoded(self) -> bytes:
        """The name as it begins a line."""
        return self.name.encode()

    @cached_property
    def _openmetrics_head(self) -> bytes:
        name = self.name.removesuffix("_total") if self.kind == "counter" else self.name
        return f"# HELP {name} {escape(self.help)}\n# TYPE {name} {self.kind}\n".encode()

    def head_in(self, form: Form) -> bytes:
        """Give the HELP and TYPE lines in a form: in OpenMetrics a counter's family has no `_total`."""
        return self._openmetrics_head if form is Form.OPENMETRICS else self.head

    def named(self, values: tuple[str, ...]) -> bytes:
        """Encode the labels as they stand between the braces.

        `values` are in the order of the family's labels; TypeError when they are too few or too many.
        """
        return _filled(self._template, values)

    def named_after(self, first: bytes, values: tuple[str, ...]) -> bytes:
        """Encode the last labels behind the first ones, which are encoded already."""
        return first + _filled(self._tails[len(values)], values)

    @cached_property
    def _template(self) -> str:
        return ",".join(f'{name}="%s"' for name in self.labels)

    @cached_property
    def _tails(self) -> tuple[str, ...]:
        """Templates of the last labels, by how many they are."""
        pairs = [f',{name}="%s"' for name in self.labels]
        return tuple("".join(pairs[len(pairs) - count :]) for count in range(len(pairs)))

    def line(self, named: bytes, value: float) -> bytes:
        """Encode one line whose labels are encoded already. Counts stay whole; floats keep every digit."""
        return b"%s{%s} %a\n" % (self.encoded, named, value)

    def sample(self, values: tuple[str, ...], value: float) -> bytes:
        """Encode one line."""
        return self.line(self.named(values), value)


def _filled(template: str, values: tuple[str, ...]) -> bytes:
    if _SPECIAL.search("".join(values)):
        values = tuple(escape(value) for value in values)
    return (template % values).encode("utf-8", "replace")  # no lone surrogates in UTF-8
