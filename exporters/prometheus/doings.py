"""Every metric of what the monitor does: one family each, in the order in which they are told."""

from exporters.prometheus.text import Family

STAGES = Family(
    "cctv_probe_stage_duration_seconds",
    "histogram",
    "Time that one stage of a check took, completed or broken off; side is whose answer it is.",
    ("stage", "side"),
)
CHECKS = Family("cctv_probe_checks_total", "counter", "Checks of one stream that were made.", ("side",))
FAILURES = Family(
    "cctv_probe_failures_total",
    "counter",
    "Checks of one stream that stopped early, by reason and by the stage in which they did.",
    ("reason", "stage"),
)
HELD_BACK = Family(
    "cctv_probe_checks_held_back_total",
    "counter",
    "Checks that were due and not made; own_fault is a mistake of the monitor's, see its log.",
    ("reason",),
)
WITHHELD = Family(
    "cctv_probe_passwords_withheld_total",
    "counter",
    "Checks made without the camera's password, because it was refused too often: "
    "another one has to be imported.",
)
WIRE_BYTES = Family(
    "cctv_probe_wire_bytes_total", "counter", "Bytes that checks sent and received.", ("side",)
)
BUDGET_WAITS = Family(
    "cctv_probe_budget_wait_seconds",
    "histogram",
    "How long a question that was due waited for its site's connections and bytes.",
)
BUDGET_LIMIT = Family(
    "cctv_probe_budget_limit",
    "gauge",
    "What questions may cost one site where the register says nothing else: bytes_per_second, "
    "connections at a time, refused log_ins in a row.",
    ("limit",),
)
SITES_AT_LIMIT = Family(
    "cctv_probe_sites_at_limit",
    "gauge",
    "Sites for whose bytes or connections something due waits now, "
    "and sites with a device whose password is withheld (log_ins).",
    ("limit",),
)
LOG_INS = Family(
    "cctv_probe_log_ins_total",
    "counter",
    "Times that a name and password were offered: to a camera (RTSP), to a recorder, to a camera over onvif.",
    ("subject",),
)
SURVEYS = Family(
    "cctv_probe_surveys_total",
    "counter",
    "Questions to what stands around the cameras of a school: its edge, its recorders, ONVIF.",
    ("subject",),
)
SURVEY_FAILURES = Family(
    "cctv_probe_survey_failures_total",
    "counter",
    "Questions to what stands around the cameras that were not answered.",
    ("subject", "reason"),
)
SWEEPS = Family(
    "cctv_sweep_duration_seconds",
    "histogram",
    "Time that one look at all streams of a gateway took, failed ones included.",
    ("gateway",),
)
SWEEP_FAILURES = Family(
    "cctv_sweep_failures_total", "counter", "Sweeps of a gateway that failed.", ("gateway", "reason")
)
LAST_SWEEP = Family(
    "cctv_sweep_last_success_timestamp_seconds",
    "gauge",
    "When a gateway last answered a sweep; one that left the register has no series.",
    ("gateway",),
)
SWEEP_INTERVAL = Family(
    "cctv_sweep_interval_seconds",
    "gauge",
    "Time between the last two sweeps that a gateway answered: the interval that was really kept.",
    ("gateway",),
)
SWEEP_INTERVAL_SET = Family(
    "cctv_sweep_interval_configured_seconds", "gauge", "Time between two sweeps as it is configured."
)
LATENESS = Family(
    "cctv_lateness_seconds",
    "histogram",
    "How much later than due a sweep, a check or a survey was begun.",
    ("work",),
)
QUEUE = Family(
    "cctv_queue_length",
    "gauge",
    "What waits now: transitions to be written (commit), losses for evidence, due checks and due surveys.",
    ("queue",),
)
COMMITS = Family(
    "cctv_commit_duration_seconds",
    "histogram",
    "Time from the first attempt to write transitions until the store had them.",
)
COMMIT_FAILURES = Family(
    "cctv_commit_failures_total", "counter", "Writes that the store refused; each is tried again."
)
HEARTBEAT = Family(
    "cctv_heartbeat_last_timestamp_seconds",
    "gauge",
    "When the heartbeat was that the store has last: until then the monitor is known to have looked.",
)
DATABASE_SIZE = Family(
    "cctv_database_size_bytes",
    "gauge",
    "Size of the database, of a file with its write-ahead log; measured every five minutes, "
    "no series while it cannot be.",
)
TRANSITIONS = Family(
    "cctv_transitions_total",
    "counter",
    "Committed changes of a stream's verdict, by its new state.",
    ("state",),
)
PASSWORDS_OPENED = Family(
    "cctv_passwords_opened",
    "gauge",
    "1 when the imported passwords could be opened at the last try, 0 when the monitor goes on with older "
    "ones; its log says which key is missing.",
)
LOOP_LAG = Family(
    "cctv_loop_lag_seconds", "histogram", "How much later than asked the event loop woke a sleeper."
)
SELFCHECK_OK = Family(
    "cctv_selfcheck_ok",
    "gauge",
    "1 when the last test of the monitor's own network, clock, disk, database or loop was good, 0 when not; "
    "no series for what there is nothing to test with.",
    ("check",),
)
SELFCHECK_FAILURES = Family(
    "cctv_selfcheck_failures_total", "counter", "Tests of the monitor's own that failed.", ("check",)
)
LOOKING = Family(
    "cctv_monitor_looking_seconds_total",
    "counter",
    "Time in which the monitor looked: it ran and was not blind; what is in doubt counts once it is certain.",
)
BLIND = Family(
    "cctv_monitor_blind",
    "gauge",
    "1 while the monitor cannot look: every stream is unknown then, and one incident is open for it.",
)
SUSPECT_WINDOWS = Family(
    "cctv_suspect_windows_total",
    "counter",
    "Stretches of time in which what failed may have failed for the monitor's own trouble, "
    "so that it tells nothing and is asked again.",
)
BUILD = Family(
    "cctv_monitor_build_info",
    "gauge",
    "Always 1: the versions of the monitor and of its Python.",
    ("version", "python"),
)
NOTIFICATIONS = Family(
    "cctv_notifications_total",
    "counter",
    "Messages to one address that were handed over (sent) or could not be (failed: each is tried again); "
    "only where notify names receivers.",
    ("notifier", "outcome"),
)
NOTIFICATIONS_WAITING = Family(
    "cctv_notifications_waiting",
    "gauge",
    "News of incidents that are to be told directly and were not yet, over all addresses; "
    "what a wider incident holds back is not among them.",
)

FAMILIES = (
    STAGES,
    CHECKS,
    FAILURES,
    HELD_BACK,
    WITHHELD,
    WIRE_BYTES,
    BUDGET_WAITS,
    BUDGET_LIMIT,
    SITES_AT_LIMIT,
    LOG_INS,
    SURVEYS,
    SURVEY_FAILURES,
    SWEEPS,
    SWEEP_FAILURES,
    LAST_SWEEP,
    SWEEP_INTERVAL,
    SWEEP_INTERVAL_SET,
    LATENESS,
    QUEUE,
    COMMITS,
    COMMIT_FAILURES,
    HEARTBEAT,
    DATABASE_SIZE,
    TRANSITIONS,
    PASSWORDS_OPENED,
    LOOP_LAG,
    SELFCHECK_OK,
    SELFCHECK_FAILURES,
    LOOKING,
    BLIND,
    SUSPECT_WINDOWS,
    NOTIFICATIONS,
    NOTIFICATIONS_WAITING,
    BUILD,
)
