"""The service's life on virtual time: starts, stops, gaps, a changing register, a store that refuses."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from msgspec import structs

from monitor.judge.outages import GatewayStanding
from monitor.judge.selfcheck import Finding
from monitor.model.allowances import Exclusion, Maintenance, Reason, Subject
from monitor.model.estate import Enrolment, Estate
from monitor.model.identity import KnownIdentity
from monitor.model.incident import Incident, Scope
from monitor.model.login import Login, Refusals
from monitor.model.sample import Sample
from monitor.model.verdict import Cause, State, Transition, Verdict
from monitor.run.clock import Clock
from monitor.run.meter import SilentMeter
from monitor.run.service import Service
from monitor.run.surroundings import ShiftRules, Surroundings
from probes.base import Secret
from probes.failure import Failure
from simulator.virtual_clock import EPOCH, VirtualLoop, run_virtual
from tests.registered import channels_of, contract, providers_of
from tests.toy import CAMERAS, Toy, estate

BLIND = Verdict(state=State.UNKNOWN, cause=Cause.MONITOR_BLIND)


@dataclass
class Notes:
    """Records in memory, which can be told to refuse."""

    estate: Estate
    refuses: bool = False
    beat_at: datetime | None = None
    clean: bool = True
    runs: list[str] = field(default_factory=list)
    open: dict[str, tuple[Verdict, datetime]] = field(default_factory=dict)
    told: list[Transition] = field(default_factory=list)
    incidents: dict[str, Incident] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    lists: dict[str, tuple[list[str], list[str]]] = field(default_factory=dict)
    passwords: dict[tuple[str, str], Login] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    forgotten_at: list[datetime] = field(default_factory=list)
    refused: dict[str, Refusals] = field(default_factory=dict)
    known: dict[str, KnownIdentity] = field(default_factory=dict)
    sealed: bool = False  # the passwords cannot be opened with the keys of now
    stuck: bool = False  # the end of a stream cannot be written

    def _answer(self) -> None:
        if self.refuses:
            raise OSError("disk full")

    async def begin_run(self, source: str, now: datetime) -> None:
        assert self.beat_at is None or now >= self.beat_at
        if not self.clean and self.beat_at is not None:
            self.open = dict.fromkeys(self.open, (BLIND, self.beat_at))
        self.clean = False
        self.runs.append(source)

    async def end_run(self, now: datetime) -> None:
        self.open = dict.fromkeys(self.open, (BLIND, now))
        self.clean = True

    async def heartbeat(self, now: datetime, *, trouble: str = "") -> None:
        self._answer()
        assert trouble == ""  # nothing of a toy's own
        self.beat_at = now

    async def revision(self) -> int:
        return self.estate.revision

    async def load_estate(self, now: datetime) -> Estate:
        assert now.tzinfo is not None
        return self.estate

    async def logins(self) -> Mapping[tuple[str, str], Login]:
        if self.sealed:
            raise LookupError("another key")
        return self.passwords

    async def refusals(self) -> Mapping[str, Refusals]:
        return self.refused

    async def put_refusals(self, refusals: Mapping[str, Refusals | None], now: datetime) -> None:
        assert now.tzinfo is not None
        kept = {**self.refused, **refusals}
        self.refused = {key: each for key, each in kept.items() if each is not None}

    async def open_verdicts(self) -> Mapping[str, tuple[Verdict, datetime]]:
        return self.open

    async def identities(self) -> Mapping[str, KnownIdentity]:
        return self.known

    async def put_identities(self, known: Mapping[str, KnownIdentity], now: datetime) -> None:
        assert now.tzinfo is not None
        self.known |= known

    async def connected(self) -> frozenset[str]:
        return frozenset(each.stream_id for each in self.told if each.verdict.state is State.RECEIVING)

    async def lost_since(self) -> Mapping[str, datetime]:
        lost: dict[str, datetime] = {}
        for each in self.told:
            if each.verdict.state is State.RECEIVING:
                lost.pop(each.stream_id, None)
            elif each.verdict.state is State.NOT_RECEIVING:
                lost.setdefault(each.stream_id, each.since)
        return lost

    async def open_incidents(self) -> Sequence[Incident]:
        return [incident for incident in self.incidents.values() if incident.closed_at is None]

    async def close_streams(self, stream_ids: Iterable[str], at: datetime) -> None:
        assert at.tzinfo is not None
        if self.stuck:
            raise OSError("disk full")
        for stream_id in stream_ids:
            self.closed.add(stream_id)
            self.open.pop(stream_id, None)

    async def put_unmatched(
        self, gateway_id: str, unmatched: Sequence[str], missing: Sequence[str], now: datetime
    ) -> tuple[int, int]:
        assert now.tzinfo is not None
        self.lists[gateway_id] = (list(unmatched), list(missing))
        return len(unmatched), len(missing)

    async def put_samples(self, taken: Sequence[Sample], now: datetime) -> None:
        assert now.tzinfo is not None
        self._answer()
        self.samples += taken

    async def forget_samples(self, before: datetime, now: datetime) -> int:
        self._answer()
        old = [sample for sample in self.samples if sample.at < before][:100]
        self.samples = [sample for sample in self.samples if sample not in old]
        self.forgotten_at.append(now)
        return len(old)

    async def commit(
        self, transitions: Sequence[Transition], incidents: Sequence[Incident] = (), **_: Any
    ) -> None:
        self._answer()
        self.told += transitions
        self.open |= {t.stream_id: (t.verdict, t.since) for t in transitions}
        self.incidents |= {incident.incident_id: incident for incident in incidents}


@dataclass
class Life:
    """One service over one toy and one set of notes."""

    toy: Toy
    notes: Notes
    service: Service
    meter: "Opened"

    def causes(self, *cameras: str) -> list[Cause | None]:
        """Return what the board shows of the cameras' streams at the gateway."""
        return [self.service.board.streams[f"{camera}@g"].verdict.cause for camera in cameras or CAMERAS]


