"""A mailbox at work on virtual time: together, once, again until taken, and nobody waits for anybody."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from exporters.notify.base import Message
from exporters.notify.courier import BEAT, Courier, Office
from exporters.notify.news import News
from exporters.notify.waits import FIRST, LAST, wait_after
from monitor.model.incident import Incident, Scope
from monitor.model.notice import Settled, Undelivered
from monitor.model.verdict import Cause
from monitor.run.streams import Index
from monitor.settings.notify import Receiver
from monitor.store.memory import MemoryStore
from simulator.virtual_clock import VirtualLoop, run_virtual
from tests.told import INDEX, incident, receiver

Told = tuple[float, list[str]]  # when, and what of which cause
SITE = incident(Scope.SITE, "s1", Cause.SITE_DARK)
OTHER = incident(Scope.SITE, "s2", Cause.CHANNEL_DEGRADED)
BLIND = incident(Scope.MONITOR, "all", Cause.MONITOR_BLIND)


class Busy(Exception):
    """The store did not take it now."""


@dataclass
class Shaky(MemoryStore):
    """A store that refuses marks as long as a test likes."""

    refuses: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    async def settle_notices(self, mailbox: str, settled: Sequence[Settled], now: datetime) -> None:
        """Refuse, or do it."""
        if self.refuses:
            raise Busy
        await super().settle_notices(mailbox, settled, now)


@dataclass
class End:
    """Where messages of one address arrive: taken when it is up, after as long as it takes."""

    loop: VirtualLoop
    up: bool = True
    seconds: float = 0.0
    taken: list[Told] = field(default_factory=list)
    tries: list[float] = field(default_factory=list)

    async def send(self, message: Message) -> Undelivered | None:
        """Take a message, or refuse it."""
        self.tries.append(self.loop.time())
        await asyncio.sleep(self.seconds)
        if not self.up:
            return Undelivered.REFUSED
        self.taken.append((self.loop.time(), message.body.split()))
        return None


@dataclass
class World:
    """A store, an office, and couriers for ends."""

    loop: VirtualLoop = field(default_factory=VirtualLoop)
    store: Shaky = field(default_factory=Shaky)
    index: Index | None = INDEX
    counted: list[tuple[str, bool]] = field(default_factory=list)
    waits: dict[str, int] = field(default_factory=dict)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def office(self) -> Office:
        def write(_receiver: Receiver, news: Sequence[News], _now: datetime) -> Message:
            body = " ".join(f"{each.what}:{each.incident.cause}" for each in news)
            return Message(title="", body=body)

        return Office(
            outbox=self.store,
            index=lambda: self.index,
            write=write,
            tally=self,
            now=self.loop.now,
            random=lambda: 0.0,
            store_errors=(Busy,),
        )

    def notified(self, notifier: str, *, sent: bool) -> None:
        self.counted.append((notifier, sent))

    def waiting(self, mailbox: str, news: int) -> None:
        self.waits[mailbox] = news

    async def start(self, ends: dict[str, End], **keys: object) -> None:
        """Let couriers serve these mailboxes."""
        await self.store.enrol_mailboxes(ends.keys(), self.loop.now())
        for mailbox, end in ends.items():
            courier = Courier(self.office(), receiver(**keys), mailbox, end, kind="apprise")
            self.tasks.append(asyncio.create_task(courier.run()))

    async def stop(self) -> None:
        """End them, as a process that is killed ends: whatever they were doing."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.tasks.clear()

    async def tell(self, *incidents: Incident) -> None:
        now = self.loop.now()
        dated = [replace(each, opened_at=min(each.opened_at, now)) for each in incidents]
        await self.store.commit((), dated, source="r", first_sequence=0, now=now)

    async def close(self, which: Incident) -> None:
        await self.tell(replace(which, closed_at=self.loop.now()))


def live(script: Callable[[World], Awaitable[None]]) -> World:
    """Play a script on virtual time."""
    world = World()

    async def play() -> None:
        await world.store.begin_run("r", world.loop.now())
        await script(world)
        await world.stop()

    run_virtual(play(), world.loop)
    return world


