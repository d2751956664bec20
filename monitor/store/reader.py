"""What can be read of an open database: the register at any moment, the history, who looks."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from monitor.model.estate import Estate
from monitor.model.identity import KnownIdentity
from monitor.model.incident import Incident
from monitor.model.login import Login, Refusals
from monitor.model.notice import Notice, Standing
from monitor.model.sample import Sample
from monitor.model.verdict import Verdict
from monitor.register.kinds import Key, Kind
from monitor.store import (
    dated,
    estate,
    history,
    identities,
    journal,
    lists,
    log_ins,
    outbox,
    present,
    runs,
    samples,
    vault,
)
from monitor.store.database import Database
from monitor.store.part import Part
from monitor.store.present import Present
from monitor.store.rows import Interval
from monitor.store.secrets import SecretBox


class Reader:
    """Reads one database, all of it or a part of the estate. No lock is needed for that."""

    def __init__(
        self,
        database: Database,
        *,
        secrets: SecretBox | None,
        part: Part,
        keys: Callable[[], SecretBox | None] | None = None,
    ) -> None:
        self._database = database
        self._secrets = secrets
        self._keys = keys
        self._part = part

    async def size(self) -> int:
        """Return how many bytes the database takes, all parts of the estate together."""
        return await self._database.size()

    # The register and the passwords.

    async def revision(self) -> int:
        """Return a number that grows with every change of the register or of the credentials."""
        async with self._database.read() as connection:
            return await estate.revision_of(connection)

    async def load_estate(self, now: datetime, *, regions: Iterable[str] | None = None) -> Estate:
        """Return the register as of now, or what the part needs of it; `regions`: another part."""
        part = self._part if regions is None else Part.of(regions)
        async with self._database.read() as connection:
            return await estate.load(connection, now, part)

    async def register_at(self, moment: datetime) -> Estate:
        """Return the register exactly as of a past moment, or what the part needs of it."""
        async with self._database.read() as connection:
            return await estate.load_past(connection, moment, self._part)

    async def register_span(self) -> tuple[datetime, datetime] | None:
        """Return since when the register says anything, and when it last changed; None: it never did."""
        async with self._database.read() as connection:
            return await estate.span(connection)

    async def versions(self, kind: Kind, key: Key) -> list[dated.Version]:
        """Return everything the register ever said of one entry, oldest first."""
        async with self._database.read() as connection:
            return await dated.versions(connection, kind, key)

    async def changes(self, begin: datetime, end: datetime) -> Mapping[Kind, dated.Difference]:
        """Return by kind what the register of `end` says otherwise than that of `begin`."""
        async with self._database.read() as connection:
            return await dated.changes(connection, begin, end)

    async def journal(self, limit: int) -> list[journal.JournalEntry]:
        """Return the latest imports, file by file, newest first."""
        async with self._database.read() as connection:
            return await journal.entries(connection, limit)

    async def logins(self) -> Mapping[tuple[str, str], Login]:
        """Return names and passwords by ("camera", "gateway" or "recorder", id). Raises StoreKeyError."""
        secrets = self._keys() if self._keys is not None else self._secrets
        async with self._database.read() as connection:
            return await vault.load(connection, secrets)

    async def refusals(self) -> Mapping[str, Refusals]:
        """Return by camera how often in a row it refused its password."""
        async with self._database.read() as connection:
            return await log_ins.load(connection)

    async def identities(self) -> Mapping[str, KnownIdentity]:
        """Return by camera who it said it was when it was first seen."""
        async with self._database.read() as connection:
            return await identities.load(connection)

    async def count_logins(self) -> int:
        """Return how many logins are kept, without opening them."""
        async with self._database.read() as connection:
            return await vault.count(connection)

    # The history.

    async def next_sequence(self, source: str) -> int:
        """Return the number that a source's next transition gets."""
        async with self._database.read() as connection:
            return await history.next_sequence(connection, source)

    async def open_verdicts(self) -> Mapping[str, tuple[Verdict, datetime]]:
        """Return the verdict that holds of every stream, and since when."""
        async with self._database.read() as connection:
            return await history.held(connection, self._part)

    async def connected(self) -> frozenset[str]:
        """Return the streams that were received at least once."""
        async with self._database.read() as connection:
            return await history.connected(connection, self._part)

    async def lost_since(
        self, stream_ids: Collection[str] | None = None, *, at: datetime | None = None
    ) -> Mapping[str, datetime]:
        """Return since when these streams (None: all) are lost, now or at a past moment.

        Only those are in it that were not received since, whatever causes were named and whoever looked.
        """
        async with self._database.read() as connection:
            return await history.lost_since(connection, stream_ids, at, self._part)

    async def incidents(self, begin: datetime, end: datetime) -> Sequence[Incident]:
        """Return the incidents that touch [begin, end), closed or not, oldest first."""
        async with self._database.read() as connection:
            return await lists.incidents_between(connection, begin, end, self._part)

    async def open_incidents(self) -> Sequence[Incident]:
        """Return the incidents that are not closed, oldest first."""
        async with self._database.read() as connection:
            return await lists.open_incidents(connection, self._part)

    async def notices(self, mailbox: str) -> Sequence[Notice]:
        """Return what a mailbox is owed, and what of it is open, oldest incident first."""
        async with self._database.read() as connection:
            return await outbox.of_mailbox(connection, mailbox, self._part)

    async def standings(self) -> Sequence[Standing]:
        """Return how the mailboxes fare, by name."""
        async with self._database.read() as connection:
            return await outbox.standings(connection, self._part)

    async def present(self, now: datetime, *, max_heartbeat_age: timedelta) -> Present:
        """Return what holds now, and whether a monitor is looking: it runs, and was heard of lately."""
        async with self._database.read() as connection:
            return await present.at(connection, now, self._part, max_heartbeat_age, now=True)

    async def at(self, moment: datetime, *, max_heartbeat_age: timedelta = timedelta()) -> Present:
        """Return what held at a past moment as it is known today, and whether a monitor was looking then."""
        async with self._database.read() as connection:
            return await present.at(connection, moment, self._part, max_heartbeat_age, now=False)

    async def intervals(self, stream_id: str | None, begin: datetime, end: datetime) -> list[Interval]:
        """Return the intervals of one stream (None: of all) that touch [begin, end), oldest first."""
        async with self._database.read() as connection:
            return await history.between(connection, stream_id, begin, end, self._part)

    async def coverage(self, begin: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """Return when a monitor was looking, as far as it touches [begin, end), oldest first."""
        return [(run.began_at, run.until) for run in await self.runs(begin, end)]

    async def runs(self, begin: datetime, end: datetime) -> list[runs.Run]:
        """Return the runs of monitors that touch [begin, end), oldest first, each with its part."""
        async with self._database.read() as connection:
            return await runs.between(connection, begin, end, self._part)

    async def unmatched(self) -> Sequence[lists.Unmatched]:
        """Return what does not match between the register and the gateways."""
        async with self._database.read() as connection:
            return await lists.unmatched(connection, self._part)

    async def samples(self, gateway_id: str, begin: datetime, end: datetime) -> list[Sample]:
        """Return the sweeps of one gateway in [begin, end), as far as they are still kept."""
        async with self._database.read() as connection:
            return await samples.between(connection, gateway_id, begin, end)