class Opened(SilentMeter):
    """Remembers whether the passwords could be opened at the last try."""

    opened: bool | None = None

    def passwords_read(self, *, opened: bool) -> None:
        self.opened = opened


def surroundings(toy: Toy, notes: Notes, meter: SilentMeter | None = None) -> Surroundings:
    return Surroundings(
        records=notes,
        source_of=lambda _gateway, _credentials: toy,
        probe=toy.probe,
        rules=ShiftRules(),
        clock=Clock(toy.loop.now),
        meter=meter or SilentMeter(),
        read_errors=(OSError, LookupError),
        key_errors=(LookupError,),
    )


def live(story: Callable[[Life], Awaitable[None]], notes: Notes | None = None, **broken: Any) -> Life:
    """Run a service through a story and stop it."""
    loop = VirtualLoop()
    loop.seconds = (notes.beat_at - EPOCH).total_seconds() if notes and notes.beat_at else 0.0
    toy = Toy(loop, **broken)
    notes, meter = notes or Notes(estate()), Opened()
    life = Life(toy, notes, Service(surroundings(toy, notes, meter), run_id="r"), meter)
    run_virtual(_live(life, story), loop)
    return life


async def _live(life: Life, story: Callable[[Life], Awaitable[None]]) -> None:
    task = asyncio.create_task(life.service.run())
    await asyncio.sleep(120)
    try:
        await story(life)
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def test_a_start_from_nothing_becomes_ready() -> None:
    """The service is not ready before the first sweep, and is when every gateway was asked."""
    loop = VirtualLoop()
    toy, notes = Toy(loop), Notes(estate())
    service = Service(surroundings(toy, notes), run_id="r")
    seen: list[list[str]] = [service.not_ready()]

    async def story() -> None:
        task = asyncio.create_task(service.run())
        await asyncio.sleep(0.05)
        seen.append(service.not_ready())
        await asyncio.sleep(60)
        seen.append(service.not_ready())
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run_virtual(story(), loop)
    assert seen == [["the register is not loaded"], ["gateway g was not swept yet"], []]


