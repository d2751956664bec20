"""Police IT: gateways, channels, providers, and what the checks cost and meet."""

from grafana_foundation_sdk.builders import table
from grafana_foundation_sdk.models.dashboard import Dashboard

from exporters.grafana import variables
from exporters.grafana.checks import budgets, checks
from exporters.grafana.colours import LOST, steps
from exporters.grafana.contracts import bridging_bars, contract_bars, status_looks
from exporters.grafana.incidents import incident_table
from exporters.grafana.page import Page, path
from exporters.grafana.panels import (
    COUNT,
    RATIO,
    SECONDS,
    against,
    lines,
    plain,
)
from exporters.grafana.queries import over_time
from exporters.grafana.tables import Column, table_of
from exporters.grafana.watch import banner
from exporters.grafana.words import Words
from monitor.model.verdict import Owner
from probes.failure import Failure

GATEWAY = 'gateway=~"$gateway"'
REGION = 'region=~"$region"'


def police_it(words: Words) -> Dashboard:
    """Make the dashboard of the police's technicians."""
    page = Page(words, "police-it", "Gateways, channels, providers, and the checks themselves.", since="6h")
    page.choose(variables.datasource(words), variables.regions(words), variables.gateways(words))
    page.band(3, banner(words))
    page.row("For police IT to act on")
    page.band(9, _incidents(words))
    page.row("Gateways")
    page.band(8, _gateways(words))
    _sweeps(page)
    page.row("Channels and providers")
    bars = contract_bars(words, f"{{{REGION}}}"), bridging_bars(words, f"{{{REGION}}}")
    page.band(9, *bars, _providers(words), widths=(6, 6, 12))
    page.band(10, _dark_sites(words))
    page.row("Checks")
    checks(page)
    budgets(page)
    return page.build()


def _incidents(words: Words) -> table.Panel:
    return incident_table(
        words,
        "Open incidents of police IT",
        "Those whose cause is at the centre: gateways, enrolment, paths. The backlog is among them.",
        f'cctv_incident_open{{owner="{Owner.POLICE_IT.value}", region=~"$region|"}}',
        left_out=("owner",),
    )


def _gateways(words: Words) -> table.Panel:
    only = f"{{{GATEWAY}}}"
    mean = "rate(cctv_sweep_duration_seconds_{part}{only}[$__range])"
    total, count = (mean.format(part=part, only=only) for part in ("sum", "count"))
    return table_of(
        words,
        "Gateways",
        "One sweep asks a gateway for all its streams. The effective interval is the time between the last "
        "two that succeeded; means and failures are of the shown time.",
        {
            "A": f"time() - max by (gateway) (cctv_sweep_last_success_timestamp_seconds{only})",
            "B": f"max by (gateway) (cctv_sweep_interval_seconds{only})",
            "C": f"sum by (gateway) ({total}) / sum by (gateway) ({count})",
            "D": f"sum by (gateway) (increase(cctv_sweep_failures_total{only}[$__range]))",
            "E": f"max by (gateway) (cctv_gateway_paths_unmatched{only})",
            "F": f"max by (gateway) (cctv_gateway_streams_unmatched{only})",
        },
        [
            Column(source="gateway", heading="Gateway"),
            Column(
                source="A",
                heading="Last success, ago",
                unit=SECONDS,
                decimals=0,
                thresholds=steps("transparent", (120, LOST)),
            ),
            Column(source="B", heading="Effective interval", unit=SECONDS, decimals=1),
            Column(source="C", heading="Mean sweep", unit=SECONDS, decimals=2),
            Column(source="D", heading="Failed sweeps", unit=COUNT, decimals=0),
            Column(source="E", heading="Paths not registered", unit=COUNT),
            Column(source="F", heading="Streams not at the gateway", unit=COUNT),
        ],
        heaviest="A",
    )


