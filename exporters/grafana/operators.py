"""Operator: what can I not see now, and who acts on it."""

from grafana_foundation_sdk.builders import bargauge, table, timeseries
from grafana_foundation_sdk.models.dashboard import Dashboard

from exporters.grafana import variables
from exporters.grafana.colours import ATTENTION, LOST, RECEIVING, UNKNOWN, steps
from exporters.grafana.incidents import cameras_of, chosen, incident_table
from exporters.grafana.page import Page
from exporters.grafana.panels import RATIO, bars, figures, lines, plain
from exporters.grafana.queries import at_once, cameras, or_none, over_time
from exporters.grafana.regions import region_table
from exporters.grafana.watch import banner, state_looks
from exporters.grafana.words import Words
from monitor.model.incident import Kind
from monitor.model.verdict import Cause, Warn

SEEN_LOST = ', scope!~"monitor|gateway"'  # what these two are about is unknown, and not lost


def operator(words: Words) -> Dashboard:
    """Make the operator's dashboard."""
    page = Page(words, "operator", "Every camera that the control centre does not see now.", since="6h")
    page.choose(
        variables.datasource(words),
        variables.regions(words),
        variables.types(words),
        variables.owners(words),
        variables.causes(words),
    )
    page.band(3, banner(words))
    _numbers(page)
    page.row("Open incidents")
    page.band(14, _incidents(words))
    page.row("Where, and why")
    page.band(9, region_table(words), _over_time(words), widths=(12, 12))
    page.band(12, _causes(words), _unknown_causes(words), _warnings(words))
    page.row("Backlog: never connected")
    page.band(9, _backlog(words))
    return page.build()


def _numbers(page: Page) -> None:
    words, alarm = page.words, steps(RECEIVING, (1, LOST))
    known = f"1 - {cameras('_unknown')} / ({cameras()} > 0)"
    page.band(
        5,
        figures(
            words,
            "Cameras not received",
            "Cameras in scope that are known not to be received. Unknown ones are not among them.",
            at_once(f"{cameras()} - {cameras('_receiving')} - {cameras('_unknown')}"),
            thresholds=alarm,
        ),
        figures(
            words,
            "Cameras unknown",
            "Cameras of which nobody knows, because their gateway or the monitor could not look. Not down.",
            at_once(cameras("_unknown")),
        ),
        figures(
            words,
            "Lost: cameras in outages",
            "Cameras that were received before and are in an open incident, counted when it was opened.",
            at_once(or_none(cameras_of(chosen(Kind.OUTAGE, SEEN_LOST)))),
            thresholds=alarm,
        ),
        figures(
            words,
            "Never connected",
            "Cameras that were never received since they were registered, counted when that was first seen.",
            at_once(or_none(cameras_of(chosen(Kind.NEVER_CONNECTED)))),
            thresholds=steps(RECEIVING, (1, ATTENTION)),
        ),
        figures(
            words,
            "Cameras received",
            "Share of the cameras in scope that is received, and the two counts that make it.",
            at_once(f"{cameras('_receiving')} / ({cameras()} > 0)", words("Share")),
            at_once(cameras("_receiving"), words("Received"), "B"),
            at_once(cameras(), words("In scope"), "C"),
            units={"A": RATIO},
            thresholds=steps(RECEIVING),
        ),
        figures(
            words,
            "Share known",
            "Share of the cameras in scope of which it is known whether they are received.",
            at_once(known),
            unit=RATIO,
            decimals=1,
            thresholds=steps(UNKNOWN, (0.95, RECEIVING)),
        ),
    )


def _incidents(words: Words) -> table.Panel:
    return incident_table(
        words,
        "Open incidents, the heaviest first",
        "One row per root cause. Weight is pupils and staff times hours; where nobody counted them it is "
        "empty. Incidents of several regions or institutions are shown whatever is chosen.",
        chosen(Kind.OUTAGE),
    )


def _backlog(words: Words) -> table.Panel:
    return incident_table(
        words,
        "Registered, enrolled and never received",
        "No outage: these cameras were never received. They wait for whoever acts, and page nobody.",
        chosen(Kind.NEVER_CONNECTED),
        left_out=("severity",),
    )


def _over_time(words: Words) -> timeseries.Panel:
    lost = f"{cameras()} - {cameras('_receiving')} - {cameras('_unknown')}"
    return lines(
        words,
        "Cameras that cannot be seen",
        "Not received and unknown, one upon the other.",
        over_time(lost, "not_receiving"),
        over_time(cameras("_unknown"), "unknown", "B"),
        names=state_looks(words),
        stacked=True,
    )


def _causes(words: Words) -> bargauge.Panel:
    return bars(
        words,
        "Streams not received, by cause",
        "Streams that are known not to be received, backlog included. Causes of none are left out.",
        at_once('sum by (cause) (cctv_streams_not_receiving{region=~"$region"}) > 0', "{{cause}}"),
        names={cause: (text, LOST) for cause, text in words.of(Cause).items()},
    )


def _unknown_causes(words: Words) -> bargauge.Panel:
    return bars(
        words,
        "Streams unknown, by cause",
        "Why nobody knows: the monitor or a gateway could not look, or the evidence does not decide.",
        at_once('sum by (cause) (cctv_streams_unknown{region=~"$region"}) > 0', "{{cause}}"),
        names={cause: (text, UNKNOWN) for cause, text in words.of(Cause).items()},
    )


def _warnings(words: Words) -> bargauge.Panel:
    return bars(
        words,
        "Streams with a warning",
        "The picture arrives, and yet something is not as it should be. A stream may have several.",
        at_once('sum by (warning) (cctv_streams_warned{region=~"$region"})', "{{warning}}"),
        names=plain(words.of(Warn)),
    )
