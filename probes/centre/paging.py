"""Lists that an API tells page by page, read whole or not at all.

Paths come and go while a list is being read, and then all that follow move up by one. A list that
shrank is taken up again one page back, so that nothing slips between two pages.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

from probes.centre.api import Api
from probes.failure import Failure, Stage, classify_status
from probes.http_answer import Reply, Trouble

MAX_PAGES = 1_000  # of a server that gives fewer items per page than it was asked for
MAX_PAGE_BYTES = 64 * 1024 * 1024
MOVED = 0.01  # the part of a list that may have moved about unseen while it was read

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Page(msgspec.Struct, Generic[Item], rename="camel"):
    """One page. The counts are of the whole list."""

    page_count: int
    items: list[Item] | None = None  # an empty list of theirs can be null
    item_count: int | None = None  # early versions do not say


async def read_list(
    api: Api,
    path: str,
    decoder: msgspec.json.Decoder[Page[Item]],
    add: Callable[[list[Item]], int],
    *,
    page_items: int,
    most_bytes: int,
    deadline: float,
) -> Trouble | None:
    """Read all pages of the list at `path`. None: all of it was read.

    `add` takes the items of one page and returns how many different ones it holds by now.
    """
    number, furthest, page_count, asked, size, held = 0, -1, 1, 0, 0, 0
    counts: list[int] = []  # what the pages said of the whole, in the order they were read
    while number < page_count:
        if asked == MAX_PAGES or size > most_bytes:
            return _trouble(
                Failure.OVER_LIMIT, f"the list has more than {asked} pages, or {most_bytes} bytes"
            )
        reply = await api.get(
            f"{path}?itemsPerPage={page_items}&page={number}", most_bytes=MAX_PAGE_BYTES, deadline=deadline
        )
        page = understand(reply, decoder)
        if isinstance(page, Trouble):
            return page
        asked, size = asked + 1, size + (len(reply.body) if isinstance(reply, Reply) else 0)
        page_count, before, held = page.page_count, held, add(page.items or [])
        if held == before and furthest < number < page_count:
            return _trouble(Failure.PROTOCOL_ERROR, f"page {number} of {page_count} has nothing new")
        furthest = max(furthest, number)
        number += -1 if _shrank(counts, page.item_count) and number > 0 else 1
    if counts and held < min(counts) * (1 - MOVED):
        return _trouble(Failure.PROTOCOL_ERROR, f"{held} came of a list of {min(counts)}")
    return None


def understand(reply: Reply | Trouble, decoder: msgspec.json.Decoder[Answer]) -> Answer | Trouble:
    """Read a good answer's JSON; say what is wrong with any other."""
    if isinstance(reply, Trouble):
        return reply
    failure = classify_status(reply.status)
    if failure is not None:
        return _trouble(failure, f"it answered with HTTP status {reply.status}")
    try:
        return decoder.decode(reply.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _trouble(Failure.PROTOCOL_ERROR, "its answer is not the JSON that the API promises")


def _shrank(counts: list[int], count: int | None) -> bool:
    """Note what the newest page said of the whole list, and say whether that is less than before."""
    if count is None:
        return False
    counts.append(count)
    return len(counts) > 1 and count < counts[-2]


def _trouble(failure: Failure, detail: str) -> Trouble:
    return Trouble(failure=failure, stage=Stage.DESCRIBE, detail=detail)
