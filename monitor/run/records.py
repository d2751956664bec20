"""What the running monitor needs of the store. The store's own classes fulfil it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from monitor.model.estate import Estate
from monitor.model.identity import KnownIdentity
from monitor.model.incident import Incident
from monitor.model.login import Login, Refusals
from monitor.model.sample import Sample
from monitor.model.verdict import Verdict
from monitor.run.journal import Book
from monitor.run.log_ins import Shelf


class Records(Book, Shelf, Protocol):
    """The register, the verdicts that hold, and where transitions are committed."""

    async def begin_run(self, source: str, now: datetime) -> object:
        """Open a run; after an unclean end, streams were UNKNOWN from the last heartbeat until now."""

    async def end_run(self, now: datetime) -> None:
        """Close the run: from now on nobody looks."""

    async def heartbeat(self, now: datetime) -> None:
        """Record that the monitor was looking until now."""

    async def revision(self) -> int:
        """Grow with every change of the register or of the credentials."""
        ...

    async def load_estate(self, now: datetime) -> Estate:
        """Return the register as of now."""
        ...

    async def logins(self) -> Mapping[tuple[str, str], Login]:
        """Return names and passwords by ("camera", "gateway" or "recorder", id)."""
        ...

    async def refusals(self) -> Mapping[str, Refusals]:
        """Return by camera how often in a row it refused its password."""
        ...

    async def identities(self) -> Mapping[str, KnownIdentity]:
        """Return by camera who it said it was when it was first seen."""
        ...

    async def put_identities(self, known: Mapping[str, KnownIdentity], now: datetime) -> None:
        """Keep who these cameras said they were."""

    async def open_verdicts(self) -> Mapping[str, tuple[Verdict, datetime]]:
        """Return the verdict that holds of every stream, and since when."""
        ...

    async def connected(self) -> frozenset[str]:
        """Return the streams that were received at least once."""
        ...

    async def lost_since(self) -> Mapping[str, datetime]:
        """Return since when each stream is lost that was not received since, whatever causes were named."""
        ...

    async def open_incidents(self) -> Sequence[Incident]:
        """Return the incidents that are not closed."""
        ...

    async def close_streams(self, stream_ids: Iterable[str], at: datetime) -> None:
        """End the history of streams that left the register."""

    async def put_unmatched(
        self, gateway_id: str, unmatched: Sequence[str], missing: Sequence[str], now: datetime
    ) -> tuple[int, int]:
        """Replace the lists of paths without a stream and of enrolled stream keys without a path.

        Returns how many of each there are.
        """
        ...

    async def put_samples(self, taken: Sequence[Sample], now: datetime) -> None:
        """Keep the numbers of sweeps for a while."""

    async def forget_samples(self, before: datetime, now: datetime) -> int:
        """Delete some of the samples older than `before`; returns how many, 0 when none are left."""
        ...
