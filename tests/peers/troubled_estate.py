"""An estate with every sort of trouble that a dashboard tells, watched by a real monitor.

The monitor's beats are quick, so that all of it is there within half a minute.
"""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from tests.acceptance.programs import Simulator, events, import_all, running, simulating, wait_for
from tests.acceptance.stretch import SETTINGS

LAPSED, ENDING, NEVER = "site-00001-1", "site-00003-1", "site-00004-1"  # by their contract
FAULTS = (
    f"contract_lapsed {LAPSED}",
    "gateway_down gw-2",
    "camera_off cam-000005",
    "wrong_password cam-000006",
    "gateway_silent cam-000007",
)
SOON = timedelta(days=20)

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Watched:
    """Where the monitor serves, and the devices that it watches."""

    address: str  # HOST:PORT
    simulator: Simulator


@contextmanager
def watched(folder: Path, *size: str, settings: dict[str, object] | None = None) -> Iterator[Watched]:
    """Let a monitor watch an estate of a size until the block ends."""
    with simulating(folder, *size) as simulator:
        config = yaml.safe_load((folder / "monitor.yaml").read_text(encoding="utf-8"))
        told = yaml.safe_dump({**config, **SETTINGS, **(settings or {})})
        (folder / "monitor.yaml").write_text(told, encoding="utf-8")
        _rewrite(folder / "contracts.csv", _contract)
        import_all(folder)
        with running(folder):
            serving = wait_for(lambda: events(folder, "serving"), bool)
            yield Watched(urlsplit(serving[-1]["url"]).netloc, simulator)


def _contract(row: Row) -> Row | None:
    """Let one contract end soon, and take one away; others are as they were made."""
    site = row["channel_id"].removesuffix("-link")
    if site == ENDING:
        return row | {"ends_on": f"{datetime.now(UTC).date() + SOON}"}
    return None if site == NEVER else row


def _rewrite(path: Path, change: Callable[[Row], Row | None]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [changed for row in csv.DictReader(file) if (changed := change(row)) is not None]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