def test_a_stop_ends_the_run() -> None:
    """After a stop nobody looks, and the store says so."""

    async def story(life: Life) -> None:
        assert life.causes() == [None] * 4

    life = live(story)
    assert life.notes.clean
    assert {verdict for verdict, _ in life.notes.open.values()} == {BLIND}


def test_a_gap_begins_a_new_shift() -> None:
    """A process that stood still for ten minutes was blind from its last heartbeat on, and looks anew."""

    async def story(life: Life) -> None:
        life.toy.loop.seconds += 600
        beat = life.notes.beat_at
        await asyncio.sleep(0.6)
        assert len(life.notes.runs) == 2
        assert beat is not None
        assert life.service.board.streams["c0@g"].verdict.cause is Cause.MONITOR_BLIND
        assert life.service.board.streams["c0@g"].since == beat
        await asyncio.sleep(90)
        assert life.causes() == [None] * 4

    live(story)


def test_a_camera_that_joins_and_one_that_leaves() -> None:
    """A changed register is followed while the monitor runs; what left ends, what came begins."""

    async def story(life: Life) -> None:
        old = life.notes.estate
        cameras = {key: value for key, value in old.cameras.items() if key != "c0"}
        kept = [enrolment for enrolment in old.enrolments if enrolment.camera_id != "c0"]
        joined = Enrolment(camera_id="c4", gateway_id="g", stream_key="c0")
        life.notes.estate = replace(old, cameras=cameras, enrolments=(*kept, joined), revision=1)
        await asyncio.sleep(120)

    life = live(story)
    assert life.notes.closed == {"c0@g", "c4@"}
    assert "c0@g" not in life.service.board.streams
    assert life.notes.open["c4@g"][0].cause is Cause.MONITOR_BLIND
    assert [t.verdict.state for t in life.notes.told if t.stream_id == "c4@g"] == [
        State.UNKNOWN,
        State.RECEIVING,
    ]


def test_a_changed_stream_key_is_looked_at_anew() -> None:
    """A stream enrolled under another key is UNKNOWN until the gateway shows that one move."""

    async def story(life: Life) -> None:
        old = life.notes.estate
        first, *rest = old.enrolments
        life.notes.estate = replace(old, enrolments=(replace(first, stream_key="c9"), *rest), revision=1)
        await asyncio.sleep(200)

    told = [t.verdict for t in live(story).notes.told if t.stream_id == "c0@g"]
    assert [(verdict.state, verdict.cause) for verdict in told] == [
        (State.UNKNOWN, Cause.MONITOR_BLIND),
        (State.RECEIVING, None),
        (State.UNKNOWN, Cause.MONITOR_BLIND),
        (State.NOT_RECEIVING, Cause.NOT_ENROLLED),
    ]


def test_a_gateway_that_left_closes_its_incident() -> None:
    """The open incident of a gateway that leaves the register is closed."""

    async def story(life: Life) -> None:
        assert life.causes() == [Cause.GATEWAY_DOWN] * 4
        old = life.notes.estate
        life.notes.estate = replace(old, gateways={}, enrolments=(), revision=1)
        await asyncio.sleep(60)

    life = live(story, gateway_down=True)
    assert closed(life.notes, Scope.GATEWAY) == [True]
    assert Scope.GATEWAY not in {each.scope for each in life.service.board.incidents.values()}


def nowhere(life: Life) -> tuple[State, Cause | None]:
    """Return what the board shows of the camera that is enrolled at no gateway."""
    verdict = life.service.board.streams["c4@"].verdict
    return verdict.state, verdict.cause


