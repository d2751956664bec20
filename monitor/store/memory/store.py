"""The twin of the store: what a database would hold, held in memory.

Nothing here waits: every call is done before it returns, so a whole day of a monitor can be lived through
on a virtual clock. What it answers is what the databases answer; one set of tests holds them together.
There is one monitor of the whole estate, so nothing is locked; passwords are in memory only, in clear.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from monitor.model.estate import Estate
from monitor.model.identity import KnownIdentity
from monitor.model.incident import Incident
from monitor.model.login import Login, Refusals
from monitor.model.notice import Notice, Settled, Standing, Undelivered
from monitor.model.sample import Sample
from monitor.model.verdict import Transition, Verdict
from monitor.register.change import Change
from monitor.register.kinds import Key, Kind
from monitor.store.dated import Difference, Version
from monitor.store.estate import other_cameras
from monitor.store.lists import Unmatched
from monitor.store.log_ins import keys_of
from monitor.store.memory.history import History
from monitor.store.memory.lists import Incidents, Samples, Strays, dated_in_utc
from monitor.store.memory.outbox import Outbox
from monitor.store.memory.register import Register
from monitor.store.memory.runs import Runs
from monitor.store.present import Present, Watched
from monitor.store.rows import Interval
from monitor.store.runs import Recovery, Run
from monitor.store.types import in_utc
from monitor.store.vault import Counts, Device


class MemoryStore:
    """A store that lives as long as this object. Whoever opens a run on it is the process that writes."""

    def __init__(self) -> None:
        self._register = Register()
        self._history = History()
        self._runs = Runs(self._history.go_blind)
        self._incidents = Incidents()
        self._outbox = Outbox(self._incidents.of)
        self._strays = Strays()
        self._samples = Samples()
        self._logins: dict[Device, Login] = {}
        self._refusals: dict[str, Refusals] = {}
        self._identities: dict[str, KnownIdentity] = {}

    # The register and the passwords.

    def apply(self, estate: Estate, now: datetime) -> int:
        """Let the register say from now on what an estate says, and no more; returns the revision then.

        To be called when it is `now`: what is dated less than an hour ahead is followed at once, as ever.
        """
        return self._apply(self._register.change_to(estate), now, lambda _: None)

    async def apply_register(
        self, change: Change, now: datetime, *, progress: Callable[[int], None] = lambda _: None
    ) -> int:
        """Write a change of the register, all or nothing; returns the revision that holds then.

        Raises StoreChangedError when the register is not the one that the change was made for.
        """
        return self._apply(change, now, progress)

    def _apply(self, change: Change, now: datetime, progress: Callable[[int], None]) -> int:
        revision = self._register.apply(change, in_utc(now), progress)
        self._forget_refusals(other_cameras(change))
        return revision

    async def revision(self) -> int:
        """Return a number that grows with every change of the register or of the credentials."""
        return self._register.revision

    async def load_estate(self, now: datetime) -> Estate:
        """Return the register as of now."""
        return self._register.load(in_utc(now))

    async def register_at(self, moment: datetime) -> Estate:
        """Return the register exactly as of a past moment."""
        return self._register.load_past(in_utc(moment))

    async def register_span(self) -> tuple[datetime, datetime] | None:
        """Return since when the register says anything, and when it last changed; None: it never did."""
        return self._register.span()

    async def versions(self, kind: Kind, key: Key) -> list[Version]:
        """Return everything the register ever said of one entry, oldest first."""
        return self._register.versions(kind, key)

    async def changes(self, begin: datetime, end: datetime) -> Mapping[Kind, Difference]:
        """Return by kind what the register of `end` says otherwise than that of `begin`."""
        return self._register.changes(in_utc(begin), in_utc(end))

    async def put_logins(self, logins: Mapping[Device, Login], now: datetime) -> Counts:
        """Keep logins; logins that are not named stay. A camera with another password has no refusals."""
        moment = in_utc(now)
        new = [device for device in logins if device not in self._logins]
        changed = [device for device in logins if self._logins.get(device, logins[device]) != logins[device]]
        self._logins |= logins
        self._forget_refusals(key for device in (*new, *changed) for key in keys_of(device))
        if new or changed:
            self._register.count("credentials", moment)
        return Counts(added=len(new), changed=len(changed), unchanged=len(logins) - len(new) - len(changed))

    async def logins(self) -> Mapping[Device, Login]:
        """Return names and passwords by ("camera" or "gateway", id)."""
        return dict(self._logins)

    async def identities(self) -> Mapping[str, KnownIdentity]:
        """Return by camera who it said it was when it was first seen."""
        return dict(self._identities)

    async def put_identities(self, known: Mapping[str, KnownIdentity], now: datetime) -> None:
        """Keep who these cameras said they were."""
        in_utc(now)
        self._identities |= known

    async def count_logins(self) -> int:
        """Return how many logins are kept."""
        return len(self._logins)

    async def put_refusals(self, refusals: Mapping[str, Refusals | None], now: datetime) -> None:
        """Keep the refusals of these cameras; None: it has none any more."""
        in_utc(now)
        fresh = {key: dated_in_utc(each) for key, each in refusals.items() if each is not None}
        self._forget_refusals(refusals)
        self._refusals |= fresh

    async def refusals(self) -> Mapping[str, Refusals]:
        """Return by camera how often in a row it refused its password."""
        return dict(self._refusals)

    def _forget_refusals(self, camera_ids: Iterable[str]) -> None:
        for camera_id in camera_ids:
            self._refusals.pop(camera_id, None)

    # The running monitor.

    async def begin_run(self, source: str, now: datetime) -> Recovery:
        """Open a run. Since the last one's end, or its last heartbeat if it had no end, nobody looked."""
        return self._runs.begin(source, in_utc(now))

    async def end_run(self, now: datetime) -> None:
        """Close the run: from now on nobody looks."""
        self._runs.end(in_utc(now))

    async def heartbeat(self, now: datetime) -> None:
        """Record that the monitor was looking until now."""
        self._runs.see(in_utc(now))

    async def commit(
        self,
        transitions: Sequence[Transition],
        incidents: Sequence[Incident] = (),
        *,
        source: str,
        first_sequence: int,
        now: datetime,
    ) -> None:
        """Write all or nothing; a repeated (source, sequence) is the same write."""
        moment, told = in_utc(now), [dated_in_utc(incident) for incident in incidents]
        self._history.write(transitions, source=source, first_sequence=first_sequence)
        self._outbox.owe(*self._incidents.put(told))
        self._runs.see(moment)

    async def close_streams(self, stream_ids: Iterable[str], at: datetime) -> None:
        """End the history of streams that left the register."""
        self._history.close(stream_ids, in_utc(at))

    async def put_unmatched(
        self, gateway_id: str, unmatched: Sequence[str], missing: Sequence[str], now: datetime
    ) -> tuple[int, int]:
        """Replace a gateway's lists: paths without a stream, and stream keys without a path.

        Returns how many of each there are.
        """
        strays, absent = {(key, False) for key in unmatched}, {(key, True) for key in missing}
        self._strays.put(gateway_id, strays | absent, in_utc(now))
        return len(strays), len(absent)

    async def put_samples(self, taken: Sequence[Sample], now: datetime) -> None:
        """Keep the numbers of sweeps for a while."""
        in_utc(now)
        self._samples.put([dated_in_utc(sample) for sample in taken])

    async def forget_samples(self, before: datetime, now: datetime) -> int:
        """Drop some of the samples older than `before`; returns how many, 0 when none are left."""
        in_utc(now)
        return self._samples.forget(in_utc(before))

    # Told or not.

    async def enrol_mailboxes(self, names: Collection[str], now: datetime) -> int:
        """Let these be the mailboxes; a new one is owed what is open, and nothing of the past.

        Returns how many notices were owed to those that are mailboxes no more.
        """
        return self._outbox.enrol(names, self._incidents.open(), in_utc(now))

    async def notices(self, mailbox: str) -> Sequence[Notice]:
        """Return what a mailbox is owed, and what of it is open, oldest incident first."""
        return self._outbox.of_mailbox(mailbox)

    async def settle_notices(self, mailbox: str, settled: Sequence[Settled], now: datetime) -> None:
        """Owe a mailbox no more what was told or need not be; what became owed meanwhile stays so."""
        self._outbox.settle(mailbox, settled, in_utc(now))

    async def note_undelivered(self, mailbox: str, failure: Undelivered, now: datetime) -> None:
        """Remember that a message could not be handed over."""
        self._outbox.note_failure(mailbox, failure, in_utc(now))

    async def standings(self) -> Sequence[Standing]:
        """Return how the mailboxes fare, by name."""
        return self._outbox.standings()

    # What is told of it.

    async def next_sequence(self, source: str) -> int:
        """Return the number that a source's next transition gets."""
        return self._history.next_sequence(source)

    async def open_verdicts(self) -> Mapping[str, tuple[Verdict, datetime]]:
        """Return the verdict that holds of every stream, and since when."""
        return self._history.held()

    async def connected(self) -> frozenset[str]:
        """Return the streams that were received at least once."""
        return self._history.connected()

    async def lost_since(
        self, stream_ids: Collection[str] | None = None, *, at: datetime | None = None
    ) -> Mapping[str, datetime]:
        """Return since when these streams (None: all) are lost that were not received since."""
        return self._history.lost_since(stream_ids, in_utc(at) if at is not None else None)

    async def open_incidents(self) -> Sequence[Incident]:
        """Return the incidents that are not closed, oldest first."""
        return self._incidents.open()

    async def incidents(self, begin: datetime, end: datetime) -> list[Incident]:
        """Return the incidents that touch [begin, end), closed or not, oldest first."""
        return self._incidents.between(in_utc(begin), in_utc(end))

    async def present(self, now: datetime, *, max_heartbeat_age: timedelta) -> Present:
        """Return what holds now, and whether a monitor is looking: it runs, and was heard of lately."""
        return self._present(in_utc(now), None, max_heartbeat_age)

    async def at(self, moment: datetime, *, max_heartbeat_age: timedelta = timedelta()) -> Present:
        """Return what held at a past moment as it is known today, and whether a monitor was looking then."""
        return self._present(in_utc(moment), in_utc(moment), max_heartbeat_age)

    def _present(self, moment: datetime, held_at: datetime | None, age: timedelta) -> Present:
        watched = Watched(self._runs.latest(moment), moment, age)
        return watched.present(
            {held.stream_id: watched.told(held, region="") for held in self._history.at(held_at)}
        )

    async def intervals(self, stream_id: str | None, begin: datetime, end: datetime) -> list[Interval]:
        """Return the intervals of one stream (None: of all) that touch [begin, end), oldest first."""
        return self._history.between(stream_id, in_utc(begin), in_utc(end))

    async def coverage(self, begin: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """Return when a monitor was looking, as far as it touches [begin, end), oldest first."""
        return [(run.began_at, run.until) for run in await self.runs(begin, end)]

    async def runs(self, begin: datetime, end: datetime) -> list[Run]:
        """Return the runs that touch [begin, end), oldest first."""
        return self._runs.between(in_utc(begin), in_utc(end))

    async def unmatched(self) -> Sequence[Unmatched]:
        """Return what does not match between the register and the gateways."""
        return self._strays.all()

    async def samples(self, gateway_id: str, begin: datetime, end: datetime) -> list[Sample]:
        """Return the sweeps of one gateway in [begin, end), as far as they are still kept."""
        return self._samples.between(gateway_id, in_utc(begin), in_utc(end))
