"""Cameras that ask for log-ins: none is locked, and no password goes where it does not belong."""

from dataclasses import replace

import pytest

from probes.address import parse_address
from probes.base import Credentials, Secret
from probes.failure import Failure, Stage
from probes.log_in import LogIn
from probes.wire.rtsp import Request
from tests.faults.asking import PASSWORD, ask, log_in, met
from tests.faults.scripted_camera import GOOD, Answer, ScriptedCamera, Session, describe

DIGEST = 'Digest realm="r", nonce="{}", qop="auth"'
REFUSED = (Failure.UNAUTHORIZED, Stage.DESCRIBE, Stage.OPTIONS)


def refusing(*challenges: str) -> Answer:
    """Answer 401 with the next challenge each time, the last one for ever."""
    left = list(challenges)

    async def answer(session: Session, request: Request) -> None:
        challenge = left.pop(0) if len(left) > 1 else left[0]
        session.answer(request, 401, [("WWW-Authenticate", challenge)])

    return answer


def admitting(challenge: str, word: str) -> Answer:
    """Answer 401 until a request's Authorization begins with `word`."""

    async def answer(session: Session, request: Request) -> None:
        if (request.headers.get("authorization") or "").startswith(word):
            await describe(session, request)
        else:
            session.answer(request, 401, [("WWW-Authenticate", challenge)])

    return answer


@pytest.mark.parametrize(
    ("challenges", "offers"),
    [
        pytest.param([DIGEST.format("n1")], 1, id="the same nonce again"),
        pytest.param([DIGEST.format(f"n{number}") for number in range(9)], 1, id="a new nonce each time"),
        pytest.param(
            [f"{DIGEST.format(f'n{number}')}, stale=true" for number in range(9)], 2, id="stale for ever"
        ),
        pytest.param(
            [f'Digest realm="r{number}", nonce="n"' for number in range(9)], 2, id="another realm each time"
        ),
    ],
)
async def test_401_for_ever(challenges: list[str], offers: int) -> None:
    """However a camera asks, one check offers the log-in twice at most: three could lock the account."""
    async with ScriptedCamera({"DESCRIBE": refusing(*challenges)}) as camera:
        seen = await ask(camera)
        offered = camera.authorizations
    assert met(seen) == REFUSED
    assert (seen.log_ins, len(offered)) == (offers, offers)


def once(number: int, *, stale: bool) -> str:
    """The challenge that comes with the nonce of one request."""
    return DIGEST.format(f"n{number}") + (", stale=true" if stale else "")


def one_time(*, stale: bool) -> dict[str, Answer]:
    """Answer every request only with a nonce of its own."""
    nonce = [0]
    used = [0]

    def asking(good: Answer) -> Answer:
        async def answer(session: Session, request: Request) -> None:
            given = request.headers.get("authorization") or ""
            if used[0] < nonce[0] and f'nonce="n{nonce[0]}"' in given:
                used[0] = nonce[0]
                await good(session, request)
            else:
                nonce[0] += 1
                challenge = once(nonce[0], stale=stale and nonce[0] > 1)
                session.answer(request, 401, [("WWW-Authenticate", challenge)])

        return answer

    return {method: asking(GOOD[method]) for method in ("DESCRIBE", "SETUP", "PLAY", "TEARDOWN")}


@pytest.mark.parametrize("stale", [True, False])
async def test_nonce_for_one_request_each(stale: bool) -> None:
    """A camera that wants a new nonce for every request is given one: the password was right each time."""
    async with ScriptedCamera(one_time(stale=stale)) as camera:
        seen = await ask(camera)
        offered = camera.authorizations
    assert met(seen) == (None, None, Stage.TEARDOWN)
    assert seen.log_ins == 4
    assert len({value.partition('nonce="')[2].partition('"')[0] for value in offered}) == 4


