"""The store: the register, the history and the passwords in one database, by one writer at a time.

Reading needs no lock, and neither does importing. What belongs to the running monitor (history,
heartbeats, lists) needs it, and is refused once another process took it over.
"""

import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.estate import Estate
from monitor.model.incident import Incident
from monitor.model.login import Login, Refusals
from monitor.model.verdict import Transition, Verdict
from monitor.register.change import Change
from monitor.store import estate, history, journal, lists, log_ins, runs, vault
from monitor.store.database import Database
from monitor.store.error import StoreLockedError, StoreUnavailableError
from monitor.store.lock import Holder, Lock
from monitor.store.rows import Interval
from monitor.store.schema import ensure_schema
from monitor.store.secrets import SecretBox
from probes.base import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The committed verdicts, and whether a monitor stands behind them now.

    When nobody looks, whoever shows them shows every stream as UNKNOWN.
    """

    verdicts: Mapping[str, tuple[Verdict, datetime]]
    seen_at: datetime | None  # the last committed heartbeat
    looking: bool


class Store:
    """An open database, made by `Store.open`. Its trouble is raised as StoreError, nothing else."""

    def __init__(
        self,
        database: Database,
        *,
        secrets: SecretBox | None,
        lock: Lock | None,
        keys: Callable[[], SecretBox | None] | None = None,
    ) -> None:
        self._database = database
        self._secrets = secrets
        self._keys = keys
        self._lock = lock

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        url: str,
        *,
        password: Secret | None = None,
        secrets: SecretBox | None = None,
        keys: Callable[[], SecretBox | None] | None = None,
        holder: Holder | None = None,
        create: bool = True,
    ) -> AsyncIterator["Store"]:
        """Open a database and bring its schema up; with a holder, as the one writer of history.

        `keys` gives the keys of the moment, for whoever stays while they are changed; without it those of
        `secrets` hold. Without `create`, a SQLite file that is not there raises StoreUnavailableError.
        """
        database = Database(url, password=password)
        _find_file(database.file, create=create)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(database.close)
            await ensure_schema(database)
            lock = await Lock.take(database, holder) if holder is not None else None
            if lock is not None:
                stack.push_async_callback(lock.release)
            yield cls(database, secrets=secrets, lock=lock, keys=keys)

    # The register and the passwords.

    async def revision(self) -> int:
        """Return a number that grows with every change of the register or of the credentials."""
        async with self._database.read() as connection:
            return await estate.revision_of(connection)

    async def load_estate(self, now: datetime) -> Estate:
        """Return the register as of a moment."""
        async with self._database.read() as connection:
            return await estate.load(connection, now)

    async def apply_register(
        self,
        change: Change,
        now: datetime,
        *,
        progress: Callable[[int], None] = lambda _: None,
        author: journal.Author | None = None,
        sources: Sequence[journal.Source] = (),
    ) -> int:
        """Write a change of the register, all or nothing; returns the revision that holds then.

        It holds from `now` on. Who made it from which files is noted with it. Raises StoreChangedError when
        the register is not the one that the change was made for.
        """
        async with self._database.write() as connection:
            revision = await estate.apply(connection, change, now, progress)
            if author is not None:
                await journal.note(connection, author, sources, revision)
            return revision

    async def journal(self, limit: int) -> list[journal.JournalEntry]:
        """Return the latest imports, file by file, newest first."""
        async with self._database.read() as connection:
            return await journal.entries(connection, limit)

    async def register_span(self) -> tuple[datetime, datetime] | None:
        """Return since when the register says anything, and when it last changed; None: it never did."""
        async with self._database.read() as connection:
            return await estate.span(connection)

    async def logins(self) -> Mapping[tuple[str, str], Login]:
        """Return names and passwords by ("camera" or "gateway", id). Raises StoreKeyError."""
        secrets = self._keys() if self._keys is not None else self._secrets
        async with self._database.read() as connection:
            return await vault.load(connection, secrets)

    async def put_logins(self, logins: Mapping[tuple[str, str], Login], now: datetime) -> vault.Counts:
        """Encrypt and write logins, all or nothing; logins that are not named stay."""
        async with self._database.write() as connection:
            return await vault.put(connection, self._secrets, logins, now)

    async def count_logins(self) -> int:
        """Return how many logins are kept, without opening them."""
        async with self._database.read() as connection:
            return await vault.count(connection)

    # The running monitor.

    async def begin_run(self, source: str, now: datetime) -> runs.Recovery:
        """Open a run. Since the last one's end, or its last heartbeat if it had no end, nobody looked."""
        async with self._writing(now) as connection:
            return await runs.begin(connection, source, now)

    async def end_run(self, now: datetime) -> None:
        """Close the run: from now on nobody looks."""
        async with self._writing(now) as connection:
            await runs.end(connection, now)

    async def heartbeat(self, now: datetime) -> None:
        """Record that the monitor was looking until now."""
        async with self._writing(now) as connection:
            await runs.see(connection, now)

    async def commit(
        self,
        transitions: Sequence[Transition],
        incidents: Sequence[Incident] = (),
        *,
        source: str,
        first_sequence: int,
        now: datetime,
    ) -> None:
        """Write all in one transaction; a repeated (source, sequence) is the same write.

        When it returns, the transitions outlive this process and the machine's power.
        """
        async with self._writing(now) as connection:
            await history.write(connection, transitions, source=source, first_sequence=first_sequence)
            await lists.put_incidents(connection, incidents)
            await runs.see(connection, now)

    async def close_streams(self, stream_ids: Iterable[str], at: datetime) -> None:
        """End the history of streams that left the register."""
        async with self._writing(at) as connection:
            await history.close(connection, stream_ids, at)

    async def put_unmatched(
        self, gateway_id: str, unmatched: Sequence[str], missing: Sequence[str], now: datetime
    ) -> None:
        """Replace a gateway's lists: paths without a stream, and stream keys without a path."""
        wanted = {(key, False) for key in unmatched} | {(key, True) for key in missing}
        async with self._writing(now) as connection:
            await lists.put_unmatched(connection, gateway_id, wanted, now)

    async def refusals(self) -> Mapping[str, Refusals]:
        """Return by camera how often in a row it refused its password."""
        async with self._database.read() as connection:
            return await log_ins.load(connection)

    async def put_refusals(self, refusals: Mapping[str, Refusals | None], now: datetime) -> None:
        """Keep the refusals of these cameras; None: it has none any more."""
        async with self._writing(now) as connection:
            await log_ins.put(connection, refusals)

    # What can be read.

    async def next_sequence(self, source: str) -> int:
        """Return the number that a source's next transition gets."""
        async with self._database.read() as connection:
            return await history.next_sequence(connection, source)

    async def open_verdicts(self) -> Mapping[str, tuple[Verdict, datetime]]:
        """Return the verdict that holds of every stream, and since when."""
        async with self._database.read() as connection:
            return await history.held(connection)

    async def open_incidents(self) -> Sequence[Incident]:
        """Return the incidents that are not closed, oldest first."""
        async with self._database.read() as connection:
            return await lists.open_incidents(connection)

    async def present(self, now: datetime, *, max_heartbeat_age: timedelta) -> Present:
        """Return what holds now, and whether a monitor is looking: it runs, and was heard of lately."""
        async with self._database.read() as connection:
            verdicts = await history.held(connection)
            run = await runs.last(connection)
        looking = run is not None and run.ended_at is None and now - run.seen_at <= max_heartbeat_age
        return Present(verdicts=verdicts, seen_at=run.seen_at if run is not None else None, looking=looking)

    async def intervals(self, stream_id: str | None, begin: datetime, end: datetime) -> list[Interval]:
        """Return the intervals of one stream (None: of all) that touch [begin, end), oldest first."""
        async with self._database.read() as connection:
            return await history.between(connection, stream_id, begin, end)

    async def coverage(self, begin: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """Return when the monitor was looking, as far as it touches [begin, end), oldest first."""
        async with self._database.read() as connection:
            return await runs.between(connection, begin, end)

    async def unmatched(self) -> Sequence[lists.Unmatched]:
        """Return what does not match between the register and the gateways."""
        async with self._database.read() as connection:
            return await lists.unmatched(connection)

    @asynccontextmanager
    async def _writing(self, now: datetime) -> AsyncIterator[AsyncConnection]:
        """Write as the one writer."""
        if self._lock is None:
            raise StoreLockedError("history is written only by the process that holds the part")
        async with self._database.write() as connection:
            await self._lock.check(connection, now)
            yield connection


def _find_file(file: Path | None, *, create: bool) -> None:
    """See that a SQLite file can be opened, or make it so that only its owner reads it."""
    if file is None:
        return
    if not create and not file.exists():
        raise StoreUnavailableError(f"there is no database {file}; import a register first")
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreUnavailableError(f"the database cannot be opened: {error}") from error
