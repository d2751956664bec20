"""What waits in a shift at one moment, and for what; for whoever tells it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.model.estate import Estate


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Counts of one moment, beside the heartbeat that was committed last."""

    beat_at: datetime  # UTC
    transitions: int = 0  # that the store does not have yet
    losses: int = 0  # that wait for evidence
    checks: int = 0  # of cameras, due and not begun
    surveys: int = 0  # of what stands around them, likewise
    sites_at_bytes: int = 0  # that something due waits for, until their bytes are worked off
    sites_at_connections: int = 0  # likewise, until a connection is free
    sites_at_log_ins: int = 0  # with a device whose password is withheld


def withheld_at(accounts: Iterable[str], estate: Estate) -> set[str]:
    """Return the sites of accounts that are not offered: of a camera, `recorder:ID` or `onvif:ID`."""
    found = (_site_of(account, estate) for account in accounts)
    return {site_id for site_id in found if site_id is not None}


def _site_of(account: str, estate: Estate) -> str | None:
    kind, _, ident = account.rpartition(":")
    device = estate.recorders.get(ident) if kind == "recorder" else estate.cameras.get(ident)
    return device.site_id if device is not None else None