async def test_accepted_and_refused_for_ever() -> None:
    """A camera that takes the log-in once and then calls every nonce stale is offered it twice more."""

    async def refuse(session: Session, request: Request) -> None:
        challenge = once(100 + len(camera.requests), stale=True)
        session.answer(request, 401, [("WWW-Authenticate", challenge)])

    answers = {"DESCRIBE": admitting(DIGEST.format("n"), "Digest "), "SETUP": refuse}
    async with ScriptedCamera(answers) as camera:
        seen = await ask(camera)
    assert met(seen) == (Failure.UNAUTHORIZED, Stage.SETUP, Stage.DESCRIBE)
    assert seen.log_ins == 3


def test_offers_in_all_are_few() -> None:
    """However often a server accepts and asks again, the log-in is offered eight times in a check at most."""
    credentials = Credentials(host="h", port=554, username="u", password=Secret("p"))
    log_in = LogIn(credentials, parse_address("rtsp://h/"), lambda: "c")
    taken = 0
    for number in range(100):
        taken += log_in.take([once(number, stale=True)])
        log_in.accept()
    assert (taken, log_in.offers) == (8, 8)


async def test_wrong_user_is_told_from_no_user() -> None:
    """Without credentials nothing is offered, and the reason says that none are known."""
    async with ScriptedCamera({"DESCRIBE": refusing(DIGEST.format("n"))}) as camera:
        seen = await ask(camera, credentials=None)
    assert met(seen) == REFUSED
    assert (seen.log_ins, seen.detail) == (0, "asks for a log-in, and none is known")


@pytest.mark.parametrize("basic_in_clear", [False, True])
async def test_basic_in_clear_only_where_it_is_allowed(basic_in_clear: bool) -> None:
    """Basic over a connection without TLS is offered to a camera configured so, and to no other."""
    async with ScriptedCamera({"DESCRIBE": admitting('Basic realm="r"', "Basic ")}) as camera:
        seen = await ask(camera, credentials=log_in(camera, basic_in_clear=basic_in_clear))
        offered = camera.authorizations
    assert (seen.failure is None) is basic_in_clear
    assert bool(offered) is basic_in_clear


async def test_digest_goes_before_basic() -> None:
    """A camera that takes both is given the digest, also where Basic is allowed."""
    both = f'Basic realm="r", {DIGEST.format("n")}'
    async with ScriptedCamera({"DESCRIBE": admitting(both, "Digest ")}) as camera:
        seen = await ask(camera, credentials=log_in(camera, basic_in_clear=True))
        offered = camera.authorizations
    assert seen.failure is None
    assert all(value.startswith("Digest ") and PASSWORD not in value for value in offered)


@pytest.mark.parametrize("elsewhere", ["host", "port"])
async def test_password_of_another_device_is_not_offered(elsewhere: str) -> None:
    """Credentials are bound to a host and a port: at any other they stay here, and the reason says so."""
    async with ScriptedCamera({"DESCRIBE": refusing(DIGEST.format("n"))}) as camera:
        own = log_in(camera)
        others = replace(own, host="10.0.0.1") if elsewhere == "host" else replace(own, port=554)
        seen = await ask(camera, credentials=others)
        offered = camera.authorizations
    assert met(seen) == REFUSED
    assert offered == []
    assert "another host or port" in seen.detail


@pytest.mark.parametrize(
    "challenge",
    [
        "",
        "Digest",
        'Digest realm="r"',
        'Digest nonce="n", algorithm=SHA-512-256, realm="r"',
        "Negotiate",
        'Digest realm="\\", nonce=",,,="=',
        "Bearer " + "x" * 4000,
    ],
)
async def test_challenges_that_cannot_be_answered(challenge: str) -> None:
    """A challenge of a kind we do not know, or of none, is an unauthorized check and no crash."""
    async with ScriptedCamera({"DESCRIBE": refusing(challenge)}) as camera:
        seen = await ask(camera)
    assert met(seen) == REFUSED