def test_a_camera_enrolled_nowhere_is_so_again_after_a_gap() -> None:
    """A camera enrolled at no gateway is told so again as soon as somebody looks, without any sweep."""

    async def story(life: Life) -> None:
        assert nowhere(life) == (State.NOT_RECEIVING, Cause.NOT_ENROLLED)
        life.toy.loop.seconds += 600
        await asyncio.sleep(2)
        assert len(life.notes.runs) == 2
        assert nowhere(life) == (State.NOT_RECEIVING, Cause.NOT_ENROLLED)
        assert life.service.board.streams["c4@"].since >= EPOCH + timedelta(seconds=720)

    live(story)


@pytest.mark.parametrize("clean", [True, False])
def test_a_camera_enrolled_nowhere_is_so_again_after_a_restart(clean: bool) -> None:
    """After a stop and after a crash a camera enrolled at no gateway is told so once more, and only once."""

    async def story(life: Life) -> None:
        assert nowhere(life) == (State.NOT_RECEIVING, Cause.NOT_ENROLLED)

    notes = live(story).notes
    notes.clean = clean
    notes.told.clear()
    live(story, notes)
    assert [t.verdict.cause for t in notes.told if t.stream_id == "c4@"] == [Cause.NOT_ENROLLED]


def closed(notes: Notes, scope: Scope) -> list[bool]:
    """Say of each incident of a scope whether it is closed."""
    return [each.closed_at is not None for each in notes.incidents.values() if each.scope is scope]


async def nothing(_: Life) -> None:
    await asyncio.sleep(30)


def test_an_incident_outlives_a_restart() -> None:
    """A gateway that answers after a restart closes the incident that was opened before it."""
    notes = live(nothing, gateway_down=True).notes
    assert closed(notes, Scope.GATEWAY) == [False]
    live(nothing, notes)
    assert closed(notes, Scope.GATEWAY) == [True]


def test_incidents_of_cameras_outlive_a_restart() -> None:
    """A camera that is still off after a restart has its incident of before; one that came back has none."""

    async def story(life: Life) -> None:
        life.toy.broken = dict.fromkeys(["c0", "c2"], Failure.CONNECT_REFUSED)
        await asyncio.sleep(150)

    notes = live(story).notes
    before = set(notes.incidents)
    assert closed(notes, Scope.CAMERA) == [False, False]
    live(nothing, notes, broken=dict.fromkeys(["c0"], Failure.CONNECT_REFUSED))
    assert set(notes.incidents) == before
    still = [each.subject for each in notes.incidents.values() if each.closed_at is None]
    assert set(still) == {"c0", "s1"}  # s1: the camera that is enrolled nowhere


def test_the_monitor_tests_itself_once_it_knows_what_was_open() -> None:
    """No test of itself is told before the open incidents are: till then alerts are held as they were."""

    async def story(life: Life) -> None:
        life.toy.broken = {"c0": Failure.CONNECT_REFUSED}
        await asyncio.sleep(150)

    notes = live(story).notes
    known: list[set[str]] = []

    class Watching(Opened):
        def selfcheck_done(self, finding: Finding) -> None:  # noqa: ARG002 - that there is one is enough
            known.append(set(service.board.incidents))

    async def restart() -> None:
        task = asyncio.create_task(service.run())
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    loop = VirtualLoop()
    assert notes.beat_at is not None
    loop.seconds = (notes.beat_at - EPOCH).total_seconds()
    service = Service(surroundings(Toy(loop), notes, Watching()), run_id="again")
    run_virtual(restart(), loop)
    still = {each.incident_id for each in notes.incidents.values() if each.closed_at is None}
    assert still
    assert known[0] == still


def test_nothing_is_shown_that_the_store_refused() -> None:
    """While the store refuses, the board keeps the last committed word; then it catches up."""

    async def story(life: Life) -> None:
        life.notes.refuses = True
        life.toy.silent = {"c2"}
        await asyncio.sleep(150)
        assert life.causes("c2") == [None]
        assert "no heartbeat" in life.service.not_ready()[0]
        life.notes.refuses = False
        await asyncio.sleep(60)
        assert life.causes("c2") == [Cause.GATEWAY_SILENT]
        since = life.service.board.streams["c2@g"].since
        assert timedelta(seconds=120) <= since - EPOCH <= timedelta(seconds=151)

    live(story)


