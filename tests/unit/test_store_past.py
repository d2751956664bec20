"""Questions as of a moment: what held, whether somebody looked, what the register said, what it changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model.sample import Sample
from monitor.model.verdict import Cause, State, Transition, Verdict
from monitor.register.change import Change, Part
from monitor.register.kinds import Kind
from monitor.store import samples
from monitor.store.dated import Difference, Version
from monitor.store.lock import Holder
from tests.keepers import Kept, Opened
from tests.two_regions import change_to, estate

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RECEIVED = Verdict(state=State.RECEIVING)
LOST = Verdict(state=State.NOT_RECEIVING, cause=Cause.SITE_DARK)
BLIND = Verdict(state=State.UNKNOWN, cause=Cause.MONITOR_BLIND)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def holder() -> Holder:
    return Holder.of_this_process(NOW)


async def live(store: Opened, run: str, began: float, *turns: tuple[str, Verdict, float]) -> None:
    """Begin a run and commit verdicts."""
    await store.begin_run(run, at(began))
    made = [
        Transition(stream_id=key, verdict=verdict, since=at(since), decided_at=at(since))
        for key, verdict, since in turns
    ]
    await store.commit(made, source=run, first_sequence=0, now=made[-1].decided_at)


@pytest.mark.parametrize(
    ("seconds", "looking", "c", "d"),
    [
        pytest.param(-1, False, None, None, id="before everything"),
        pytest.param(10, True, (RECEIVED, 10), None, id="as the first began"),
        pytest.param(29, True, (RECEIVED, 10), (RECEIVED, 20), id="both held"),
        pytest.param(30, True, (LOST, 30), (RECEIVED, 20), id="as one turned"),
        pytest.param(59, True, (LOST, 30), (RECEIVED, 20), id="while heartbeats came"),
        pytest.param(60, False, (BLIND, 60), (BLIND, 60), id="as the monitor was cut off"),
        pytest.param(99, False, (BLIND, 60), (BLIND, 60), id="while nobody looked"),
        pytest.param(110, True, (RECEIVED, 110), (BLIND, 60), id="one was seen again"),
        pytest.param(150, False, (BLIND, 110), (BLIND, 60), id="after the last heartbeat"),
    ],
)
async def test_the_past_is_told_as_it_was(
    kept: Kept,
    seconds: float,
    *,
    looking: bool,
    c: tuple[Verdict, float] | None,
    d: tuple[Verdict, float] | None,
) -> None:
    """At any moment each stream has the verdict that held then; while nobody looked it is UNKNOWN."""
    async with kept.open(holder()) as store:
        await live(store, "one", 0, ("c@g", RECEIVED, 10), ("d@g", RECEIVED, 20), ("c@g", LOST, 30))
        await store.heartbeat(at(60))
        await live(store, "two", 100, ("c@g", RECEIVED, 110))
        found = await store.at(at(seconds))
        wanted = {key: (v[0], at(v[1])) for key, v in (("c@g", c), ("d@g", d)) if v is not None}
        assert (found.looking, found.verdicts) == (looking, wanted)
        assert (found.seen_at is None) == (seconds < 0)
        near = await store.at(at(115), max_heartbeat_age=timedelta(seconds=5))
        assert (near.looking, near.seen_at) == (True, at(110))


async def test_an_entry_has_versions(kept: Kept) -> None:
    """Every version of an entry is there with its dates, of keys with days too, and its end."""
    first = estate().cameras["c0-a"]
    second, (agreed, *_) = replace(first, zone="hall"), estate().contracts
    dearer = replace(agreed, monthly_price_kzt=5)
    async with kept.open() as store:
        await store.apply_register(change_to(estate()), NOW)
        parts = {Kind.CAMERAS: Part(changed=(second,)), Kind.CONTRACTS: Part(changed=(dearer,))}
        await store.apply_register(Change(1, parts), at(10))
        await store.apply_register(Change(2, {Kind.CAMERAS: Part(ended=(second,))}), at(20))
        assert await store.versions(Kind.CAMERAS, ("c0-a",)) == [
            Version(entry=first, valid_from=NOW, valid_to=at(10)),
            Version(entry=second, valid_from=at(10), valid_to=at(20)),
        ]
        key = (agreed.customer_bin, agreed.contract_number, str(agreed.contract_date), agreed.channel_id)
        assert await store.versions(Kind.CONTRACTS, key) == [
            Version(entry=agreed, valid_from=NOW, valid_to=at(10)),
            Version(entry=dearer, valid_from=at(10), valid_to=None),
        ]
        assert await store.versions(Kind.CAMERAS, ("never",)) == []


async def test_two_registers_differ(kept: Kept) -> None:
    """Between two moments is told what was added, changed and ended; what came and went is not."""
    made = estate()
    camera, site = made.cameras["c0-a"], made.sites["s-a"]
    moved, again = replace(camera, zone="hall"), replace(camera, zone="yard")
    extra = replace(camera, camera_id="extra")
    async with kept.open() as store:
        await store.apply_register(change_to(made), NOW)
        steps: list[Change] = [
            Change(1, {Kind.CAMERAS: Part(changed=(moved,), added=(extra,))}),
            Change(2, {Kind.CAMERAS: Part(changed=(again,), ended=(extra, made.cameras["c1-a"]))}),
            Change(3, {Kind.SITES: Part(changed=(replace(site, name="x"),))}),
            Change(4, {Kind.SITES: Part(changed=(site,))}),
        ]
        for number, step in enumerate(steps, start=1):
            await store.apply_register(step, at(10 * number))
        assert await store.changes(NOW, at(99)) == {
            Kind.CAMERAS: Difference(changed=((camera, again),), ended=(made.cameras["c1-a"],))
        }
        assert await store.changes(at(10), at(29)) == {
            Kind.CAMERAS: Difference(changed=((moved, again),), ended=(made.cameras["c1-a"], extra))
        }
        assert await store.changes(NOW, at(10)) == {
            Kind.CAMERAS: Difference(added=(extra,), changed=((camera, moved),))
        }
        assert await store.changes(at(50), at(99)) == {}
        whole = await store.changes(at(-7200), NOW)
        assert len(whole[Kind.CAMERAS].added) == len(made.cameras)
        assert Kind.REGIONS not in whole


async def test_samples_are_kept_for_a_while(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Samples come back by gateway and time; the old ones go, a few at each call, and no others."""
    monkeypatch.setattr(samples, "MOST_FORGOTTEN", 2)
    taken = [Sample(gateway_id="g", at=at(n), seconds=0.5, paths=4, moved=3) for n in range(5)]
    failed = Sample(gateway_id="h", at=at(1), seconds=20.0, failure="timed_out")
    async with kept.open(holder()) as store:
        await store.put_samples([*taken, failed], at(9))
        assert await store.samples("g", at(1), at(3)) == taken[1:3]
        assert await store.samples("h", NOW, at(9)) == [failed]
        assert [await store.forget_samples(at(3), at(9)) for _ in range(3)] == [2, 2, 0]
        assert await store.samples("g", NOW, at(9)) == taken[3:]
        assert await store.samples("h", NOW, at(9)) == []
