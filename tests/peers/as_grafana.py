"""What Grafana makes of variables, of the answers of Prometheus and of a table's transformations.

Written from Grafana's documentation of each; no Grafana is asked.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.dashboards import Query, columns
from tests.peers.prometheus_server import Series

Row = dict[str, object]

_VARIABLE = re.compile(r"\$(\w+)|\$\{(\w+)\}")


def filled_in(expr: str, values: Mapping[str, str]) -> str:
    """Put values in the place of a query's variables; KeyError for one that has none."""
    return _VARIABLE.sub(lambda found: values[found[1] or found[2]], expr)


def one_of(values: Sequence[str]) -> str:
    """Write chosen values as Grafana does for a Prometheus matcher: escaped, one or the other."""
    escaped = [re.sub(r"[\\^$*+?.()|{}\[\]]", lambda found: rf"\\{found[0]}", value) for value in values]
    return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"


def as_text(series: Series) -> str:
    """Write a series as Grafana's `query_result` does: labels in order, nothing escaped."""
    labels = dict(series.labels)
    name = labels.pop("__name__", "")
    inner = ",".join(f'{key}="{value}"' for key, value in sorted(labels.items()))
    return f"{name}{{{inner}}} {series.last:g} {int(series.values[-1][0] * 1000)}"


def options(regex: str, texts: Sequence[str]) -> dict[str, str]:
    """Return what a query variable offers, text by value: by the groups `value` and `text` of its regex."""
    pattern, flags = _javascript(regex)
    found = {}
    for text in texts:
        groups: dict[str, str] = {}
        for match in list(pattern.finditer(text))[: None if "g" in flags else 1]:
            groups |= {key: value for key, value in match.groupdict().items() if value is not None}
        if groups:
            found[groups["value"]] = groups.get("text", groups["value"])
    return found


def offered(query: str) -> dict[str, str]:
    """Return what a custom variable offers, text by value: "text : value" between commas."""
    pairs = (part.replace(r"\,", ",").strip() for part in re.findall(r"(?:\\,|[^,])+", query))
    found = (re.fullmatch(r"(.+)\s:\s(.+)", pair) for pair in pairs)
    return {match[2]: match[1] for match in found if match is not None}


def frame(query: Query, answer: Sequence[Series]) -> list[Row]:
    """Make the rows of an instant query: its time, its labels, its value."""
    moment = answer[0].values[-1][0] if answer else 0.0
    return [{"Time": moment, **each.labels, query.value_field: each.last} for each in answer]


def keys_of(frames: Sequence[Sequence[Row]]) -> set[str]:
    """Return the columns that all the tables have, by which rows are put together."""
    told = ({key for row in rows for key in row} for rows in frames if rows)
    return set.intersection(*told, *([] if any(frames) else [set()])) - {"Time"}


def merged(frames: Sequence[Sequence[Row]]) -> list[Row]:
    """Merge tables as `merge` does: rows are one that have the same keys and contradict in nothing."""
    keys, found = keys_of(frames), list[Row]()
    for row in (row for rows in frames for row in rows):
        same = [each for each in found if all(each.get(key) == row.get(key) for key in keys)]
        told = {key: value for key, value in row.items() if key != "Time"}
        fits = [each for each in same if all(each.get(key, value) == value for key, value in told.items())]
        if fits:
            fits[0].update(row)
        else:
            found.append(dict(row))
    return found


def table(panel: Mapping[str, Any], frames: Sequence[Sequence[Row]]) -> list[Row]:
    """Make a table of a panel's answers: merged, and with no column but those that it keeps."""
    kept = columns(dict(panel))
    return [{name: row.get(name) for name in kept} for row in merged(frames)]


def _javascript(regex: str) -> tuple[re.Pattern[str], str]:
    body, _, flags = regex.removeprefix("/").rpartition("/")
    return re.compile(re.sub(r"\(\?<(\w)", r"(?P<\1", body)), flags
