"""Every way to tell people: handed over or a reason, by one deadline, and no address anywhere."""

import asyncio
import logging
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from exporters.notify import NOTIFIERS
from exporters.notify.addresses import AddressError
from exporters.notify.base import AddressOf, Message, Notifier, Tone
from exporters.notify.by_apprise import AppriseNotifier
from monitor.model.notice import Undelivered
from probes.base import Secret
from tests.receivers import MailServer, Webhook, listening

MESSAGE = Message(title="Тақырып: <b> & ә", body="бірінші <i>\nекінші & «үш»", tone=Tone.OVER)
SECRET = "s3cret-w0rd"
ROOT = Path(__file__).parents[2]


@dataclass
class Way:
    """One way, to a webhook that it can reach."""

    kind: str
    address: Callable[[Webhook], str]

    def to(self, address: AddressOf) -> Notifier:
        return NOTIFIERS[self.kind](address)


WAYS = {"apprise": Way("apprise", Webhook.address)}


@pytest.fixture(params=NOTIFIERS)
def way(request: pytest.FixtureRequest) -> Way:
    """Every line of the dict."""
    return WAYS[request.param]


def fixed(address: str) -> AddressOf:
    return lambda: Secret(address)


async def test_a_message_arrives_whole(way: Way) -> None:
    """Title and text arrive letter by letter, in any language, once."""
    hook = Webhook()
    async with listening(hook):
        assert await way.to(fixed(way.address(hook))).send(MESSAGE) is None
    (taken,) = hook.taken
    assert (taken["title"], taken["message"], taken["type"]) == (MESSAGE.title, MESSAGE.body, "success")


async def test_what_is_refused_is_not_told(way: Way) -> None:
    """A service that answers with an error has taken nothing."""
    hook = Webhook(status=500)
    async with listening(hook):
        assert await way.to(fixed(way.address(hook))).send(MESSAGE) is Undelivered.REFUSED
    assert hook.refused == 1


async def test_nobody_there(way: Way) -> None:
    """An address at which nobody listens is no mistake of ours."""
    hook = Webhook(port=1)
    assert await way.to(fixed(way.address(hook))).send(MESSAGE) is Undelivered.REFUSED


@pytest.mark.parametrize("address", ["nonsense://s3cret-w0rd", "tgram://s3cret-w0rd", "://"])
async def test_an_address_of_no_service(way: Way, address: str) -> None:
    """What cannot be an address is told as such."""
    assert await way.to(fixed(address)).send(MESSAGE) is Undelivered.BAD_ADDRESS


async def test_no_address(way: Way) -> None:
    """An address that cannot be read is asked for again at the next message."""
    hook, there = Webhook(), list[str]()

    def address() -> Secret:
        if not there:
            raise AddressError("x.urls: cannot be read")
        return Secret(there[0])

    notifier = way.to(address)
    assert await notifier.send(MESSAGE) is Undelivered.NO_ADDRESS
    async with listening(hook):
        there.append(way.address(hook))
        assert await notifier.send(MESSAGE) is None
    assert len(hook.taken) == 1


@pytest.mark.parametrize("broken", ["", "port=x", "#", "?format=%FF", "@@:/"])
async def test_nothing_of_the_address_gets_out(
    way: Way, broken: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever goes wrong, the secret of the address is in no log, no output and no answer."""
    caplog.set_level(logging.DEBUG)
    hook = Webhook(status=403)
    async with listening(hook):
        notifier = way.to(fixed(way.address(hook) + broken))
        with capture_logs() as lines:
            outcome = await notifier.send(MESSAGE)
    assert outcome is not None
    out, err = capfd.readouterr()
    assert SECRET not in f"{outcome!r} {lines} {out} {err} {caplog.text} {notifier!r} {vars(notifier)}"


async def test_a_service_that_never_answers() -> None:
    """The deadline holds whatever the service does, and what hangs is not joined by more of it."""
    hook = Webhook(hangs=True)
    async with listening(hook):
        notifier = AppriseNotifier(fixed(hook.address("?rto=5")), seconds=0.3)
        assert await notifier.send(MESSAGE) is Undelivered.TIMED_OUT
        assert await notifier.send(MESSAGE) is Undelivered.TIMED_OUT
    assert hook.paths == []


async def test_an_address_cannot_ask_to_be_taken_for_good() -> None:
    """`optional` in an address lets Apprise call a failure a success; it was not told all the same."""
    hook = Webhook(status=500)
    async with listening(hook):
        notifier = AppriseNotifier(fixed(hook.address("?optional=yes")))
        assert await notifier.send(MESSAGE) is Undelivered.REFUSED


async def test_a_mail_arrives() -> None:
    """Over SMTP the subject is the title, and the text reads as it was written."""
    server = MailServer()
    async with listening(server):
        assert await AppriseNotifier(fixed(server.address)).send(MESSAGE) is None
    (mail,) = server.taken
    assert (mail["Subject"], mail["To"]) == (MESSAGE.title, "duty@example.kz")
    body = mail.get_body(("plain", "html"))
    assert body is not None
    text = body.get_content()
    assert "«үш»" in text
    assert "бірінші" in text


CHILD = """
import asyncio, sys
from exporters.notify.base import Message
from exporters.notify.by_apprise import AppriseNotifier
from probes.base import Secret

notifier = AppriseNotifier(lambda: Secret(sys.argv[1]), seconds=0.2)
print(asyncio.run(notifier.send(Message(title="t", body="b"))))
"""


async def test_the_end_of_the_program_waits_for_nobody() -> None:
    """A mail server that takes the connection and says nothing does not keep a program that ends."""
    server = MailServer(hangs=True)
    async with listening(server):
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", CHILD, server.address, cwd=ROOT, stdout=PIPE
        )
        async with asyncio.timeout(10):
            out, _ = await child.communicate()
    assert out == b"timed_out\n"
