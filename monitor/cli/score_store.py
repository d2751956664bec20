"""The store that a scored monitor remembers in: the twin in memory, and a list of all that was committed."""

from collections.abc import Sequence
from datetime import datetime

from monitor.model.incident import Incident
from monitor.model.verdict import Transition
from monitor.store.memory import MemoryStore


class ScoreStore(MemoryStore):
    """Keeps what was told in the order in which it was committed, besides what it made of it."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Transition] = []
        self.told_incidents: dict[str, Incident] = {}  # as each was told last

    async def commit(
        self,
        transitions: Sequence[Transition],
        incidents: Sequence[Incident] = (),
        *,
        source: str,
        first_sequence: int,
        now: datetime,
    ) -> None:
        """Write it, and note it down."""
        await super().commit(transitions, incidents, source=source, first_sequence=first_sequence, now=now)
        self.told += transitions
        self.told_incidents |= {incident.incident_id: incident for incident in incidents}
