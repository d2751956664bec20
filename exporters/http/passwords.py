"""Whether a name and a password are those of a user: bcrypt, in one thread of its own, bounded.

A hash is meant to be slow: who is right is remembered, by a keyed digest and never by the password. Who is
wrong is too, apart, so that guessing cannot push out who was right. A name that there is not takes as long as
one that there is.
"""

import asyncio
import hmac
from collections import Counter, OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from enum import Enum

import bcrypt

MOST_REMEMBERED = 1000  # of each: right, wrong
MOST_WAITING = 16  # log-ins that are not remembered, under way at once
MOST_OF_ONE = 4  # of one address
LONGEST = 72  # bytes; bcrypt, here as everywhere, ignores what follows
_NO_HASH = "." * 53  # salt and digest of nothing


class LogIn(Enum):
    """What became of a log-in."""

    RIGHT = "right"
    WRONG = "wrong"
    TOO_MANY = "too many"  # of all: nothing was tried
    TOO_MANY_OF_ONE = "too many of one"


class Passwords:
    """Checks log-ins. `key` is random, and secret to this process."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[bool, OrderedDict[bytes, None]] = {True: OrderedDict(), False: OrderedDict()}
        self._waiting = Counter[str]()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bcrypt")

    async def check(self, users: Mapping[str, str], name: str, password: bytes, *, peer: str) -> LogIn:
        """Check a password against the hash of a user; `peer` is the address that asks."""
        digest = self._digest(name, users.get(name, ""), password)
        for right, known in self._known.items():
            if digest in known:
                known.move_to_end(digest)
                return LogIn.RIGHT if right else LogIn.WRONG
        if self._waiting.total() >= MOST_WAITING:
            return LogIn.TOO_MANY
        if self._waiting[peer] >= MOST_OF_ONE:
            return LogIn.TOO_MANY_OF_ONE
        right = await self._try(users.get(name), _like(users), password, peer)
        self._remember(digest, right=right)
        return LogIn.RIGHT if right else LogIn.WRONG

    async def _try(self, known: str | None, decoy: str, password: bytes, peer: str) -> bool:
        self._waiting[peer] += 1
        try:
            loop = asyncio.get_running_loop()
            hashed = (known or decoy).encode()
            fits = await loop.run_in_executor(self._thread, bcrypt.checkpw, password[:LONGEST], hashed)
        finally:
            self._waiting[peer] -= 1
            if not self._waiting[peer]:
                del self._waiting[peer]
        return fits and known is not None

    def _remember(self, digest: bytes, *, right: bool) -> None:
        known = self._known[right]
        known[digest] = None
        if len(known) > MOST_REMEMBERED:
            known.popitem(last=False)

    def _digest(self, name: str, hashed: str, password: bytes) -> bytes:
        """Name a log-in: whoever reads our memory cannot guess at it, and a changed hash is another one."""
        parts = (name.encode(), hashed.encode(), password)
        told = b"".join(b"%d:%b" % (len(part), part) for part in parts)
        return hmac.digest(self._key, told, "sha256")

    def close(self) -> None:
        """Try no more."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def _like(users: Mapping[str, str]) -> str:
    """Make a hash that costs as much as the users' dearest and that no password has."""
    cost = max((hashed.split("$")[2] for hashed in users.values()), default="10")
    return f"$2b${cost}${_NO_HASH}"