def test_what_happens_together_is_told_together() -> None:
    """All of a minute is one message, a minute after the first; what comes later is the next one's."""

    async def script(world: World) -> None:
        end = End(world.loop)
        await world.start({"r#1": end})
        await world.tell(SITE)
        await asyncio.sleep(50)
        await world.tell(OTHER)
        await asyncio.sleep(30)
        await world.close(SITE)
        await asyncio.sleep(600)
        (first, opened), (second, closed) = end.taken
        assert 60 <= first <= 60 + 2 * BEAT
        assert opened == ["opened:site_dark", "opened:channel_degraded"]
        assert 140 <= second <= 140 + 2 * BEAT
        assert closed == ["closed:site_dark"]

    world = live(script)
    assert world.counted == [("apprise", True)] * 2
    assert world.waits == {"r#1": 0}


def test_one_that_fails_holds_nobody_up() -> None:
    """An end that is down is tried with growing waits until it takes the message; others are told."""

    async def script(world: World) -> None:
        good, bad = End(world.loop), End(world.loop, up=False, seconds=20)
        await world.start({"r#1": good, "r#2": bad}, group_seconds=0)
        await world.tell(SITE)
        await asyncio.sleep(3600)
        assert [what for _, what in good.taken] == [["opened:site_dark"]]
        assert good.taken[0][0] <= BEAT
        gaps = [after - before - bad.seconds for before, after in zip(bad.tries, bad.tries[1:], strict=False)]
        for gap, wanted in zip(gaps, (10, 20, 40, 80, 160, 320, 640), strict=False):
            assert wanted <= gap <= wanted + 2 * BEAT
        assert world.waits == {"r#1": 0, "r#2": 1}
        (standing,) = [each for each in await world.store.standings() if each.mailbox == "r#2"]
        assert (standing.failure, standing.owed) == (Undelivered.REFUSED, 1)
        bad.up = True
        await asyncio.sleep(1000)
        assert [what for _, what in bad.taken] == [["opened:site_dark"]]
        assert [each.failure for each in await world.store.standings()] == [None, None]

    live(script)


def test_what_came_meanwhile_goes_with_the_next_try() -> None:
    """A message that was refused is written anew: what opened and closed since is in it as it stands then."""

    async def script(world: World) -> None:
        end = End(world.loop, up=False)
        await world.start({"r#1": end}, group_seconds=0)
        await world.tell(SITE)
        await asyncio.sleep(30)
        await world.tell(OTHER)
        await world.close(SITE)
        end.up = True
        await asyncio.sleep(300)
        assert [what for _, what in end.taken] == [["passed:site_dark", "opened:channel_degraded"]]

    live(script)


def test_killed_before_the_mark_it_is_told_twice() -> None:
    """What was handed over and not marked is told again by the next process, and what was marked is not."""

    async def script(world: World) -> None:
        end = End(world.loop)
        await world.start({"r#1": end}, group_seconds=0)
        await world.tell(OTHER)
        await asyncio.sleep(10)
        world.store.refuses = True
        await world.tell(SITE)
        await asyncio.sleep(600)
        assert [what for _, what in end.taken] == [["opened:channel_degraded"], ["opened:site_dark"]]
        await world.stop()
        world.store.refuses = False
        await world.start({"r#1": end}, group_seconds=0)
        await asyncio.sleep(600)
        assert [what for _, what in end.taken[2:]] == [["opened:site_dark"]]

    live(script)


def test_a_store_that_refuses_marks_makes_no_flood() -> None:
    """While marks are refused nothing is sent again; once they are taken, everything goes on."""

    async def script(world: World) -> None:
        end = End(world.loop)
        await world.start({"r#1": end}, group_seconds=0)
        world.store.refuses = True
        await world.tell(SITE)
        await asyncio.sleep(600)
        world.store.refuses = False
        await world.close(SITE)
        await asyncio.sleep(600)
        assert [what for _, what in end.taken] == [["opened:site_dark"], ["closed:site_dark"]]

    live(script)


