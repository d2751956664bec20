"""How channels stand: bars by the status of their contract and of their bridge."""

from grafana_foundation_sdk.builders import bargauge

from exporters.grafana.colours import ATTENTION, LOST, RECEIVING, UNKNOWN
from exporters.grafana.panels import Look, bars, plain
from exporters.grafana.queries import at_once
from exporters.grafana.words import Words
from monitor.law.bridging import BridgingState
from monitor.law.contracts import ChannelStatus

_COLOURS = {
    ChannelStatus.LAPSED: LOST,
    ChannelStatus.NEVER_CONTRACTED: "#CC79A7",
    ChannelStatus.AT_RISK: ATTENTION,
    ChannelStatus.COVERED: RECEIVING,
    ChannelStatus.NOT_NEEDED: UNKNOWN,
}


def status_looks(words: Words) -> dict[str, Look | str]:
    """Give the status of a contract its word and colour."""
    texts = words.of(ChannelStatus)
    return {status.value: (texts[status.value], _COLOURS[status]) for status in ChannelStatus}


def contract_bars(words: Words, only: str = "") -> bargauge.Panel:
    """Count the sites by how their contract stands."""
    return bars(
        words,
        "Sites by contract status",
        "Every site with a communication channel, as its best channel that is needed.",
        at_once(f"count by (status) (cctv_site_contract_status{only})", "{{status}}"),
        names=status_looks(words),
    )


def bridging_bars(words: Words, only: str = "") -> bargauge.Panel:
    """Count the sites with a gap in view by how they bridge it."""
    return bars(
        words,
        "Sites by bridging",
        "Sites with a gap in view between a contract and the tender after it.",
        at_once(f"count by (state) (cctv_site_bridging_state{only})", "{{state}}"),
        names=plain({k: text for k, text in words.of(BridgingState).items() if k != "not_needed"}),
    )
