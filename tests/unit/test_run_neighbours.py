"""What stands around a loss is counted about its own moment."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.run.looks import Looks
from monitor.run.neighbours import Neighbours
from monitor.run.streams import Index
from tests import registered
from tests.scrapes import estate

NOW = datetime(2026, 11, 25, 12, 0, 40, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=2)
TODAY = NOW - timedelta(seconds=40)


def test_a_count_about_one_loss_serves_no_other() -> None:
    """While losses of two times are looked at in turn, each has its own sites that went dark with it."""
    contracts = [registered.contract(f"s{n}", date(2026, 1, 1), date(2026, 12, 31)) for n in range(0, 12, 2)]
    index = Index.of(estate(12, contracts=contracts))
    lost = {f"c{n}-{c}": LONG_AGO if n == 0 else TODAY for n in range(0, 10, 2) for c in range(2)}
    neighbours = Neighbours(
        index,
        Looks(),
        zone=ZoneInfo("Asia/Almaty"),
        flows=lambda camera: camera not in lost,
        lost_at=lost.get,
    )
    old, new = index.by_id["c0-0@g"], index.by_id["c2-0@g"]
    for _ in range(2):
        of_old, of_new = (neighbours.provider(each, lost[each.camera_id], NOW) for each in (old, new))
        assert of_old is not None
        assert of_new is not None
        assert of_old.dark == 0
        assert of_new.dark == 3  # with it four: s2, s4, s6, s8
