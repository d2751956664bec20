"""The router at the edge of a make-believe site: takes connections, says nothing, is gone when it is cut."""

import asyncio

from simulator.doorway import Door, Doorway


class Edge:
    """One TCP address. Its port stays its own while it is gone."""

    def __init__(self, host: str, port: int = 0) -> None:
        self._door = Doorway(host, port, self._accept)

    @property
    def place(self) -> str:
        """Where it is, as the register names it: HOST:PORT."""
        return f"{self._door.host}:{self._door.port}"

    async def start(self) -> None:
        """Listen. OSError when the address cannot be bound."""
        await self._door.become(Door.OPEN)

    async def stop(self) -> None:
        """Close."""
        await self._door.become(Door.CLOSED)

    async def be_gone(self, gone: bool) -> None:
        """Swallow connections, or take them again."""
        await self._door.become(Door.SWALLOWING if gone else Door.OPEN)

    def _accept(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
