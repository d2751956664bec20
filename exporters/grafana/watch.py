"""Whether anybody looks at all, and the three states of a stream: the first thing on several dashboards."""

from grafana_foundation_sdk.builders import stat

from exporters.grafana.colours import LOST, RECEIVING, UNKNOWN
from exporters.grafana.panels import Look, figures
from exporters.grafana.queries import at_once
from exporters.grafana.words import Words
from monitor.model.verdict import State

JOB = 'job="cctv-monitor"'  # as the rules know it
ABSENT = 2  # beside 0 (looks) and 1 (blind) of cctv_monitor_blind


def banner(words: Words) -> stat.Panel:
    """Say across the page whether the monitor looks; where it does not, nothing below is worth anything."""
    return figures(
        words,
        "Does the monitor look?",
        "Blind: the monitor cannot look, and every camera is unknown. Absent: Prometheus gets no answer from "
        "it, and the numbers below are missing or old.",
        at_once(f"max(cctv_monitor_blind or (up{{{JOB}}} == 0) + {ABSENT}) or vector({ABSENT})"),
        looks={
            "0": (words("The monitor looks"), RECEIVING),
            "1": (words("The monitor is blind: nothing is known of any camera"), UNKNOWN),
            str(ABSENT): (words("The monitor is absent: nobody looks"), LOST),
        },
    )


def state_looks(words: Words) -> dict[str, Look | str]:
    """Give the states of a stream their words and colours; unknown is grey."""
    texts, colours = words.of(State), dict(zip(State, (RECEIVING, LOST, UNKNOWN), strict=True))
    return {state.value: (texts[state.value], colours[state]) for state in State}
