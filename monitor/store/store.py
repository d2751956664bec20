"""The store: the register, the history and the passwords in one database, by one writer per part at a time.

Reading needs no lock, and neither does importing. What belongs to the running monitor (history,
heartbeats, lists) needs it, and is refused once another process took it over.
"""

import os
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.estate import Estate
from monitor.model.identity import KnownIdentity
from monitor.model.incident import Incident
from monitor.model.login import Login, Refusals
from monitor.model.notice import Settled, Undelivered
from monitor.model.sample import Sample
from monitor.model.verdict import Transition
from monitor.register.change import Change
from monitor.store import (
    estate,
    history,
    identities,
    journal,
    lists,
    log_ins,
    outbox,
    runs,
    samples,
    unseen,
    vault,
)
from monitor.store.database import Database
from monitor.store.error import StoreLockedError, StoreUnavailableError
from monitor.store.lock import Holder, Lock
from monitor.store.part import Part
from monitor.store.reader import Reader
from monitor.store.schema import ensure_schema
from monitor.store.secrets import SecretBox
from probes.base import Secret


class Store(Reader):
    """An open database, made by `Store.open`. Its trouble is raised as StoreError, nothing else."""

    def __init__(
        self,
        database: Database,
        *,
        secrets: SecretBox | None,
        lock: Lock | None,
        part: Part,
        keys: Callable[[], SecretBox | None] | None = None,
    ) -> None:
        super().__init__(database, secrets=secrets, part=part, keys=keys)
        self._lock = lock
        self._homes: Mapping[str, str] = {}  # the regions of the register's cameras, by their ids

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
        regions: Iterable[str] = (),
        create: bool = True,
    ) -> AsyncIterator["Store"]:
        """Open a database and bring its schema up; with a holder, as the one writer of history.

        With `regions` (KATO codes) only that part of the estate is read, and held. `keys` gives the keys
        of the moment, for whoever stays while they are changed; without it those of `secrets` hold. Without
        `create`, a SQLite file that is not there raises StoreUnavailableError.
        """
        database, part = Database(url, password=password), Part.of(regions)
        find_file(database.file, create=create)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(database.close)
            await ensure_schema(database)
            lock = await Lock.take(database, holder, part) if holder is not None else None
            if lock is not None:
                stack.push_async_callback(lock.release)
            yield cls(database, secrets=secrets, lock=lock, part=part, keys=keys)

    # The register and the passwords.

    async def load_estate(self, now: datetime, *, regions: Iterable[str] | None = None) -> Estate:
        """Return the register as of now, or what the part needs of it; `regions`: another part."""
        loaded = await super().load_estate(now, regions=regions)
        if self._lock is not None and regions is None:
            regions = {site.site_id: _region(loaded, site.institution_id) for site in loaded.sites.values()}
            self._homes = {camera.camera_id: regions[camera.site_id] for camera in loaded.cameras.values()}
        return loaded

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

    async def put_logins(self, logins: Mapping[tuple[str, str], Login], now: datetime) -> vault.Counts:
        """Encrypt and write logins, all or nothing; logins that are not named stay."""
        async with self._database.write() as connection:
            return await vault.put(connection, self._secrets, logins, now)

    # The running monitor.

    async def begin_run(self, source: str, now: datetime) -> runs.Recovery:
        """Open a run. Since the last one's end, or its last heartbeat if it had no end, nobody looked."""
        async with self._writing(now) as connection:
            return await runs.begin(connection, self._part, source, now)

    async def end_run(self, now: datetime) -> None:
        """Close the run: from now on nobody looks."""
        async with self._writing(now) as connection:
            await runs.end(connection, self._part, now)

    async def heartbeat(self, now: datetime) -> None:
        """Record that the monitor was looking until now."""
        async with self._writing(now) as connection:
            await runs.see(connection, self._part, now)

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
            await history.write(
                connection,
                transitions,
                source=source,
                first_sequence=first_sequence,
                part=self._part,
                homes=self._homes,
            )
            await lists.put_incidents(connection, incidents, self._part)
            await runs.see(connection, self._part, now)

    async def close_streams(self, stream_ids: Iterable[str], at: datetime) -> None:
        """End the history of streams that left the register, or the part."""
        async with self._writing(at) as connection:
            await unseen.close(connection, stream_ids, at, self._part)

    async def put_unmatched(
        self, gateway_id: str, unmatched: Sequence[str], missing: Sequence[str], now: datetime
    ) -> tuple[int, int]:
        """Replace a gateway's lists: paths without a stream, and stream keys without a path.

        Returns how many of each there are: paths that the streams of other parts have do not count.
        """
        async with self._writing(now) as connection:
            others = (
                set() if self._part.whole else await lists.enrolled(connection, gateway_id, set(unmatched))
            )
            strays = set(unmatched) - others
            wanted = {(key, False) for key in strays} | {(key, True) for key in missing}
            await lists.put_unmatched(connection, gateway_id, wanted, now, self._part)
        return len(strays), len(wanted) - len(strays)

    async def put_samples(self, taken: Sequence[Sample], now: datetime) -> None:
        """Keep the numbers of sweeps for a while."""
        async with self._writing(now) as connection:
            await samples.put(connection, taken)

    async def put_refusals(self, refusals: Mapping[str, Refusals | None], now: datetime) -> None:
        """Keep the refusals of these cameras; None: it has none any more."""
        async with self._writing(now) as connection:
            await log_ins.put(connection, refusals)

    async def put_identities(self, known: Mapping[str, KnownIdentity], now: datetime) -> None:
        """Keep who these cameras said they were."""
        async with self._writing(now) as connection:
            await identities.put(connection, known)

    async def enrol_mailboxes(self, names: Collection[str], now: datetime) -> int:
        """Let these be the mailboxes; a new one is owed what is open, and nothing of the past.

        Returns how many notices were owed to those that are mailboxes no more.
        """
        async with self._writing(now) as connection:
            return await outbox.enrol(connection, names, now, self._part)

    async def settle_notices(self, mailbox: str, settled: Sequence[Settled], now: datetime) -> None:
        """Owe a mailbox no more what was told or need not be; what became owed meanwhile stays so."""
        async with self._writing(now) as connection:
            await outbox.settle(connection, mailbox, settled, now, self._part)

    async def note_undelivered(self, mailbox: str, failure: Undelivered, now: datetime) -> None:
        """Remember that a message could not be handed over."""
        async with self._writing(now) as connection:
            await outbox.note_failure(connection, mailbox, failure, now, self._part)

    async def forget_samples(self, before: datetime, now: datetime) -> int:
        """Delete some of the samples older than `before`; returns how many, 0 when none are left."""
        async with self._writing(now) as connection:
            return await samples.forget(connection, before)

    @asynccontextmanager
    async def _writing(self, now: datetime) -> AsyncIterator[AsyncConnection]:
        """Write as the one writer."""
        if self._lock is None:
            raise StoreLockedError("history is written only by the process that holds the part")
        async with self._database.write() as connection:
            await self._lock.check(connection, now)
            yield connection


def _region(loaded: Estate, institution_id: str) -> str:
    institution = loaded.institutions.get(institution_id)
    return institution.region if institution is not None else ""


def find_file(file: Path | None, *, create: bool) -> None:
    """See that a SQLite file can be opened, or make it so that only its owner reads it."""
    if file is None:
        return
    if not create and not file.exists():
        raise StoreUnavailableError(f"there is no database {file}; import a register first")
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreUnavailableError(f"the database cannot be opened: {error}") from error