def test_killed_while_sending_nothing_is_lost() -> None:
    """A process that ends in the middle of a message leaves it owed."""

    async def script(world: World) -> None:
        end = End(world.loop, seconds=30)
        await world.start({"r#1": end}, group_seconds=0)
        await world.tell(SITE)
        await asyncio.sleep(10)
        await world.stop()
        assert not end.taken
        await world.start({"r#1": end}, group_seconds=0)
        await asyncio.sleep(100)
        assert [what for _, what in end.taken] == [["opened:site_dark"]]

    live(script)


def test_nothing_is_told_before_the_register_is_there() -> None:
    """Whom an incident concerns is a question to the register: it waits until that is loaded."""

    async def script(world: World) -> None:
        world.index, end = None, End(world.loop)
        await world.start({"r#1": end}, group_seconds=0)
        await world.tell(SITE)
        await asyncio.sleep(60)
        assert not end.tries
        world.index = INDEX
        await asyncio.sleep(10)
        assert [what for _, what in end.taken] == [["opened:site_dark"]]

    live(script)


def test_blindness_is_told_alone() -> None:
    """While the monitor is blind that is all that opens; afterwards what still lasts is told."""

    async def script(world: World) -> None:
        end = End(world.loop)
        await world.start({"r#1": end}, group_seconds=30)
        await world.tell(BLIND, SITE, OTHER)
        await asyncio.sleep(300)
        assert [what for _, what in end.taken] == [["opened:monitor_blind"]]
        await world.close(BLIND)
        await world.close(OTHER)
        await asyncio.sleep(300)
        assert sorted(end.taken[1][1]) == [
            "closed:monitor_blind",
            "opened:site_dark",
            "passed:channel_degraded",
        ]
        assert len(end.taken) == 2

    live(script)


def test_it_is_told_again_as_often_as_wanted() -> None:
    """A reminder comes a day after the last telling, and no more once it is over."""

    async def script(world: World) -> None:
        end = End(world.loop)
        await world.start({"r#1": end}, group_seconds=0, repeat_hours=24)
        await world.tell(SITE)
        await asyncio.sleep(timedelta(hours=50).total_seconds())
        await world.close(SITE)
        await asyncio.sleep(timedelta(hours=50).total_seconds())
        assert [what for _, what in end.taken] == [
            ["opened:site_dark"],
            ["still_open:site_dark"],
            ["still_open:site_dark"],
            ["closed:site_dark"],
        ]

    live(script)


def test_our_own_mistake_ends_nothing() -> None:
    """A message that cannot be written is tried again, and is told once it can be."""

    async def script(world: World) -> None:
        end, office = End(world.loop), world.office()
        broken = [True]

        def write(one: Receiver, news: Sequence[News], now: datetime) -> Message:
            if broken:
                raise ZeroDivisionError
            return office.write(one, news, now)

        await world.store.enrol_mailboxes(["r#1"], world.loop.now())
        courier = Courier(replace(office, write=write), receiver(group_seconds=0), "r#1", end, kind="apprise")
        world.tasks.append(asyncio.create_task(courier.run()))
        await world.tell(SITE)
        await asyncio.sleep(100)
        assert not end.taken
        broken.clear()
        await asyncio.sleep(100)
        assert [what for _, what in end.taken] == [["opened:site_dark"]]

    live(script)


@pytest.mark.parametrize(
    ("tries", "chance", "wanted"),
    [
        pytest.param(1, 0.0, FIRST, id="first"),
        pytest.param(2, 0.0, 2 * FIRST, id="second"),
        pytest.param(1, 1.0, FIRST / 2, id="at the earliest"),
        pytest.param(50, 0.0, LAST, id="bounded"),
        pytest.param(10_000, 0.5, LAST * 0.75, id="and for good"),
    ],
)
def test_how_long_a_failure_waits(tries: int, chance: float, wanted: float) -> None:
    """Waits double within bounds, and chance takes up to half away."""
    assert wait_after(tries, chance) == wanted
