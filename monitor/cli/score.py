"""`cctv-monitor score`: the real monitor against a make-believe estate in virtual time, and how right it was.

The faults are drawn by seed and hidden from the monitor; a scorer that knows nothing of how it judges
compares what it told with what was done. The same seed gives the same digest of everything told.
"""

import json
import sys
import time
from typing import Annotated, Any

import typer

from monitor.cli.logs import log_to_stderr
from monitor.cli.score_run import RULES, watch
from simulator.scorer import Score, score
from simulator.world.places import make_places
from simulator.world.schedule import Schedule, draw

MOST_CAMERAS = 200_000
MOST_CLEAN_DAYS = 10_000_000  # about forty minutes of CPU
FEWEST_HOURS = 1.0  # below it there is hardly time for a fault to begin and to be told


def command(
    *,
    seed: Annotated[
        int, typer.Option(metavar="S", help="Another seed, another estate and other faults.")
    ] = 1,
    cameras: Annotated[
        int, typer.Option(min=1, max=MOST_CAMERAS, metavar="N", help="How many cameras in all.")
    ] = 2000,
    hours: Annotated[
        float, typer.Option(min=FEWEST_HOURS, max=24 * 31, metavar="H", help="How long the monitor watches.")
    ] = 24.0,
    clean_camera_days: Annotated[
        int,
        typer.Option(
            min=0,
            max=MOST_CLEAN_DAYS,
            metavar="D",
            help="Let the judge alone watch cameras that never fail for so many camera-days as well.",
        ),
    ] = 0,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the figures as one JSON object, alone on stdout.")
    ] = False,
) -> None:
    """Score the monitor: recall, precision, false alarms, delays, and which causes it takes for which.

    Exit 0 when it was scored, whatever the figures; 2 wrong use.
    """
    log_to_stderr(level="error")
    places = make_places(cameras=cameras, seed=seed)
    schedule = draw(places, seed=seed, hours=hours)
    _say(f"{cameras} cameras at {len(places.sites)} sites, {len(schedule.faults)} faults in {hours:g} h")
    watched = watch(places, schedule, on_progress=_Progress(schedule))
    interval = RULES.patience.interval.total_seconds()
    found = score(places, schedule, watched.told, watched.incidents, seed=seed, interval=interval)
    clean = _clean(clean_camera_days, seed)
    if as_json:
        typer.echo(json.dumps(found.as_dict() | clean, ensure_ascii=False))
    else:
        typer.echo("\n".join(_lines(found) + _clean_lines(clean)))


def _clean(camera_days: int, seed: int) -> dict[str, dict[str, float]]:
    """Watch cameras that never fail, when that is asked for."""
    if not camera_days:
        return {}
    _say(f"{camera_days} camera-days of cameras that never fail")
    from monitor.cli.score_clean import watch_clean  # noqa: PLC0415 - NumPy, only when it is needed

    return {"clean": watch_clean(camera_days, seed=seed).as_dict()}


def _clean_lines(clean: dict[str, dict[str, float]]) -> list[str]:
    lines = [
        f"{name.replace('_', ' '):36}{value:g}" for each in clean.values() for name, value in each.items()
    ]
    return ["", "cameras that never fail", *lines] if lines else []


class _Progress:
    """Says now and then how far the run is."""

    def __init__(self, schedule: Schedule) -> None:
        self._seconds = schedule.seconds
        self._began = self._told_at = time.monotonic()

    def __call__(self, second: float, told: int) -> None:
        """Take note of a second of the run; told at most every five seconds."""
        now = time.monotonic()
        if now - self._told_at >= 5 or second >= self._seconds:
            self._told_at = now
            share, hours, took = second / self._seconds, second / 3600, now - self._began
            _say(f"{share:4.0%}, {hours:.1f} h watched, {told} verdicts told, {took:.0f} s")


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _lines(found: Score) -> list[str]:
    """Tell the figures to people."""
    figures: dict[str, Any] = found.as_dict()
    rows, by_cause = figures.pop("confusion"), figures.pop("cause_accuracy_by_cause")
    delays = figures.pop("delay_seconds")
    lines = [f"{name.replace('_', ' '):36}{_figure(value)}" for name, value in figures.items()]
    lines.insert(-1, f"{'delay seconds':36}" + ", ".join(f"{at} {_figure(s)}" for at, s in delays.items()))
    lines += ["", f"{'cause':22}{'trials':>7}{'right':>8}  95 % interval     told instead"]
    for cause in by_cause:
        if cause in rows:
            lines.append(_row(cause, rows[cause]))
    return lines


def _row(cause: str, row: dict[str, Any]) -> str:
    low, high = row["wilson_95"]
    others = ", ".join(f"{told} {count}" for told, count in row["told"].items() if told != cause)
    share = row["right"] / row["trials"]
    return f"{cause:22}{row['trials']:>7}{share:>8.1%}  {low:6.1%} to {high:6.1%}  {others}"


def _figure(value: float | str | None) -> str:
    if value is None:
        return "none"
    return value if isinstance(value, str) else f"{value:g}"
