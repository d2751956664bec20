"""The monitor itself: whether it looks, keeps up and keeps what it sees."""

from grafana_foundation_sdk.builders import statetimeline, timeseries
from grafana_foundation_sdk.models.dashboard import Dashboard

from exporters.grafana import variables
from exporters.grafana.colours import ATTENTION, LOST, RECEIVING, UNKNOWN, steps
from exporters.grafana.page import Page
from exporters.grafana.panels import (
    AGE,
    BYTES,
    PER_SECOND,
    RATIO,
    SECONDS,
    Look,
    figures,
    lines,
    plain,
    states,
)
from exporters.grafana.queries import at_once, mean_of, most_of, over_time, rate_of
from exporters.grafana.watch import banner, state_looks
from exporters.grafana.words import Words


def monitor(words: Words) -> Dashboard:
    """Make the dashboard of whoever runs the monitor."""
    page = Page(words, "monitor", "Whether the monitor looks, keeps up, and keeps what it sees.", since="6h")
    page.choose(variables.datasource(words))
    page.band(3, banner(words))
    _numbers(page)
    page.row("Its tests of itself")
    page.band(8, _selfcheck(words), _looking(words), _suspect(words))
    page.row("Keeping up")
    _work(page)
    page.row("Keeping")
    _store(page)
    page.row("Process and notifications")
    _process(page)
    return page.build()


def _numbers(page: Page) -> None:
    words = page.words
    page.band(
        4,
        figures(
            words,
            "Last heartbeat, ago",
            "Since the monitor last wrote that it looks. After a crash, the time from there on is blind.",
            at_once("time() - min(cctv_heartbeat_last_timestamp_seconds)"),
            unit=SECONDS,
            thresholds=steps(RECEIVING, (60, ATTENTION), (120, LOST)),
        ),
        figures(
            words,
            "Share of time looked",
            "Share of the shown time in which the monitor was looking and not blind.",
            at_once("avg(rate(cctv_monitor_looking_seconds_total[$__range]))"),
            unit=RATIO,
            decimals=1,
            thresholds=steps(UNKNOWN, (0.99, RECEIVING)),
        ),
        figures(
            words,
            "Tests that are not good",
            "How many of the monitor's tests of itself failed at the last try.",
            at_once("count(cctv_selfcheck_ok) - sum(cctv_selfcheck_ok)"),
            thresholds=steps(RECEIVING, (1, LOST)),
        ),
        figures(
            words,
            "Passwords opened",
            "Whether the imported passwords could be opened with the key at hand.",
            at_once("min(cctv_passwords_opened)"),
            looks={"0": (words("No: a key is missing"), LOST), "1": (words("Yes"), RECEIVING)},
        ),
        figures(
            words,
            "Database",
            "Size of the database, what is not yet merged into it included.",
            at_once("sum(cctv_database_size_bytes)"),
            unit=BYTES,
            decimals=1,
        ),
        figures(
            words,
            "Runs since",
            "How long the process has been running.",
            at_once("time() - max(process_start_time_seconds and on (instance) cctv_monitor_build_info)"),
            unit=AGE,
        ),
    )


def _selfcheck(words: Words) -> statetimeline.Panel:
    return states(
        words,
        "Tests of itself",
        "Network, clock, disk, database and event loop; no band for what there is nothing to test with.",
        over_time("min by (check) (cctv_selfcheck_ok)", "{{check}}"),
        looks={"0": (words("Not good"), LOST), "1": (words("Good"), RECEIVING)},
    )


def _looking(words: Words) -> timeseries.Panel:
    return lines(
        words,
        "Time looked",
        "Share of time in which the monitor looked and was not blind.",
        over_time("avg(rate(cctv_monitor_looking_seconds_total[$__rate_interval]))", words("Share looked")),
        unit=RATIO,
        most=1,
    )


def _suspect(words: Words) -> timeseries.Panel:
    return lines(
        words,
        "Suspect windows",
        "Stretches of time in which the monitor stood still or its network failed: what failed in them "
        "tells nothing and is asked again.",
        over_time("sum(increase(cctv_suspect_windows_total[$__rate_interval]))", words("Suspect")),
    )


def _work(page: Page) -> None:
    words = page.words
    page.band(
        8,
        lines(
            words,
            "Lateness",
            "How much later than due 95 % of the sweeps, checks and surveys were begun at most.",
            over_time(most_of("cctv_lateness_seconds", "work"), "{{work}}"),
            unit=SECONDS,
            names=_works(words),
        ),
        lines(
            words,
            "Queues",
            "Verdicts to be written, losses that wait for evidence, checks and surveys that are due.",
            over_time("sum by (queue) (cctv_queue_length)", "{{queue}}"),
            names=_works(words),
        ),
        lines(
            words,
            "Lag of the event loop",
            "How much later than asked the program woke: mean, and what 99 % stayed below.",
            over_time(mean_of("cctv_loop_lag_seconds", "job"), words("Mean")),
            over_time(most_of("cctv_loop_lag_seconds", "", 0.99), words("99 % at most"), "B"),
            unit=SECONDS,
        ),
    )


def _store(page: Page) -> None:
    words = page.words
    page.band(
        8,
        lines(
            words,
            "Time of a commit",
            "From the first attempt to write verdicts until the store had them.",
            over_time(most_of("cctv_commit_duration_seconds", ""), words("95 % at most")),
            unit=SECONDS,
        ),
        lines(
            words,
            "Refused commits",
            "Writes that the store refused; each is tried again, and nothing is told before it is written.",
            over_time("sum(increase(cctv_commit_failures_total[$__rate_interval]))", words("Refused")),
        ),
        lines(
            words,
            "Verdicts written",
            "Committed changes of verdicts, by their new state.",
            over_time(rate_of("cctv_transitions_total", "state"), "{{state}}"),
            unit=PER_SECOND,
            names=state_looks(words),
        ),
    )


def _process(page: Page) -> None:
    words, its = page.words, "and on (instance) cctv_monitor_build_info"
    page.band(
        8,
        lines(
            words,
            "CPU",
            "Share of one core that the process used.",
            over_time(f"sum(rate(process_cpu_seconds_total[$__rate_interval]) {its})", words("Cores")),
            unit=RATIO,
        ),
        lines(
            words,
            "Memory",
            "Memory that the process really used.",
            over_time(f"sum(process_resident_memory_bytes {its})", words("Resident")),
            unit=BYTES,
        ),
        lines(
            words,
            "Notifications",
            "Messages that the monitor itself sent, by way and outcome; only where `notify` is configured.",
            over_time(
                "sum by (notifier, outcome) (increase(cctv_notifications_total[$__rate_interval]))",
                "{{notifier}}: {{outcome}}",
            ),
            over_time("sum(cctv_notifications_waiting)", words("Waiting"), "B"),
        ),
    )


def _works(words: Words) -> dict[str, Look | str]:
    return plain(
        {
            "sweep": words("sweeps"),
            "check": words("checks"),
            "survey": words("surveys"),
            "commit": words("to be written"),
            "evidence": words("waiting for evidence"),
            "checks": words("checks due"),
            "surveys": words("surveys due"),
        }
    )
