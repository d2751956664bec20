"""The tables of docs/metrics.md, made from the metrics themselves.

`python -m exporters.prometheus.page` prints them; a test holds the page to them, word by word.
"""

import sys
from collections.abc import Iterable, Iterator

from exporters.prometheus import catalogue, doings
from exporters.prometheus.meter import Counters
from exporters.prometheus.text import Family

HEAD = "| metric | type | unit | labels | help |\n|---|---|---|---|---|\n"


def process_families() -> Iterator[Family]:
    """Give what the client library tells of the process."""
    for metric in Counters(version="", python="").registry.collect():
        if metric.name.startswith("process_"):
            counter = metric.type == "counter"
            yield Family(metric.name + "_total" * counter, metric.type, metric.documentation, ())


def table(families: Iterable[Family]) -> str:
    """Write one table: a row for each metric."""
    return HEAD + "".join(map(_row, families))


def tables() -> dict[str, str]:
    """Return every table of the page by the heading over it."""
    return {
        "The estate": table(catalogue.FAMILIES),
        "What the monitor does": table(doings.FAMILIES),
        "The process": table(process_families()),
    }


def _row(family: Family) -> str:
    labels = ", ".join(f"`{label}`" for label in family.labels)
    cells = (f"`{family.name}`", family.kind, family.unit, labels, family.help.replace("|", "\\|"))
    return f"| {' | '.join(cells)} |\n".replace("|  |", "| |").replace("|  |", "| |")


if __name__ == "__main__":
    sys.stdout.write("\n".join(f"## {heading}\n\n{each}" for heading, each in tables().items()))