def test_what_does_not_match_is_listed() -> None:
    """Paths that the register does not know, and enrolled keys that the gateway does not know, are kept."""

    async def story(life: Life) -> None:
        old = life.notes.estate
        life.notes.estate = replace(old, enrolments=old.enrolments[:3], revision=1)
        life.toy.absent = {"c1"}
        await asyncio.sleep(120)

    life = live(story)
    assert life.notes.lists["g"] == (["c3"], ["c1"])
    assert life.service.board.unmatched["g"] == (1, 1)


def test_sweeps_are_sampled_and_samples_forgotten() -> None:
    """Whole sweeps are written in numbers, failed ones too; once a day those that are too old go."""

    async def story(life: Life) -> None:
        first, *_, last = life.notes.samples
        assert (first.moved, first.paths, first.failure) == (0, 4, None)
        assert (last.moved, last.paths, last.seconds) == (4, 4, 0.1)
        life.notes.refuses = True
        life.toy.gateway_down = True
        await asyncio.sleep(90)
        before = len(life.notes.samples)
        life.notes.refuses = False
        await asyncio.sleep(60)
        assert len(life.notes.samples) - before >= 4
        assert life.notes.samples[-1].failure == "connect_refused"
        assert len(life.notes.forgotten_at) == 1
        old = [replace(last, at=last.at - timedelta(days=40, seconds=n)) for n in range(150)]
        life.notes.samples = old + life.notes.samples
        await asyncio.sleep(86_400)
        assert len(life.notes.forgotten_at) == 1 + 3
        assert min(sample.at for sample in life.notes.samples) == first.at

    live(story)


def watched(life: Life, seen: dict[str, str]) -> None:
    """From now on note by camera whose password was offered: its user name."""
    probe = life.toy.probe

    async def watch(target: Any, options: Any, *, now: datetime) -> Any:
        seen[target.id] = (
            f"{target.credentials.username}@{target.credentials.host}" if target.credentials else ""
        )
        return await probe(target, options, now=now)

    life.service._shift._poller._probe = watch  # type: ignore[union-attr]


def wide_estate() -> Estate:
    """Build the estate with each of its cameras at a site of its own, under contracts of two providers."""
    small, sites = estate(), [f"s{number}" for number in range(5)]
    contracts = tuple(
        contract(site, date(2020, 1, 1), date(2099, 1, 1), number=site, provider=f"P{number % 2}")
        for number, site in enumerate(sites)
    )
    cameras = {
        key: replace(camera, site_id=site)
        for (key, camera), site in zip(small.cameras.items(), sites, strict=True)
    }
    return replace(
        small,
        sites={site: replace(small.sites["s0"], site_id=site, name=site) for site in sites},
        cameras=cameras,
        providers=providers_of(contracts),
        channels=channels_of(sites),
        contracts=contracts,
    )


def login(username: str) -> Login:
    return Login(username=username, password=Secret("p"))


def test_passwords_reach_their_own_camera_only() -> None:
    """A login is bound to the host and port that the register gives its camera."""
    notes = Notes(estate())
    notes.passwords = {("camera", "c1"): login("u")}
    seen: dict[str, str] = {}

    async def story(life: Life) -> None:
        watched(life, seen)
        await asyncio.sleep(400)

    live(story, notes)
    assert seen == {"c0": "", "c1": "u@c1", "c2": "", "c3": "", "c4": ""}


