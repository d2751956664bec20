"""Which shape each panel needs, and what an answer of Prometheus lacks of it."""

import re
from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

from tests.dashboards import Query, overrides, queries, read, shown
from tests.peers.as_grafana import Row, filled_in, frame, keys_of, merged, table
from tests.peers.prometheus_server import Prometheus, Series

RANGE = 30  # seconds that are shown
LABEL = re.compile(r"\{\{(\w+)\}\}")
ONE_WORD = re.compile(r"\{\{\w+\}\}")


def choices(institution: str) -> dict[str, str]:
    """What stands for each variable while everything is chosen, at one institution."""
    everything = dict.fromkeys(("region", "type", "owner", "cause", "gateway"), ".*")
    grafanas = {"__rate_interval": "10s", "__range": f"{RANGE}s", "__interval": "1s"}
    return everything | grafanas | {"institution": institution}


class Answers:
    """What Prometheus answers at one look: nothing is asked twice."""

    def __init__(self, asked: Prometheus, institutions: Sequence[str]) -> None:
        self._asked = asked
        self._institutions = institutions
        self._known: dict[tuple[str, bool], list[Series]] = {}

    def of(self, query: Query) -> list[list[Series]]:
        """Answer for each institution, or once where none is chosen."""
        places = self._institutions if "$institution" in query.expr else self._institutions[:1]
        return [self._ask(filled_in(query.expr, choices(each)), query.instant) for each in places]

    def _ask(self, expr: str, instant: bool) -> list[Series]:
        if (expr, instant) not in self._known:
            asked = self._asked
            answer = asked.at_once(expr) if instant else asked.over_time(expr, seconds=RANGE)
            self._known[expr, instant] = answer
        return self._known[expr, instant]


def complaints(asked: Prometheus, institutions: Sequence[str], locale: str) -> dict[str, str]:
    """Return what is wrong with each query of a language, and with each table as a whole.

    A panel of one institution is good when it is good at one of them: a contract that lapsed has no end
    of its cover, and one in force no lapse.
    """
    answers, found = Answers(asked, institutions), {}
    for query in queries(locale):
        told = [wrong_with(query, answer) for answer in answers.of(query)]
        if all(told):
            found[query.name] = told[0]
    for uid, dashboard in read(locale).items():
        for panel in shown(dashboard):
            if panel["type"] not in {"table", "trend"}:
                continue
            asking = (Query(uid, panel, target) for target in panel["targets"])
            frames = [[row for answer in answers.of(each) for row in frame(each, answer)] for each in asking]
            if wrong := wrong_with_table(panel, frames):
                found[f"{uid}: {panel['title']}"] = wrong
    return found


def wrong_with(query: Query, found: Sequence[Series]) -> str:
    """Say what the panel of a query lacks; "" when it has the shape that it needs."""
    if not found:
        return "nothing was found"
    if any(isnan(value) for each in found for _, value in each.values):
        return "a value is no number"
    if query.panel["type"] == "stat":
        return "" if len(found) == 1 else f"{len(found)} numbers in the place of one"
    return wrong_with_names(query, found)


def wrong_with_names(query: Query, found: Sequence[Series]) -> str:
    """Say which series has no name: a label that its legend lacks, or a word that nobody translated."""
    legend = query.target.get("legendFormat", "")
    lacking = {label for label in LABEL.findall(legend) for each in found if label not in each.labels}
    if lacking:
        return f"no label {lacking}"
    words = overrides(query.panel)
    if ONE_WORD.fullmatch(legend) and words:
        said = {each.labels[LABEL.findall(legend)[0]] for each in found}
        return f"nobody translated {said - words.keys()}" if said - words.keys() else ""
    return ""


def wrong_with_table(panel: Mapping[str, Any], frames: Sequence[Sequence[Row]]) -> str:
    """Say what a table lacks: a column that is empty, a row that is there twice, a word without a text."""
    if len(frames) > 1 and any("__name__" in row for rows in frames for row in rows):
        return "a metric's name is a column, and rows that differ in it are never merged"
    rows = table(panel, frames)
    filled = {name for row in rows for name, value in row.items() if value is not None}
    empty = rows[0].keys() - filled if rows else {"everything"}
    if empty:
        return f"empty: {sorted(empty)}"
    for name, properties in overrides(dict(panel)).items():
        known = {word for each in properties.get("mappings", ()) for word in each["options"]}
        said = {str(row[name]) for row in rows if row[name] is not None}
        if known and said - known:
            return f"nobody translated {said - known}"
    keys = [tuple(row[name] for name in sorted(keys_of(frames))) for row in merged(frames)]
    return "" if len(set(keys)) == len(keys) else "a row is there twice"
