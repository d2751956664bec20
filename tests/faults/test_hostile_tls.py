"""Who is at the other end of rtsps:// is proved, or the password stays here."""

import ssl
from pathlib import Path

import pytest

from monitor.cli.hints import hint
from probes.base import Trust
from probes.failure import Failure, Stage
from tests.certificate import certificate
from tests.faults.asking import ask, met
from tests.faults.scripted_camera import ScriptedCamera, Session

PEM, KEY, FINGERPRINT = certificate()
AT_TLS = (Failure.TLS_FAILED, Stage.TLS, Stage.CONNECT)


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """The server's side, with a certificate that nobody vouches for."""
    (tmp_path / "both.pem").write_bytes(PEM + KEY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    return context


@pytest.mark.parametrize(
    "written",
    [pytest.param(FINGERPRINT, id="lower case"), pytest.param(FINGERPRINT.upper(), id="upper case")],
)
async def test_pinned_certificate(tls: ssl.SSLContext, written: str) -> None:
    """A camera whose certificate is the pinned one plays."""
    async with ScriptedCamera(tls=tls) as camera:
        seen = await ask(camera, trust=Trust(fingerprint=written))
    assert met(seen) == (None, None, Stage.TEARDOWN)


@pytest.mark.parametrize("trust", [None, Trust(fingerprint="ab" * 32)])
async def test_certificate_that_is_not_the_right_one(tls: ssl.SSLContext, trust: Trust | None) -> None:
    """One that nobody vouches for, or another than the pinned one: nothing is asked, and the reason helps."""
    async with ScriptedCamera(tls=tls) as camera:
        seen = await ask(camera, trust=trust)
        asked = camera.requests
    assert met(seen) == AT_TLS
    assert asked == []
    assert ("its certificate has the SHA-256 " + FINGERPRINT if trust else "certificate") in seen.detail


async def test_authority_that_vouches(tls: ssl.SSLContext, tmp_path: Path) -> None:
    """A camera whose certificate the named file vouches for plays."""
    (tmp_path / "ca.pem").write_bytes(PEM)
    async with ScriptedCamera(tls=tls) as camera:
        seen = await ask(camera, trust=Trust(ca_file=str(tmp_path / "ca.pem")))
    assert met(seen) == (None, None, Stage.TEARDOWN)


async def test_authority_file_that_is_none(tls: ssl.SSLContext, tmp_path: Path) -> None:
    """A CA file that is not there is our own trouble: TLS failed, in words, and nothing is asked."""
    async with ScriptedCamera(tls=tls) as camera:
        seen = await ask(camera, trust=Trust(ca_file=str(tmp_path / "none.pem")))
    assert met(seen) == AT_TLS
    assert "CA file" in seen.detail


def _record(kind: int, body: bytes) -> bytes:
    """Encode a record of TLS 1.0 (RFC 2246 §6.2)."""
    return bytes([kind, 3, 1]) + len(body).to_bytes(2) + body


ALERT = _record(21, bytes([2, 70]))  # fatal: protocol_version
HELLO = bytes([3, 1]) + bytes(range(32)) + bytes([0, 0, 0x2F, 0])  # TLS 1.0 with AES128-SHA
SERVER_HELLO = _record(22, b"\x02" + len(HELLO).to_bytes(3) + HELLO)


@pytest.mark.parametrize("answer", [ALERT, SERVER_HELLO], ids=["alert", "server hello"])
@pytest.mark.parametrize("trust", [None, Trust(fingerprint=FINGERPRINT)], ids=["CA", "pinned"])
async def test_camera_of_an_old_tls(answer: bytes, trust: Trust | None) -> None:
    """A camera that knows only TLS 1.0 or 1.1 is refused, also when it is pinned, and told why."""

    async def old(session: Session) -> None:
        session.send(answer)
        await session.request()

    async with ScriptedCamera(greet=old) as camera:
        camera.url_scheme = "rtsps"
        seen = await ask(camera, trust=trust)
    assert met(seen) == AT_TLS
    assert "knows only TLS 1.0 or 1.1" in seen.detail
    assert "TLS 1.2" in hint(Failure.TLS_FAILED, Stage.TLS)


async def _greet(session: Session) -> None:
    session.send(b"RTSP/1.0 400 Bad Request\r\n\r\n")


async def _say_nothing(session: Session) -> None:
    await session.request()


async def _hang_up(session: Session) -> None:
    session.hang_up()


@pytest.mark.parametrize(
    ("greet", "failure"),
    [(_greet, Failure.TLS_FAILED), (_hang_up, Failure.TLS_FAILED), (_say_nothing, Failure.TIMED_OUT)],
)
async def test_no_tls_at_the_port(greet: object, failure: Failure) -> None:
    """A port that speaks something else, hangs up, or says nothing fails at TLS, within the deadline."""
    assert callable(greet)
    async with ScriptedCamera(greet=greet) as camera:
        camera.url_scheme = "rtsps"
        seen = await ask(camera, trust=Trust(fingerprint=FINGERPRINT))
    assert met(seen) == (failure, Stage.TLS, Stage.CONNECT)