def test_a_refused_password_stays_the_cause_after_a_gateway_blip() -> None:
    """A camera whose password is no longer offered, for it was refused too often, still has that cause."""
    notes = Notes(estate(), passwords={("camera", "c0"): login("u"), ("camera", "c2"): login("u")})

    async def story(life: Life) -> None:
        life.toy.broken = dict.fromkeys(("c0", "c2"), Failure.UNAUTHORIZED)
        await asyncio.sleep(1500)
        assert life.causes("c0", "c2") == [Cause.BAD_CREDENTIALS] * 2
        life.toy.gateway_down = True
        await asyncio.sleep(150)
        assert life.causes("c0", "c2") == [Cause.GATEWAY_DOWN] * 2
        life.toy.gateway_down = False
        life.toy.broken |= dict.fromkeys(("c2", "c3", "c4"), Failure.CONNECT_TIMEOUT)
        await asyncio.sleep(400)
        assert life.causes("c0", "c2") == [Cause.BAD_CREDENTIALS, Cause.SITE_DARK]

    live(story, notes)


def test_a_withheld_password_blames_no_camera_that_was_received() -> None:
    """A camera that always refused us and was received is not at fault when its gateway falls silent.

    It is said what is missing; once the password is given again and taken, the cause is found.
    """
    notes = Notes(estate(), passwords={("camera", "c0"): login("u")})

    async def story(life: Life) -> None:
        life.toy.wary = {"c0"}
        await asyncio.sleep(1500)
        assert notes.refused["c0"].received
        assert life.causes("c0") == [None]
        life.toy.silent = {"c0"}
        await asyncio.sleep(300)
        assert life.causes("c0") == [Cause.CANNOT_TELL]
        said = life.service.board.streams["c0@g"].verdict.evidence
        assert ("missing", "a password that is not withheld") in said
        life.toy.wary = set()
        notes.passwords = {("camera", "c0"): replace(login("u"), given_at=life.toy.loop.now())}
        notes.estate = replace(notes.estate, revision=1)
        await asyncio.sleep(60)
        assert notes.refused == {}
        assert life.causes("c0") == [Cause.GATEWAY_SILENT]

    live(story, notes)


def test_a_gateway_that_takes_nothing_has_the_cameras_that_refuse_us_too() -> None:
    """When every stream stands still and fellows play, a camera with a withheld password is no exception."""
    notes = Notes(wide_estate(), passwords={("camera", "c0"): login("u")})

    async def story(life: Life) -> None:
        life.toy.wary = {"c0"}
        await asyncio.sleep(1500)
        life.toy.silent = set(CAMERAS)
        await asyncio.sleep(300)
        assert life.causes() == [Cause.GATEWAY_DOWN] * 4

    live(story, notes)


def test_a_device_that_locks_is_told_once() -> None:
    """A camera that refuses our log-in and then forbids us is locked out from the first word on."""
    notes = Notes(estate(), passwords={("camera", "c0"): login("u")})

    async def story(life: Life) -> None:
        probe, refused = life.toy.probe, []

        async def locks(target: Any, options: Any, *, now: datetime) -> Any:
            seen = await probe(target, options, now=now)
            if target.id == "c0":
                refused.append(seen)
            return structs.replace(seen, failure=Failure.FORBIDDEN) if refused[1:] else seen

        life.service._shift._poller._probe = locks  # type: ignore[union-attr]
        life.toy.broken = {"c0": Failure.UNAUTHORIZED}
        await asyncio.sleep(300)

    told = [each.verdict.cause for each in live(story, notes).notes.told if each.stream_id == "c0@g"]
    assert told[-1] is Cause.LOCKED_OUT
    assert Cause.BAD_CREDENTIALS not in told


def test_refusals_outlive_a_restart_and_a_gap() -> None:
    """However often the monitor starts, or was blind, a refused password is offered three times."""
    notes = Notes(estate(), passwords={("camera", key): login("u") for key in ("c0", "c1")})
    offered: list[str] = []

    async def refused(life: Life) -> None:
        probe = life.toy.probe

        async def watch(target: Any, options: Any, *, now: datetime) -> Any:
            offered.extend([target.id] if target.credentials else [])
            return await probe(target, options, now=now)

        life.service._shift._poller._probe = watch  # type: ignore[union-attr]
        await asyncio.sleep(900)

    async def story(life: Life) -> None:
        life.toy.broken = {"c0": Failure.UNAUTHORIZED}
        await refused(life)
        life.toy.loop.seconds += 600
        await asyncio.sleep(5)
        await refused(life)

    for _ in range(3):
        live(story, notes)
    assert offered.count("c0") <= 3
    assert offered.count("c1") > 9
    assert notes.refused["c0"].count == 3
    assert set(notes.refused) == {"c0"}


