"""Large sets in small pieces: statements of bounded size, and an event loop that goes on between them."""

from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

AT_ONCE = 1000  # rows of one statement: between two, the event loop goes on
MOST_NAMED = 1000  # values that one statement names

Value = TypeVar("Value")


def batches(values: Iterable[Value], size: int) -> Iterator[list[Value]]:
    """Cut values into lists of at most `size`."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch


async def stream(connection: AsyncConnection, query: Any) -> AsyncIterator[Any]:
    """Give a query's rows one by one, letting the event loop go on between batches."""
    async with connection.stream(query) as result:
        async for batch in result.partitions(AT_ONCE):
            for row in batch:
                yield row
