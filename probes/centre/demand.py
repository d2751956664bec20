"""Which configurations of a MediaMTX gateway are pulled only while somebody reads them.

Such a path looks exactly like a dead one: source named, online, not ready, no bytes. Only the
configuration tells them apart, and it changes rarely: it is read when a path waits, and then kept.
"""

import asyncio

import msgspec

from probes.centre.api import Api
from probes.centre.paging import Page, read_list

EVERY = 300.0  # seconds between two readings, whatever came of the last
AT_MOST = 5.0  # seconds for one; the sweep does not wait longer for it
PAGE = 1_000  # configurations; each has about 4 KB
MAX_BYTES = 512 * 1024 * 1024


class _Configuration(msgspec.Struct, gc=False, rename="camel"):
    name: str
    source_on_demand: bool | None = None
    run_on_demand: str = ""  # a command that publishes, started by the first reader


_DECODER = msgspec.json.Decoder(Page[_Configuration])


class Demand:
    """What is known of a gateway's configurations, by name."""

    def __init__(self, api: Api) -> None:
        self.known: dict[str, bool] = {}
        self._api = api
        self._read_at: float | None = None

    async def refresh(self, *, deadline: float) -> bool:
        """Read the configuration when it is time to; says whether it was asked for.

        A gateway that will not tell (401, 404, anything) leaves what is known as it was.
        """
        now = asyncio.get_running_loop().time()
        if self._read_at is not None and now - self._read_at < EVERY:
            return False
        self._read_at = now
        read: dict[str, bool | None] = {}

        def add(items: list[_Configuration]) -> int:
            read.update((item.name, bool(item.run_on_demand) or item.source_on_demand) for item in items)
            return len(read)

        trouble = await read_list(
            self._api,
            "/v3/config/paths/list",
            _DECODER,
            add,
            page_items=PAGE,
            most_bytes=MAX_BYTES,
            deadline=min(deadline, now + AT_MOST),
        )
        told = {name: on_demand for name, on_demand in read.items() if on_demand is not None}
        self.known = told if trouble is None else self.known | told
        return True