def test_a_new_password_clears_its_own_cameras_refusals_only() -> None:
    """A new password, or a new address, of one camera makes the monitor try again there and nowhere else."""
    notes = Notes(estate(), passwords={("camera", key): login("u") for key in ("c0", "c1", "c2")})
    notes.refused = {key: Refusals(count=3, since=EPOCH) for key in ("c0", "c1", "c2")}

    async def story(_: Life) -> None:
        notes.passwords |= {("camera", "c1"): login("v")}
        moved = replace(notes.estate.cameras["c2"], url="rtsp://c2/another")
        notes.estate = replace(notes.estate, cameras={**notes.estate.cameras, "c2": moved}, revision=1)
        await asyncio.sleep(60)

    live(story, notes)
    assert set(notes.refused) == {"c0"}


def test_passwords_that_cannot_be_opened_leave_those_from_before() -> None:
    """Until new passwords can be opened the monitor goes on with the old ones, says so, and tries again."""
    notes = Notes(estate(), passwords={("camera", "c1"): login("old")})
    seen: dict[str, str] = {}

    async def story(life: Life) -> None:
        assert life.meter.opened is True
        notes.passwords, notes.sealed = {("camera", "c1"): login("new")}, True
        notes.estate = replace(notes.estate, revision=1)
        await asyncio.sleep(60)
        watched(life, seen)
        await asyncio.sleep(400)
        assert life.meter.opened is False
        assert seen["c1"] == "old@c1"
        notes.sealed = False
        await asyncio.sleep(400)
        assert life.meter.opened is True
        assert seen["c1"] == "new@c1"
        assert life.causes() == [None] * 4

    live(story, notes)


def test_passwords_that_cannot_be_opened_after_a_gap_leave_those_from_before() -> None:
    """A shift that begins while the passwords cannot be opened has those of the shift before it."""
    notes = Notes(estate(), passwords={("camera", "c1"): login("old")})
    seen: dict[str, str] = {}

    async def story(life: Life) -> None:
        notes.sealed = True
        life.toy.loop.seconds += 600
        await asyncio.sleep(5)
        assert len(notes.runs) == 2
        watched(life, seen)
        await asyncio.sleep(400)

    live(story, notes)
    assert seen["c1"] == "old@c1"


def test_passwords_that_cannot_be_opened_at_the_first_start_end_it() -> None:
    """With nothing to go on with, a start says what is wrong instead of asking cameras without a password."""
    loop = VirtualLoop()
    toy, notes = Toy(loop), Notes(estate(), sealed=True)

    async def story() -> None:
        await Service(surroundings(toy, notes), run_id="r").run()

    with pytest.raises(ExceptionGroup) as caught:
        run_virtual(story(), loop)
    assert caught.group_contains(LookupError, match="another key")


def test_a_register_that_was_half_taken_is_taken_again() -> None:
    """When the store fails while a changed register is followed, the monitor runs on and catches up."""

    async def story(life: Life) -> None:
        old, notes = life.notes.estate, life.notes
        kept = [enrolment for enrolment in old.enrolments if enrolment.camera_id != "c0"]
        cameras = {key: value for key, value in old.cameras.items() if key != "c0"}
        notes.stuck = True
        notes.estate = replace(old, cameras=cameras, enrolments=tuple(kept), revision=1)
        await asyncio.sleep(100)
        assert not notes.closed
        notes.stuck = False
        await asyncio.sleep(60)
        assert notes.closed == {"c0@g"}
        assert life.causes("c1", "c2", "c3") == [None] * 3

    live(story)


