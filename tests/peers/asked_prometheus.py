"""A real Prometheus as a child process: start it with a configuration, ask it, end it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

PATIENCE = 30.0  # seconds
_LISTENING = re.compile(rb'msg="Listening on" address=(\S+)')


class Prometheus:
    """Where it listens, and what it knows."""

    def __init__(self, url: str, session: ClientSession) -> None:
        self.url = url
        self._session = session

    async def ready(self) -> None:
        """Wait until it answers: it listens before it can."""
        async with asyncio.timeout(PATIENCE):
            while (await self._session.get(f"{self.url}/-/ready")).status == 503:  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(0.1)

    async def query(self, expression: str) -> dict[tuple[tuple[str, str], ...], float]:
        """Give the series of an instant query: its labels, and its value now."""
        told = await self._get("query", query=expression)
        return {tuple(sorted(each["metric"].items())): float(each["value"][1]) for each in told["result"]}

    async def value(self, expression: str) -> float | None:
        """Give the value of a query that has one series; None: it has none yet."""
        found = await self.query(expression)
        assert len(found) <= 1, found
        return next(iter(found.values()), None)

    async def errors(self) -> list[str]:
        """Say why the last scrapes failed."""
        told = await self._get("targets")
        return [each["lastError"] for each in told["activeTargets"] if each["lastError"]]

    async def until(self, expression: str, good: Callable[[float | None], bool]) -> float | None:
        """Ask again and again until the value is good; fails with what was seen last."""
        seen: float | None = None
        try:
            async with asyncio.timeout(PATIENCE):
                while not good(seen := await self.value(expression)):  # noqa: ASYNC110 - it is another process
                    await asyncio.sleep(0.2)
        except TimeoutError:
            raise AssertionError((expression, seen, await self.errors())) from None
        return seen

    async def _get(self, what: str, **parameters: str) -> Any:
        async with self._session.get(f"{self.url}/api/v1/{what}", params=parameters) as answer:
            told = await answer.json()
            assert told["status"] == "success", told
            return told["data"]


@asynccontextmanager
async def prometheus(
    folder: Path, jobs: list[dict[str, Any]], *options: str, scheme: str = "http"
) -> AsyncIterator[Prometheus]:
    """Let a Prometheus scrape some jobs every second, until the block ends."""
    beat = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
    file = folder / "prometheus.json"
    file.write_text(json.dumps({"global": beat, "scrape_configs": jobs}), encoding="utf-8")
    child = await asyncio.create_subprocess_exec(
        "prometheus",
        f"--config.file={file}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--web.listen-address=127.0.0.1:0",
        *options,
        cwd=folder,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert child.stderr is not None
        address = await _address(child.stderr)
        draining = asyncio.create_task(_drain(child.stderr))
        async with ClientSession() as session:
            server = Prometheus(f"{scheme}://{address}", session)
            await server.ready()
            yield server
        draining.cancel()
    finally:
        child.terminate()
        await child.wait()


async def _address(log: asyncio.StreamReader) -> str:
    """Read where it listens out of its log."""
    seen = b""
    async with asyncio.timeout(PATIENCE):
        while line := await log.readline():
            seen += line
            if found := _LISTENING.search(line):
                return found[1].decode()
    raise AssertionError(seen)


async def _drain(log: asyncio.StreamReader) -> None:
    """Read the log on, so that its writer is never held up."""
    while await log.readline():
        pass
