"""Log-ins: who is right is let in quickly, who guesses is held up, and nothing else is."""

import asyncio
import time
from collections.abc import Iterator

import bcrypt
import pytest

from exporters.http import passwords as module
from exporters.http.doorkeeper import credentials
from exporters.http.passwords import LogIn, Passwords
from tests.doors import PASSWORD, USER, hashed

USERS = {USER: hashed()}
RIGHT, WRONG = PASSWORD.encode(), b"wrong"


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    """Nobody is known yet."""
    made = Passwords(b"key of a test")
    yield made
    made.close()


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Note every hash that is computed, with the hash that it was compared with."""
    seen: list[bytes] = []
    real = bcrypt.checkpw

    def checkpw(password: bytes, hash_: bytes) -> bool:
        seen.append(hash_)
        return real(password, hash_)

    monkeypatch.setattr(bcrypt, "checkpw", checkpw)
    return seen


@pytest.mark.parametrize(
    ("name", "password", "log_in"),
    [
        pytest.param(USER, RIGHT, LogIn.RIGHT, id="right"),
        pytest.param(USER, WRONG, LogIn.WRONG, id="wrong"),
        pytest.param(USER, b"", LogIn.WRONG, id="empty"),
        pytest.param(USER, RIGHT + b"\0", LogIn.WRONG, id="and a nought"),
        pytest.param(USER, b"\xff\xfe", LogIn.WRONG, id="no UTF-8"),
        pytest.param(USER, b"x" * 5000, LogIn.WRONG, id="long"),
        pytest.param("nobody", RIGHT, LogIn.WRONG, id="another name"),
        pytest.param("", b"", LogIn.WRONG, id="no name"),
    ],
)
async def test_who_is_let_in(passwords: Passwords, name: str, password: bytes, log_in: LogIn) -> None:
    """Only the right password of a user is right, the first time and every other."""
    for _ in range(2):
        assert await passwords.check(USERS, name, password, peer="a") is log_in


async def test_a_hash_is_computed_once(passwords: Passwords, tried: list[bytes]) -> None:
    """Who was right or wrong is answered without another hash; a changed hash is another question."""
    for password in (RIGHT, WRONG, RIGHT, WRONG):
        await passwords.check(USERS, USER, password, peer="a")
    assert len(tried) == 2
    assert await passwords.check({USER: hashed("other")}, USER, RIGHT, peer="a") is LogIn.WRONG
    assert await passwords.check({}, USER, RIGHT, peer="a") is LogIn.WRONG
    assert len(tried) == 4


async def test_a_name_that_there_is_not_takes_as_long(passwords: Passwords, tried: list[bytes]) -> None:
    """For an unknown name a hash of the users' highest cost is computed, and even a match would not count."""
    users = {"a": hashed(rounds=4), "b": hashed(rounds=6)}
    assert await passwords.check(users, "nobody", RIGHT, peer="a") is LogIn.WRONG
    assert [hash_[:7] for hash_ in tried] == [b"$2b$06$"]


async def test_what_is_remembered_is_no_password(passwords: Passwords) -> None:
    """What is kept holds no password, and no digest that can be guessed at without the key."""
    await passwords.check(USERS, USER, RIGHT, peer="a")
    other = Passwords(b"another key")
    await other.check(USERS, USER, RIGHT, peer="a")
    kept = [next(iter(each._known[True])) for each in (passwords, other)]
    assert kept[0] != kept[1]
    assert RIGHT not in kept[0]
    other.close()


async def test_guessing_does_not_push_out_who_was_right(
    passwords: Passwords, tried: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is remembered of wrong log-ins is bounded, and apart from who was right."""
    monkeypatch.setattr(module, "MOST_REMEMBERED", 5)
    await passwords.check(USERS, USER, RIGHT, peer="a")
    for number in range(20):
        await passwords.check(USERS, USER, b"%d" % number, peer="a")
    assert len(passwords._known[False]) == 5
    before = len(tried)
    assert await passwords.check(USERS, USER, RIGHT, peer="a") is LogIn.RIGHT
    assert len(tried) == before


async def test_log_ins_under_way_are_bounded(passwords: Passwords) -> None:
    """Of one address, and of all, only so many wait; who is known is not held up."""
    await passwords.check(USERS, USER, RIGHT, peer="known")
    slow = {USER: hashed(rounds=8)}
    peers = [f"10.0.0.{number}" for number in range(10) for _ in range(5)]
    flood = [
        asyncio.create_task(passwords.check(slow, USER, b"%d" % number, peer=peer))
        for number, peer in enumerate(peers)
    ]
    await asyncio.sleep(0)
    assert await passwords.check(USERS, USER, RIGHT, peer="known") is LogIn.RIGHT
    became = await asyncio.gather(*flood)
    assert became.count(LogIn.WRONG) == module.MOST_WAITING
    assert became[4] is LogIn.TOO_MANY_OF_ONE
    assert became[-1] is LogIn.TOO_MANY
    assert await passwords.check(slow, USER, b"later", peer=peers[0]) is LogIn.WRONG, "places are free again"


async def test_the_loop_turns_meanwhile(passwords: Passwords) -> None:
    """While a dear hash is computed the loop wakes others in time."""
    asking = asyncio.create_task(passwords.check({USER: hashed(rounds=10)}, USER, WRONG, peer="a"))
    turns = 0
    began = time.monotonic()
    while not asking.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert turns > 5, time.monotonic() - began


@pytest.mark.parametrize(
    ("headers", "given"),
    [
        pytest.param(["Basic YWxhZGRpbjpvcGVuIHNlc2FtZQ=="], ("aladdin", b"open sesame"), id="of RFC 7617"),
        pytest.param(["basic dGVzdDoxMjPCow=="], ("test", "123£".encode()), id="small letters, UTF-8"),
        pytest.param(["Basic  YTpiOmM="], ("a", b"b:c"), id="a colon in the password, two spaces"),
        pytest.param(["Basic Ojo="], ("", b":"), id="no name"),
        pytest.param(["Basic YTr/"], ("a", b"\xff"), id="a password that is no UTF-8"),
        pytest.param(["Basic /zp4"], None, id="a name that is no UTF-8"),
        pytest.param(["Basic YQ=="], None, id="no colon"),
        pytest.param(["Basic YTpi!"], None, id="no base64"),
        pytest.param(["Basic YTp"], None, id="half of it"),
        pytest.param(["Basic \udcff"], None, id="bytes that are no text"),
        pytest.param(["Basic"], None, id="the scheme alone"),
        pytest.param(["Bearer YTpi"], None, id="another scheme"),
        pytest.param(["Basic YTpi", "Basic YTpi"], None, id="two"),
        pytest.param([], None, id="none"),
    ],
)
def test_credentials(headers: list[str], given: tuple[str, bytes] | None) -> None:
    """A name and a password are read as the standard says; anything else is none at all."""
    assert credentials(headers) == given