def _sweeps(page: Page) -> None:
    words, only = page.words, f"{{{GATEWAY}}}"
    page.band(
        8,
        lines(
            words,
            "Mean time of a sweep",
            "How long one look at all streams of a gateway took, failed ones included.",
            over_time(
                f"sum by (gateway) (rate(cctv_sweep_duration_seconds_sum{only}[$__rate_interval])) / "
                f"(sum by (gateway) (rate(cctv_sweep_duration_seconds_count{only}[$__rate_interval])) > 0)",
                "{{gateway}}",
            ),
            unit=SECONDS,
        ),
        against(
            lines(
                words,
                "Effective interval",
                "Time between the last two successful sweeps, against the one that is configured.",
                over_time(f"max by (gateway) (cctv_sweep_interval_seconds{only})", "{{gateway}}"),
                over_time("max(cctv_sweep_interval_configured_seconds)", words("Configured"), "B"),
                unit=SECONDS,
            ),
            "B",
        ),
        lines(
            words,
            "Failed sweeps, by reason",
            "A failed sweep tells nothing of a stream; three in a row make its streams unknown.",
            over_time(
                f"sum by (reason) (increase(cctv_sweep_failures_total{only}[$__rate_interval]))", "{{reason}}"
            ),
            names=plain(words.of(Failure)),
        ),
    )


def _providers(words: Words) -> table.Panel:
    inforce = f"max by (institution, site, provider) (cctv_contract_expiry_timestamp_seconds{{{REGION}}})"
    streams = "sum by (provider) ({contracts} * 0 + on (institution, site) group_left () {metric})"
    sites = {"contracts": f"({inforce} > time())"}
    received = streams.format(metric="sum by (institution, site) (cctv_site_streams_receiving)", **sites)
    enrolled = streams.format(metric="sum by (institution, site) (cctv_site_streams)", **sites)
    return table_of(
        words,
        "Providers",
        "Sites whose contract with the provider is in force, their enrolled streams, and how many of those "
        "are received.",
        {
            "A": f"count by (provider) ({inforce} > time())",
            "B": enrolled,
            "C": received,
            "D": f"{received} / ({enrolled} > 0)",
            "E": f"count by (provider) ({inforce} > time() < time() + 30 * 86400)",
        },
        [
            Column(source="provider", heading="Provider"),
            Column(source="A", heading="Sites", unit=COUNT),
            Column(source="B", heading="Streams", unit=COUNT),
            Column(source="C", heading="Received", unit=COUNT),
            Column(source="D", heading="Share received", unit=RATIO, decimals=1),
            Column(source="E", heading="Contracts that end within 30 days", unit=COUNT),
        ],
        lightest="D",
    )


def _dark_sites(words: Words) -> table.Panel:
    school = (
        f"{path('school', words.locale)}?var-institution=${{__data.fields.institution}}&${{__url_time_range}}"
    )
    total = f"sum by (institution, site) (cctv_site_streams{{{REGION}}})"
    received = f"sum by (institution, site) (cctv_site_streams_receiving{{{REGION}}})"
    dark = f"(({received} == 0) and ({total} > 0))"
    name = "max by (institution, name) (cctv_institution_info)"
    status = f"max by (institution, site, status) (cctv_site_contract_status{{{REGION}}})"
    return table_of(
        words,
        "Channels that carry nothing",
        "Sites with enrolled streams of which none is received, and the status of their contract.",
        {
            "A": f"({dark} + {total}) * on (institution) group_left (name) {name}",
            "B": f"{status} and on (institution, site) {dark}",
            "C": f"sum by (institution, site) (cctv_site_streams_unknown{{{REGION}}}) and {dark}",
        },
        [
            Column(source="name", heading="Institution", link=(words("Open the school's dashboard"), school)),
            Column(source="site", heading="Site"),
            Column(source="A", heading="Streams", unit=COUNT),
            Column(source="C", heading="Unknown", unit=COUNT),
            Column(source="status", heading="Contract", looks=status_looks(words)),
            Column(source="institution", heading="Id"),
        ],
        heaviest="A",
    )
