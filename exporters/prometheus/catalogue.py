"""Every metric of the estate: one family each, in the order in which they are told.

What the monitor does (durations, failures, lateness) is not here: that is the meter's.
docs/metrics.md lists both; a test holds them together.
"""

from exporters.prometheus.text import Family

_INSTITUTION = ("institution", "region", "type")

CAMERAS = Family(
    "cctv_institution_cameras",
    "gauge",
    "Cameras of the institution that count: in service and not excluded.",
    _INSTITUTION,
)
CAMERAS_RECEIVING = Family(
    "cctv_institution_cameras_receiving",
    "gauge",
    "Cameras of the institution whose picture is proved to reach a control centre.",
    _INSTITUTION,
)
CAMERAS_UNKNOWN = Family(
    "cctv_institution_cameras_unknown",
    "gauge",
    "Cameras of the institution of which it is not known whether they are received.",
    _INSTITUTION,
)
CAMERAS_EXCLUDED = Family(
    "cctv_institution_cameras_excluded",
    "gauge",
    "Cameras of the institution that an approved exclusion keeps out of every other count.",
    _INSTITUTION,
)
INSTITUTION = Family(
    "cctv_institution_info",
    "gauge",
    "Always 1: the institution's name, to be joined by its id.",
    ("institution", "name", "region", "type", "ownership"),
)
BASELINE = Family(
    "cctv_integration_baseline_ratio",
    "gauge",
    "Official share that was integrated with control centres on a day, as quoted or as counted.",
    ("unit", "as_of"),
)
CONTRACT_EXPIRY = Family(
    "cctv_contract_expiry_timestamp_seconds",
    "gauge",
    "First instant that a channel contract no longer covers: local midnight after its last day.",
    ("institution", "site", "contract", "provider"),
)
STREAMS_RECEIVING = Family(
    "cctv_streams_receiving",
    "gauge",
    "Streams that are received, by how strongly that is proved.",
    ("proof",),
)
STREAMS_NOT_RECEIVING = Family(
    "cctv_streams_not_receiving",
    "gauge",
    "Streams that are known not to be received, by cause.",
    ("cause",),
)
STREAMS_UNKNOWN = Family(
    "cctv_streams_unknown",
    "gauge",
    "Streams of which it is not known whether they are received, by cause.",
    ("cause",),
)
PATHS_UNMATCHED = Family(
    "cctv_gateway_paths_unmatched",
    "gauge",
    "Paths at the gateway that the register does not know.",
    ("gateway",),
)
STREAMS_UNMATCHED = Family(
    "cctv_gateway_streams_unmatched",
    "gauge",
    "Enrolled streams that the gateway does not know.",
    ("gateway",),
)
INCIDENT_OPEN = Family(
    "cctv_incident_open",
    "gauge",
    "1 for every open incident; its labels never change while it is open.",
    ("incident", "scope", "cause", "owner", "severity", "region", "institution", "kind"),
)
INCIDENT_STREAMS = Family(
    "cctv_incident_streams",
    "gauge",
    "Streams that an open incident covered when it was opened.",
    ("incident",),
)
INCIDENT_CAMERAS = Family(
    "cctv_incident_cameras",
    "gauge",
    "Cameras that an open incident covered when it was opened.",
    ("incident",),
)
INCIDENT_PUPILS = Family(
    "cctv_incident_pupils",
    "gauge",
    "Pupils and staff of the institutions that an open incident touched when it was opened.",
    ("incident",),
)
INCIDENT_OPENED = Family(
    "cctv_incident_opened_timestamp_seconds",
    "gauge",
    "When an open incident began, back-dated to its first sign.",
    ("incident",),
)

FAMILIES = (
    CAMERAS,
    CAMERAS_RECEIVING,
    CAMERAS_UNKNOWN,
    INSTITUTION,
    BASELINE,
    CONTRACT_EXPIRY,
    STREAMS_RECEIVING,
    STREAMS_NOT_RECEIVING,
    STREAMS_UNKNOWN,
    PATHS_UNMATCHED,
    STREAMS_UNMATCHED,
    INCIDENT_OPEN,
    INCIDENT_STREAMS,
    INCIDENT_CAMERAS,
    INCIDENT_PUPILS,
    INCIDENT_OPENED,
)
