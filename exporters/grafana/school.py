"""School: what was received of it when, and under which contract."""

from grafana_foundation_sdk.builders import statetimeline, table, text, timeseries
from grafana_foundation_sdk.builders.dashboard import DashboardLink
from grafana_foundation_sdk.models.dashboard import Dashboard, DashboardLinkType

from exporters.grafana import variables
from exporters.grafana.colours import ATTENTION, LOST, RECEIVING, UNKNOWN, steps
from exporters.grafana.contracts import status_looks
from exporters.grafana.incidents import incident_table
from exporters.grafana.page import Page
from exporters.grafana.panels import COUNT, DAY, RATIO, Look, figures, lines, note, states
from exporters.grafana.queries import at_once, cameras, over_time
from exporters.grafana.regions import DISTANCE, points
from exporters.grafana.tables import Column, table_of
from exporters.grafana.watch import banner, state_looks
from exporters.grafana.words import Words
from monitor.law.bridging import BridgingState
from monitor.law.contracts import ChannelStatus

THIS = 'institution="$institution"'
WHY = "${monitor}/api/why/${institution}"


def school(words: Words) -> Dashboard:
    """Make the dashboard of one school."""
    page = Page(words, "school", "One institution: its cameras, its contract, its incidents.", since="7d")
    page.choose(
        variables.datasource(words),
        variables.regions(words),
        variables.institution(words),
        variables.monitor(words),
        variables.as_of("cameras"),
    )
    page.link(_why(words))
    page.band(3, banner(words))
    _numbers(page)
    page.band(8, _timeline(words))
    page.band(9, _cameras(words), _note(words), widths=(18, 6))
    page.row("Communication channel and contract")
    page.band(6, _papers(words))
    page.band(7, _sites(words))
    page.band(7, _contracts(words))
    page.row("Open incidents")
    page.band(8, _incidents(words))
    return page.build()


def _numbers(page: Page) -> None:
    words = page.words
    page.band(
        5,
        figures(
            words,
            "Cameras received",
            "Share of the school's cameras in scope that is received, and the two counts that make it.",
            at_once(f"{_cameras_of('_receiving')} / ({_cameras_of()} > 0)", words("Share")),
            at_once(_cameras_of("_receiving"), words("Received"), "B"),
            at_once(_cameras_of(), words("In scope"), "C"),
            units={"A": RATIO},
            thresholds=steps(RECEIVING),
        ),
        figures(
            words,
            "Cameras not received",
            "Cameras in scope that are known not to be received. Unknown ones are not among them.",
            at_once(f"{_cameras_of()} - {_cameras_of('_receiving')} - {_cameras_of('_unknown')}"),
            thresholds=steps(RECEIVING, (1, LOST)),
        ),
        figures(
            words,
            "Cameras unknown",
            "Cameras of which nobody knows, because their gateway or the monitor could not look. Not down.",
            at_once(_cameras_of("_unknown")),
        ),
        figures(
            words,
            "From the official figure for cameras of $as_of_cameras",
            "The school's share less the official share of cameras; below 0 the school is behind it.",
            at_once(f"100 * sum(cctv:cameras:distance_to_baseline_by_institution{{{THIS}}})"),
            unit=points(words),
            decimals=1,
            thresholds=DISTANCE,
        ),
        widths=(8, 5, 5, 6),
    )


def _timeline(words: Words) -> statetimeline.Panel:
    whole = _standing(*(_cameras_of(state) for state in ("", "_receiving", "_unknown")))
    sites = (
        f"sum by (site) (cctv_site_streams{state}{{{THIS}}})" for state in ("", "_receiving", "_unknown")
    )
    return states(
        words,
        "What was received when",
        "The whole school in cameras, and each site in streams of its enrolled cameras. Grey: not known.",
        over_time(whole, words("The whole school")),
        over_time(_standing(*sites), "{{site}}", "B"),
        looks=_standings(words),
    )


def _papers(words: Words) -> statetimeline.Panel:
    """Show each site's status as a number, for a band is of one series: it has one status at a time."""
    numbers = {str(number): status.value for number, status in enumerate(ChannelStatus, 1)}
    query = " or ".join(
        f'{number} * max by (site) (cctv_site_contract_status{{{THIS},status="{status}"}})'
        for number, status in numbers.items()
    )
    looks = status_looks(words)
    return states(
        words,
        "How the contract stood when",
        "The status of each site's communication channel over time.",
        over_time(query, "{{site}}"),
        looks={number: looks[status] for number, status in numbers.items()},
    )