def test_a_standing_is_swept_until_an_incident_is_open() -> None:
    """A gateway counts as answering until its silence was long enough to open an incident."""
    assert GatewayStanding(gateway_id="g", failing_since=EPOCH).swept


def plan_work(life: Life) -> Maintenance:
    """Announce two hours of planned work at the first site, from now on."""
    window = Maintenance(
        maintenance_id="m",
        subject=Subject.SITE,
        subject_id="s0",
        starts_at=life.toy.loop.now() - timedelta(seconds=1),
        ends_at=life.toy.loop.now() + timedelta(hours=2),
        approver="Police IT",
        reason="a new switch",
    )
    life.notes.estate = replace(life.notes.estate, maintenance={"m": window}, revision=1)
    return window


def test_planned_work_names_itself_and_ends() -> None:
    """What is lost in a maintenance window is planned until the window is over, then its own cause counts."""

    async def story(life: Life) -> None:
        plan_work(life)
        await asyncio.sleep(60)
        life.toy.broken = dict.fromkeys(("c0", "c1"), Failure.CONNECT_TIMEOUT)
        await asyncio.sleep(600)
        assert life.causes("c0", "c1") == [Cause.PLANNED] * 2
        await asyncio.sleep(7200)
        assert life.causes("c0", "c1") == [Cause.SITE_DARK] * 2
        assert life.causes("c2", "c3") == [None] * 2

    live(story)


def test_what_outlasts_planned_work_is_told_at_once() -> None:
    """A window that is ended early leaves what is still lost its own cause and an incident."""

    async def story(life: Life) -> None:
        window = plan_work(life)
        await asyncio.sleep(60)
        life.toy.broken = dict.fromkeys(("c0", "c1"), Failure.CONNECT_TIMEOUT)
        await asyncio.sleep(600)
        assert closed(life.notes, Scope.SITE) == [False]  # of the camera that was never enrolled
        ended = replace(window, ends_at=life.toy.loop.now())
        life.notes.estate = replace(life.notes.estate, maintenance={"m": ended}, revision=2)
        await asyncio.sleep(60)
        assert life.causes("c0", "c1") == [Cause.SITE_DARK] * 2
        assert closed(life.notes, Scope.SITE) == [False, False]

    live(story)


def test_a_camera_that_counts_again_gets_its_incident() -> None:
    """A loss under an exclusion opens nothing; when the exclusion is over it is told, if it still lasts."""
    excluded = Exclusion(
        subject=Subject.CAMERA,
        subject_id="c0",
        starts_on=EPOCH.date(),
        ends_on=EPOCH.date() + timedelta(days=30),
        reason=Reason.UNDER_REPAIR,
        approver="Education department",
        document="№ 7",
    )

    async def story(life: Life) -> None:
        life.toy.broken = {"c0": Failure.CONNECT_REFUSED}
        await asyncio.sleep(150)
        assert closed(life.notes, Scope.CAMERA) == []
        life.notes.estate = replace(life.notes.estate, exclusions=(), revision=1)
        await asyncio.sleep(60)
        assert closed(life.notes, Scope.CAMERA) == [False]

    live(story, Notes(replace(estate(), exclusions=(excluded,))))


def test_exclusions_begin_and_end_with_the_local_day() -> None:
    """A camera is out of the counts for the days of its exclusion, and comes back by itself."""
    excluded = Exclusion(
        subject=Subject.CAMERA,
        subject_id="c0",
        starts_on=EPOCH.date() + timedelta(days=1),
        ends_on=EPOCH.date() + timedelta(days=1),
        reason=Reason.UNDER_REPAIR,
        approver="Education department",
        document="№ 7",
    )
    counted: list[tuple[int, int]] = []

    async def story(life: Life) -> None:
        for _ in range(3):
            board = life.service.board
            counted.append((board.cameras_of("i").registered, board.excluded_of("i")))
            await asyncio.sleep(86_400)

    live(story, Notes(replace(estate(), exclusions=(excluded,))))
    assert counted == [(5, 0), (4, 1), (5, 0)]
