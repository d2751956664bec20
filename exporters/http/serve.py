"""One aiohttp application on one loopback address, for as long as the caller works."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from aiohttp import web

from exporters.http.listen import check_listen

SHUTDOWN_SECONDS = 1.0  # answers under way get this long when we stop
KEEP_ALIVE_SECONDS = 75.0  # longer than the usual scrape interval, so that its connection is kept


class Address(NamedTuple):
    """Where an application can be reached."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address as a URL, without a path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def _silent() -> logging.Logger:
    """Make a logger for what is left to the library: requests that are no HTTP, each with a traceback.

    Our own mistakes are logged where they are caught.
    """
    return logging.Logger("exporters.http.library", logging.CRITICAL + 1)  # noqa: LOG001 - not to be shared


@asynccontextmanager
async def serve(app: web.Application, host: str, port: int) -> AsyncIterator[Address]:
    """Serve `app` until the block ends; gives the address that was bound (port 0: any free one).

    ValueError for an address that the network can reach, OSError when the address is taken.
    """
    bind = check_listen(host)
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=_silent(),
        shutdown_timeout=SHUTDOWN_SECONDS,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, bind, port).start()
        bound = runner.addresses[0]
        yield Address(bound[0], bound[1])
    finally:
        await runner.cleanup()
