"""Refused log-ins: counted per camera, kept in the store, and cleared one camera at a time."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from monitor.model.login import Refusals
from monitor.run.clock import Clock
from monitor.run.log_ins import LogIns
from simulator.virtual_clock import EPOCH, VirtualLoop, run_virtual

LATER = EPOCH + timedelta(hours=1)


@pytest.mark.parametrize(
    ("checks", "may_try"),
    [
        pytest.param("", True, id="none yet"),
        pytest.param("rr", True, id="twice"),
        pytest.param("rrr", False, id="three times in a row"),
        pytest.param("rrrr", False, id="more"),
        pytest.param("rrarr", True, id="accepted in between"),
        pytest.param("rrrf", True, id="another password"),
    ],
)
def test_when_a_password_is_offered(checks: str, may_try: bool) -> None:
    """After three refused checks in a row it is not; an accepted one, or a new one, clears the count."""
    log_ins = LogIns(most=3)
    for check in checks:
        if check == "f":
            log_ins.forget(["c", "never refused"])
        else:
            log_ins.note("c", refused=check == "r", at=EPOCH)
    assert log_ins.may_try("c") is may_try
    assert log_ins.may_try("another")


def test_whose_password_is_withheld() -> None:
    """Those whose log-in was refused as often as allowed are listed."""
    log_ins = LogIns(most=2)
    for key in ("c", "c", "once", "recorder:r", "recorder:r", "recorder:r"):
        log_ins.note(key, refused=True, at=EPOCH)
    assert log_ins.withheld() == ["c", "recorder:r"]


class Book:
    """Keeps counts, and can be told to refuse."""

    def __init__(self) -> None:
        self.kept: dict[str, Refusals | None] = {}
        self.refuses = False

    async def put_refusals(self, refusals: Mapping[str, Refusals | None], now: datetime) -> None:
        assert now.tzinfo is not None
        if self.refuses:
            raise OSError("disk full")
        self.kept |= refusals


def test_every_change_is_kept_and_a_refused_write_repeated() -> None:
    """What is counted is written at once, since the first refusal; what the store refuses follows later."""
    log_ins, book, loop = LogIns(most=3), Book(), VirtualLoop()
    log_ins.load({"old": Refusals(count=3, since=EPOCH)})

    async def story() -> None:
        task = asyncio.create_task(log_ins.keep(book, Clock(loop.now), (OSError,)))
        log_ins.note("c", refused=True, at=EPOCH)
        await asyncio.sleep(0.1)
        assert book.kept == {"c": Refusals(count=1, since=EPOCH)}
        book.refuses = True
        log_ins.note("c", refused=True, at=LATER)
        log_ins.forget(["old"])
        await asyncio.sleep(10)
        assert len(book.kept) == 1
        book.refuses = False
        await asyncio.sleep(2)
        assert book.kept == {"c": Refusals(count=2, since=EPOCH), "old": None}
        task.cancel()

    run_virtual(story(), loop)