def _standing(total: str, received: str, unknown: str) -> str:
    """Return the number of a standing, see _standings, where the total is above 0."""
    total, received, unknown = f"({total} > 0)", f"({received})", f"({unknown})"
    some = f"({received} > bool 0) * ({received} < bool {total})"
    return (
        f"2 - ({received} == bool {total})"
        f" + ({received} == bool 0) * (1 + ({unknown} == bool {total}))"
        f" + 3 * {some} * ({received} + {unknown} == bool {total})"
    )


def _standings(words: Words) -> dict[str, Look | str]:
    return {
        "1": (words("All received"), RECEIVING),
        "2": (words("A part is not received"), ATTENTION),
        "3": (words("Nothing received"), LOST),
        "4": (words("Nothing is known"), UNKNOWN),
        "5": (words("A part received, the rest is not known"), "#B8B8B8"),
    }


def _cameras(words: Words) -> timeseries.Panel:
    lost = f"{_cameras_of()} - {_cameras_of('_receiving')} - {_cameras_of('_unknown')}"
    return lines(
        words,
        "Cameras by state",
        "The cameras in scope, one state upon the other; together they are all of them.",
        over_time(_cameras_of("_receiving"), "receiving"),
        over_time(lost, "not_receiving", "B"),
        over_time(_cameras_of("_unknown"), "unknown", "C"),
        names=state_looks(words),
        stacked=True,
    )


def _note(words: Words) -> text.Panel:
    told = words(
        "The monitor explains link by link why a camera of this school is not received, and who acts:"
    )
    return note(words, "Why", "Where the monitor explains what it found.", f"{told}\n\n[{WHY}]({WHY})")


def _why(words: Words) -> DashboardLink:
    link = DashboardLink(words("Why, link by link")).type(DashboardLinkType.LINK).url(WHY)
    return link.target_blank(True).icon("info")


def _sites(words: Words) -> table.Panel:
    return table_of(
        words,
        "Sites: contract and picture",
        "The status of the communication channel's contract, until when it is covered, and the days on which "
        "a bridging contract may stand.",
        {
            "A": f"max by (site, status) (cctv_site_contract_status{{{THIS}}})",
            "B": _of_site("1000 * max", "cctv_site_cover_end_timestamp_seconds"),
            "C": _of_site("1000 * max", "cctv_site_lapse_start_timestamp_seconds"),
            "D": f"max by (site, state) (cctv_site_bridging_state{{{THIS}}})",
            "E": _of_site("1000 * max", "cctv_site_bridging_window_start_timestamp_seconds"),
            "F": _of_site("1000 * max", "cctv_site_bridging_window_end_timestamp_seconds"),
            "G": _of_site("sum", "cctv_site_streams"),
            "H": _of_site("sum", "cctv_site_streams_receiving"),
            "I": _of_site("sum", "cctv_site_streams_unknown"),
        },
        [
            Column(source="site", heading="Site"),
            Column(source="status", heading="Contract", looks=status_looks(words)),
            Column(source="B", heading="Covered until", unit=DAY),
            Column(source="C", heading="Not covered since", unit=DAY),
            Column(source="state", heading="Bridging", looks=words.of(BridgingState)),
            Column(source="E", heading="Window opens", unit=DAY),
            Column(source="F", heading="Window closes", unit=DAY),
            Column(source="G", heading="Streams", unit=COUNT),
            Column(source="H", heading="Received", unit=COUNT),
            Column(source="I", heading="Unknown", unit=COUNT),
        ],
    )


def _contracts(words: Words) -> table.Panel:
    return table_of(
        words,
        "Contracts in force, or the one that ended last",
        "The first moment that a contract no longer covers: the midnight after its last day.",
        {"A": f"1000 * max by (site, contract, provider) (cctv_contract_expiry_timestamp_seconds{{{THIS}}})"},
        [
            Column(source="site", heading="Site"),
            Column(source="contract", heading="Contract"),
            Column(source="provider", heading="Provider"),
            Column(source="A", heading="Covers until", unit=DAY),
        ],
        lightest="A",
    )


def _incidents(words: Words) -> table.Panel:
    return incident_table(
        words,
        "Open incidents of this school",
        "Those that are about this school alone; an outage of its gateway or provider is on the operator's "
        "dashboard.",
        f"cctv_incident_open{{{THIS}}}",
    )


def _cameras_of(state: str = "") -> str:
    return cameras(state, THIS)


def _of_site(how: str, metric: str) -> str:
    return f"{how} by (site) ({metric}{{{THIS}}})"
