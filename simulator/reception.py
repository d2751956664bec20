"""The door of an RTSP server and everybody who came in by it."""

import asyncio

from simulator.conversation import Conversation, House
from simulator.doorway import Door, Doorway


class Reception:
    """Accepts connections for a house."""

    def __init__(self, house: House, port: int) -> None:
        self._house = house
        self._door = Doorway(house.host, port, self._accept)
        self._conversations: dict[asyncio.Task[None], Conversation] = {}

    @property
    def port(self) -> int:
        """Where it listens; 0 before the first opening when the system chooses."""
        return self._door.port

    @property
    def connections(self) -> int:
        """How many clients are connected."""
        return len(self._conversations)

    async def become(self, state: Door) -> None:
        """Open, refuse, swallow or close; who is in stays in. OSError when the address cannot be bound."""
        await self._door.become(state)

    def freeze(self) -> None:
        """Leave every connection open and dead."""
        for conversation in self._conversations.values():
            conversation.freeze()

    async def cut(self) -> None:
        """Break every connection."""
        tasks = list(self._conversations)
        for task, conversation in self._conversations.items():
            conversation.cut()
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversation = Conversation(self._house, reader, writer)
        task = asyncio.get_running_loop().create_task(conversation.run())
        self._conversations[task] = conversation
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._conversations.pop(task, None)
