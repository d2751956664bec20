"""Refused log-ins per account, and when to stop: an account must never be tried into a lock.

The counts outlive the process: one that dies and is started again, again and again, goes on counting. They
end when the device gets another password, is another one, or when somebody gives the same password again.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from monitor.model.login import Device, Login, Refusals, accounts_of
from monitor.run.clock import Clock

log: structlog.stdlib.BoundLogger = structlog.get_logger()

RETRY = 1.0  # seconds until a refused write is tried again
# A picture that still arrives so long after a refusal was not ended by what was refused: every gateway was
# swept twice since.
MEANWHILE = timedelta(seconds=120)


class Shelf(Protocol):
    """Where the counts are kept."""

    async def put_refusals(self, refusals: Mapping[str, Refusals | None], now: datetime) -> None:
        """Keep the counts of these accounts; None: it has no refusals any more."""


class LogIns:
    """Counts refused checks in a row by account, and remembers which counts the store does not have yet."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._refused: dict[str, Refusals] = {}
        self._proved: set[str] = set()  # accounts that took the password of now since we began
        self._given: dict[Device, datetime | None] | None = None
        self._unkept: set[str] = set()
        self._wake = asyncio.Event()

    def load(self, refused: Mapping[str, Refusals]) -> None:
        """Go on from what the store holds."""
        self._refused = dict(refused)

    def follow(self, logins: Mapping[Device, Login]) -> set[Device]:
        """Take the passwords of now: what was given again is tried anew. Returns whose count ended so."""
        before, self._given = self._given, {device: each.given_at for device, each in logins.items()}
        if before is None:
            return set()
        again = {device for device in before if self._given.get(device) != before[device]}
        ended = {each for each in again if not self._refused.keys().isdisjoint(accounts_of(each))}
        self.forget(account for device in again for account in accounts_of(device))
        return ended

    def may_try(self, account: str) -> bool:
        """False after `most` refused checks in a row, until told otherwise."""
        refused = self._refused.get(account)
        return refused is None or refused.count < self._most

    def of(self, account: str) -> Refusals | None:
        """Return the checks in a row that were refused; None: there were none."""
        return self._refused.get(account)

    def proved(self, account: str) -> bool:
        """Say whether the password of now was taken before."""
        return account in self._proved

    def withheld(self) -> list[str]:
        """List those whose password is not offered any more."""
        return [key for key, refused in self._refused.items() if refused.count >= self._most]

    def note(self, account: str, *, refused: bool, at: datetime) -> None:
        """Count a check in which the password was refused; an accepted one clears the count."""
        if not refused:
            self._clear(account)
            self._proved.add(account)
            return
        before = self._refused.get(account) or Refusals(count=0, since=at)
        self._refused[account] = replace(before, count=before.count + 1, last=at)
        self._change(account)

    def note_received(self, account: str, at: datetime) -> None:
        """Note that the picture of a camera arrives although it refuses us: the refusals explain no loss."""
        refused = self._refused.get(account)
        if refused is not None and not refused.received and at - refused.since >= MEANWHILE:
            self._refused[account] = replace(refused, received=True)
            self._change(account)

    def forget(self, accounts: Iterable[str]) -> None:
        """Start anew with these accounts: they have another password, or are others than they were."""
        for account in accounts:
            self._proved.discard(account)
            self._clear(account)

    def _clear(self, account: str) -> None:
        if self._refused.pop(account, None) is not None:
            self._change(account)

    def _change(self, account: str) -> None:
        self._unkept.add(account)
        self._wake.set()

    async def keep(self, shelf: Shelf, clock: Clock, store_errors: tuple[type[Exception], ...]) -> None:
        """Write every change at once, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            accounts, self._unkept = self._unkept, set()
            try:
                await shelf.put_refusals({key: self._refused.get(key) for key in accounts}, clock.now())
            except store_errors as error:
                self._unkept |= accounts
                self._wake.set()
                log.warning("refusals_not_written", error=type(error).__name__, retry_seconds=RETRY)
                await asyncio.sleep(RETRY)
