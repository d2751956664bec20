"""Decided, then committed, then told: never another order, never twice, never lost."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.model.incident import Incident
from monitor.model.verdict import Proof, State, Transition, Verdict
from monitor.run.board import Board
from monitor.run.clock import Clock
from monitor.run.journal import Journal
from monitor.run.meter import SilentMeter
from monitor.run.streams import Index
from simulator.virtual_clock import EPOCH, VirtualLoop, run_virtual
from tests.toy import estate

SEEN = Verdict(state=State.RECEIVING, proof=Proof.PROGRESS)


def transitions(*seconds: int) -> list[Transition]:
    moments = [EPOCH + timedelta(seconds=second) for second in seconds]
    return [Transition(stream_id="c0@g", verdict=SEEN, since=m, decided_at=m) for m in moments]


@dataclass
class Slow:
    """A store that takes a second, refuses as often as told, and may have written all the same."""

    refusals: int = 0
    written: dict[int, Transition] = field(default_factory=dict)
    calls: list[int] = field(default_factory=list)

    async def commit(
        self,
        transitions: Sequence[Transition],
        incidents: Sequence[Incident] = (),
        *,
        source: str,
        first_sequence: int,
        now: datetime,
    ) -> None:
        """Write under (source, sequence)."""
        assert source == "run"
        assert now.tzinfo is not None
        assert not incidents
        await asyncio.sleep(1)
        self.calls.append(first_sequence)
        for number, transition in enumerate(transitions, first_sequence):
            assert self.written.setdefault(number, transition) == transition
        if self.refusals:
            self.refusals -= 1
            raise OSError("refused, or was it?")


def journal_of(book: Slow, loop: VirtualLoop) -> tuple[Journal, Board]:
    board = Board()
    board.load(Index.of(estate()), {})
    return Journal(book=book, board=board, source="run", clock=Clock(loop.now), meter=SilentMeter()), board


def test_nothing_is_told_before_it_is_committed() -> None:
    """The board shows a transition only after the store has answered."""
    loop, book = VirtualLoop(), Slow()

    async def story() -> None:
        journal, board = journal_of(book, loop)
        journal.put(transitions(1))
        task = asyncio.create_task(journal.run())
        await asyncio.sleep(0.9)
        assert not board.streams
        await asyncio.sleep(0.2)
        assert board.streams["c0@g"].verdict is SEEN
        task.cancel()

    run_virtual(story(), loop)


def test_what_is_being_written_still_waits() -> None:
    """Transitions are queued until the store has them, however often it refuses."""
    loop, book = VirtualLoop(), Slow(refusals=1)

    async def story() -> list[int]:
        journal, _ = journal_of(book, loop)
        journal.put(transitions(1, 2))
        seen, task = [journal.queued], asyncio.create_task(journal.run())
        for _ in range(2):
            await asyncio.sleep(1.5)
            journal.put(transitions(3))
            seen.append(journal.queued)
        await asyncio.sleep(10)
        task.cancel()
        return [*seen, journal.queued]

    assert run_virtual(story(), loop) == [2, 3, 4, 0]


def test_a_refused_write_is_repeated_with_its_numbers() -> None:
    """What the store refused comes again under the same sequence; what follows goes on from there."""
    loop, book = VirtualLoop(), Slow(refusals=2)

    async def story() -> None:
        journal, _ = journal_of(book, loop)
        journal.put(transitions(1, 2))
        await asyncio.gather(journal.flush(), journal.flush())
        journal.put(transitions(3))
        await journal.flush()

    run_virtual(story(), loop)
    assert book.calls == [0, 0, 0, 2]
    assert [book.written[number] for number in range(3)] == transitions(1, 2, 3)


def test_writers_at_the_same_time_keep_the_order() -> None:
    """Two flushes at once write one after the other, each under its own numbers."""
    loop, book = VirtualLoop(), Slow()

    async def story() -> None:
        journal, _ = journal_of(book, loop)
        journal.put(transitions(1))
        first = asyncio.create_task(journal.flush())
        await asyncio.sleep(0.5)
        journal.put(transitions(2))
        await asyncio.gather(first, journal.flush())

    run_virtual(story(), loop)
    assert book.calls == [0, 1]
