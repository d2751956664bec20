"""Every metric of the estate: one family each, in the order in which they are told.

What the monitor does (durations, failures, lateness) is not here: that is in `doings`.
docs/metrics.md lists both; it is made from them, and a test holds them together.
"""

from exporters.prometheus.text import Family


def _gauge(name: str, labels: tuple[str, ...], meaning: str) -> Family:
    return Family(name, "gauge", meaning, labels)


_INSTITUTION = ("institution", "region", "type")
_SITE = ("institution", "site", "region")

CAMERAS = _gauge(
    "cctv_institution_cameras",
    _INSTITUTION,
    "Cameras of the institution that count: in service and not excluded; 0 where it has none.",
)
CAMERAS_RECEIVING = _gauge(
    "cctv_institution_cameras_receiving",
    _INSTITUTION,
    "Of the cameras that count, those whose picture is proved to reach a control centre.",
)
CAMERAS_UNKNOWN = _gauge(
    "cctv_institution_cameras_unknown",
    _INSTITUTION,
    "Of the cameras that count, those of which it is not known whether they are received.",
)
CAMERAS_EXCLUDED = _gauge(
    "cctv_institution_cameras_excluded",
    _INSTITUTION,
    "Cameras of the institution that an approved exclusion keeps out of every other count; they are watched.",
)
INSTITUTION = _gauge(
    "cctv_institution_info",
    ("institution", "name", "region", "type", "ownership"),
    "Always 1: the institution's name and ownership, to be joined by its id.",
)
HEADCOUNT = _gauge(
    "cctv_institution_headcount",
    _INSTITUTION,
    "Pupils and staff of the institution; no series where nobody counted them.",
)
REGION = _gauge(
    "cctv_region_info",
    ("region", "name_en", "name_kk", "name_ru"),
    "Always 1: the region's names, to be joined by its KATO code; regions of institutions and of centres.",
)
BASELINE = _gauge(
    "cctv_integration_baseline_ratio",
    ("unit", "as_of"),
    "Official share that was integrated with control centres on a day: of cameras as quoted, "
    "of institutions as counted.",
)
STREAMS_RECEIVING = _gauge(
    "cctv_streams_receiving",
    ("region", "proof"),
    "Streams that are received, by how strongly that is proved; every proof has a series.",
)
STREAMS_NOT_RECEIVING = _gauge(
    "cctv_streams_not_receiving",
    ("region", "cause"),
    "Streams that are known not to be received, by cause; every cause has a series.",
)
STREAMS_UNKNOWN = _gauge(
    "cctv_streams_unknown",
    ("region", "cause"),
    "Streams of which it is not known whether they are received, by cause; "
    "one that was never looked at is monitor_blind.",
)
STREAMS_WARNED = _gauge(
    "cctv_streams_warned",
    ("region", "warning"),
    "Streams with a warning, by warning; one with two is in two series, and every warning has one.",
)
SITE_STREAMS = _gauge(
    "cctv_site_streams",
    _SITE,
    "Streams of the site that are enrolled at a gateway, of cameras that count.",
)
SITE_STREAMS_RECEIVING = _gauge(
    "cctv_site_streams_receiving", _SITE, "Of the site's streams, those that are received."
)
SITE_STREAMS_UNKNOWN = _gauge(
    "cctv_site_streams_unknown",
    _SITE,
    "Of the site's streams, those of which it is not known whether they are received.",
)
CONTRACT_EXPIRY = _gauge(
    "cctv_contract_expiry_timestamp_seconds",
    (*_SITE, "contract", "provider"),
    "First instant that a channel contract does not cover: local midnight after its last day; "
    "of those concluded and not ended and, where none is in force, of the one that ended last.",
)
CONTRACT_STATUS = _gauge(
    "cctv_site_contract_status",
    (*_SITE, "status"),
    "Always 1: how the site stands with its contracts, as its best channel does; one series per site "
    "with a channel: covered, at_risk, lapsed, never_contracted or not_needed.",
)
COVER_END = _gauge(
    "cctv_site_cover_end_timestamp_seconds",
    _SITE,
    "First instant that is not covered, successors without a gap included; of sites covered or at risk.",
)
LAPSE_START = _gauge(
    "cctv_site_lapse_start_timestamp_seconds",
    _SITE,
    "First instant of the lapse that runs; of sites whose contract lapsed.",
)
BRIDGING_STATE = _gauge(
    "cctv_site_bridging_state",
    (*_SITE, "state"),
    "Always 1: how the bridge over a gap between two tenders stands, where there is a gap: "
    "eligible_unused, in_use, expiring, expired_no_award or exceeded.",
)
WINDOW_START = _gauge(
    "cctv_site_bridging_window_start_timestamp_seconds",
    _SITE,
    "First instant at which a bridge may stand, where there is a gap or cover is at risk.",
)
WINDOW_END = _gauge(
    "cctv_site_bridging_window_end_timestamp_seconds",
    _SITE,
    "First instant at which a bridge may stand no longer, where there is a gap or cover is at risk.",
)
FORECAST_CAMERAS = _gauge(
    "cctv_forecast_cameras",
    ("region",),
    "Cameras that count, as the forecast counted them; it is made anew every five minutes.",
)
FORECAST_COVERED = _gauge(
    "cctv_forecast_cameras_covered",
    ("region", "days"),
    "Cameras of sites that are covered so many days from today if no contract is renewed.",
)
FORECAST_RECEIVING = _gauge(
    "cctv_forecast_cameras_receiving",
    ("region", "days"),
    "Cameras that are received now and not of an uncovered site so many days from today "
    "if no contract is renewed.",
)
CLIFF = _gauge(
    "cctv_forecast_cliff_timestamp_seconds",
    ("region",),
    "Beginning of the day of the next 366 on which most covered cameras are lost if no contract is renewed; "
    "no series where none is.",
)
CLIFF_CAMERAS = _gauge(
    "cctv_forecast_cliff_cameras",
    ("region",),
    "Covered cameras that are lost on that day; no series where none is.",
)
PATHS_UNMATCHED = _gauge(
    "cctv_gateway_paths_unmatched",
    ("gateway",),
    "Paths at the gateway that the register does not know.",
)
STREAMS_UNMATCHED = _gauge(
    "cctv_gateway_streams_unmatched",
    ("gateway",),
    "Enrolled streams that the gateway does not know.",
)
INCIDENT_OPEN = _gauge(
    "cctv_incident_open",
    ("incident", "scope", "cause", "owner", "severity", "region", "institution", "kind"),
    "1 for every open incident, one per root cause; its labels never change while it is open, "
    "and a revised cause closes it and opens a successor.",
)
INCIDENT_STREAMS = _gauge(
    "cctv_incident_streams",
    ("incident",),
    "Streams that an open incident covered when it was opened.",
)
INCIDENT_CAMERAS = _gauge(
    "cctv_incident_cameras",
    ("incident",),
    "Cameras that an open incident covered when it was opened.",
)
INCIDENT_PUPILS = _gauge(
    "cctv_incident_pupils",
    ("incident",),
    "Pupils and staff of the institutions that an open incident touched when it was opened; "
    "no series where nobody counted them.",
)
INCIDENT_OPENED = _gauge(
    "cctv_incident_opened_timestamp_seconds",
    ("incident",),
    "When an open incident began, back-dated to its first sign.",
)
INCIDENT = _gauge(
    "cctv_incident_info",
    ("incident", "subject", "name", "predecessor"),
    "Always 1: what an open incident is about, what people called that when it was opened, "
    "and the incident whose cause it revises.",
)

FAMILIES = (
    CAMERAS,
    CAMERAS_RECEIVING,
    CAMERAS_UNKNOWN,
    CAMERAS_EXCLUDED,
    INSTITUTION,
    HEADCOUNT,
    REGION,
    BASELINE,
    STREAMS_RECEIVING,
    STREAMS_NOT_RECEIVING,
    STREAMS_UNKNOWN,
    STREAMS_WARNED,
    SITE_STREAMS,
    SITE_STREAMS_RECEIVING,
    SITE_STREAMS_UNKNOWN,
    CONTRACT_EXPIRY,
    CONTRACT_STATUS,
    COVER_END,
    LAPSE_START,
    BRIDGING_STATE,
    WINDOW_START,
    WINDOW_END,
    FORECAST_CAMERAS,
    FORECAST_COVERED,
    FORECAST_RECEIVING,
    CLIFF,
    CLIFF_CAMERAS,
    PATHS_UNMATCHED,
    STREAMS_UNMATCHED,
    INCIDENT_OPEN,
    INCIDENT_STREAMS,
    INCIDENT_CAMERAS,
    INCIDENT_PUPILS,
    INCIDENT_OPENED,
    INCIDENT,
)
