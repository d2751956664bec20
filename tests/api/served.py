"""The API as the running monitor serves it: a real store, a real register, a real port."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from exporters.http.api.library import Library
from exporters.http.app import make_app
from exporters.http.serve import serve
from monitor.law.inclusion import outside
from monitor.law.load import load_rules
from monitor.model.verdict import Proof, State, Transition, Verdict
from monitor.register.change import plan
from monitor.register.sheets import read_sheet
from monitor.run.board import Board
from monitor.run.streams import Index
from monitor.settings.keys import Baseline
from monitor.store.journal import Author, Source
from monitor.store.store import Store
from tests.serving import no_metrics

NOW = datetime(2026, 11, 25, 7, tzinfo=UTC)
BEFORE = datetime(2026, 3, 1, 7, tzinfo=UTC)
SHEETS = {
    "institutions": (
        "institution_id,name,region,type,ownership,bin,headcount\n"
        "i1,№ 1 мектеп,750000000,school,public,220440000001,900\n"
        'i2,"=Сад «Қарлығаш»",310000000,kindergarten,private,,\n'
    ),
    "sites": "site_id,institution_id,name,uplink_kbps\ns1,i1,Main,20000\ns2,i2,Main,\n",
    "cameras": "camera_id,site_id,url\nc1,s1,rtsp://10.0.0.1/\nc2,s1,rtsp://10.0.0.2/\nc3,s2,rtsp://10.0.0.3/\n",
    "centres": "centre_id,name,kind,region\no,ЦОУ,occ,750000000\n",
    "gateways": "gateway_id,centre_id,kind,url\ng,o,mediamtx,http://10.0.0.9:9997\n",
    "streams": "camera_id,gateway_id,stream_key\nc1,g,a/1\nc2,g,a/2\n",
    "providers": "provider\nДала\n",
    "channels": "channel_id,site_id,up_kbps\nch1,s1,20000\nch2,s2,\n",
    "contracts": (
        "customer_bin,contract_number,contract_date,channel_id,provider,starts_on,ends_on\n"
        "220440000001,7/2026,2025-12-20,ch1,Дала,2026-01-01,2026-12-31\n"
    ),
    "exclusions": (
        "subject,subject_id,starts_on,ends_on,reason,approver,document\n"
        "camera,c2,2026-11-01,2026-12-31,under_repair,Department,№ 7\n"
    ),
    "maintenance": (
        "maintenance_id,subject,subject_id,starts_at,ends_at,approver,reason\n"
        "m1,site,s1,2026-11-25T12:00+05:00,2026-11-25T18:00+05:00,Police IT,switch\n"
    ),
}


async def filled(store: Store) -> Board:
    """Import the register as of a day in March, and commit that one camera is received."""
    sheets = [read_sheet(f"{kind}.csv", text.encode()) for kind, text in SHEETS.items()]
    change = plan(await store.load_estate(BEFORE), sheets)
    assert not change.bad
    author = Author(who="clerk", command="register import", recorded_at=BEFORE)
    source = Source(file="all.csv", sha256="ab" * 32, rows=14, refused=0)
    await store.apply_register(change.change, BEFORE, author=author, sources=[source])
    board = Board()
    index = Index.of(await store.load_estate(NOW))
    board.load(index, {}, outside(index.estate, NOW.date()))
    received = Verdict(state=State.RECEIVING, proof=Proof.PROGRESS)
    board.apply([Transition(stream_id="c1@g", verdict=received, since=NOW, decided_at=NOW)])
    return board


def library(store: Store, board: Board) -> Library:
    """Make what the API answers from, at a fixed moment."""
    return Library(
        board=board,
        shelf=store,
        rules=load_rules(),
        baseline=(Baseline(unit="institutions", as_of=date(2023, 3, 7), part=4360, whole=6936),),
        zone=ZoneInfo("Asia/Almaty"),
        locale="en",
        now=lambda: NOW,
        looking=lambda: True,
        heartbeat_age=timedelta(minutes=1),
    )


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the API from a thread with a loop of its own; gives its URL."""
    told: dict[str, Any] = {}
    ready = threading.Event()

    async def live() -> None:
        stop = asyncio.Event()
        async with Store.open(f"sqlite:///{folder}/m.db") as store:
            board = await filled(store)
            app = make_app(metrics=no_metrics, not_ready=list, version="1.2.3", library=library(store, board))
            async with serve(app, "127.0.0.1", 0) as address:
                told.update(url=address.url, loop=asyncio.get_running_loop(), stop=stop)
                ready.set()
                await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(live()), daemon=True)
    thread.start()
    assert ready.wait(30)
    try:
        yield told["url"]
    finally:
        told["loop"].call_soon_threadsafe(told["stop"].set)
        thread.join(10)
