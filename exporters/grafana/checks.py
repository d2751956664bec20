"""What the probes do: what they meet, and what they cost a school."""

from exporters.grafana.colours import ATTENTION, RECEIVING, steps
from exporters.grafana.page import Page
from exporters.grafana.panels import BYTES_PER_SECOND, PER_SECOND, SECONDS, figures, lines, plain
from exporters.grafana.queries import at_once, most_of, over_time, rate_of
from exporters.grafana.words import Words
from probes.failure import Failure, Stage


def checks(page: Page) -> None:
    """Show what checks and surveys meet, and how long their stages take."""
    words = page.words
    page.band(
        9,
        lines(
            words,
            "Time of the stages of a check",
            "What 95 % of the checks stayed below, stage by stage, at the school's and at the centre's side.",
            over_time(most_of("cctv_probe_stage_duration_seconds", "stage"), "{{stage}}"),
            unit=SECONDS,
            names=plain(words.of(Stage)),
        ),
        lines(
            words,
            "Checks that stopped early, by reason",
            "What single checks met. A check is no verdict: the centre's side decides whether it is lost.",
            over_time(rate_of("cctv_probe_failures_total", "reason"), "{{reason}}"),
            unit=PER_SECOND,
            names=plain(words.of(Failure)),
        ),
        lines(
            words,
            "Checks and surveys",
            "Checks of streams by side; surveys of edges and recorders by what was asked.",
            over_time(rate_of("cctv_probe_checks_total", "side"), "{{side}}"),
            over_time(rate_of("cctv_probe_surveys_total", "subject"), "{{subject}}", "B"),
            unit=PER_SECOND,
            names=_sides(words),
        ),
    )


def budgets(page: Page) -> None:
    """Show what checks may cost a school, what they cost, and where that holds them back."""
    words = page.words
    limits = "max by (limit) (cctv_probe_budget_limit)"
    page.band(
        9,
        figures(
            words,
            "Budget of a site",
            "What checks may cost one site: bytes per second, connections at a time, log-ins in a row.",
            at_once(f'{limits[:-1]}{{limit="bytes_per_second"}})', words("Bytes per second")),
            at_once(f'{limits[:-1]}{{limit="connections"}})', words("Connections"), "B"),
            at_once(f'{limits[:-1]}{{limit="log_ins"}})', words("Log-ins"), "C"),
            units={"A": BYTES_PER_SECOND},
        ),
        figures(
            words,
            "Sites at their limit",
            "Sites that a due check waits for, and sites with a device whose password is withheld because it "
            "was refused too often.",
            *(
                at_once(f'sum(cctv_probe_sites_at_limit{{limit="{limit}"}})', words(word), ref)
                for limit, word, ref in (
                    ("bytes", "Bytes per second", "A"),
                    ("connections", "Connections", "B"),
                    ("log_ins", "Passwords withheld", "C"),
                )
            ),
            thresholds=steps(RECEIVING, (1, ATTENTION)),
        ),
        lines(
            words,
            "Wait for a site's budget",
            "How long 95 % of the questions that were due waited at most.",
            over_time(most_of("cctv_probe_budget_wait_seconds", ""), words("95 % waited at most")),
            unit=SECONDS,
        ),
        lines(
            words,
            "Log-ins offered",
            "How often a name and password were offered, by what they were offered to.",
            over_time(rate_of("cctv_probe_log_ins_total", "subject"), "{{subject}}"),
            unit=PER_SECOND,
            names=_sides(words),
        ),
        lines(
            words,
            "Bytes of the checks",
            "What checks sent and received, by side.",
            over_time(rate_of("cctv_probe_wire_bytes_total", "side"), "{{side}}"),
            unit=BYTES_PER_SECOND,
            names=_sides(words),
        ),
        widths=(4, 4, 5, 5, 6),
    )


def _sides(words: Words) -> dict[str, str]:
    return {
        "site": words("at schools"),
        "centre": words("at the centre"),
        "edge": words("a site's router"),
        "recorder": words("a recorder"),
        "onvif": words("a camera over ONVIF"),
        "camera": words("a camera"),
    }
