"""Column types: instants that cannot be naive, and ids that count themselves."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

COUNTER = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only INTEGER keys itself


def in_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC. A naive one is our mistake and raises ValueError."""
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment.astimezone(UTC)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. Aware on both ways; a naive one is our mistake and raises ValueError.

    SQLite has no type for it: there it is text of one length in UTC, which sorts as moments do.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the type underneath."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Turn a moment into what the database keeps."""
        if value is None:
            return None
        value = in_utc(value)
        return value.isoformat(" ", "microseconds") if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give back an aware moment."""
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if dialect.name == "sqlite" else value
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
