"""`notify test` and `notify status` as a user calls them, with real ends for what is sent."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.app import app
from monitor.model.notice import Owed, Settled, Undelivered
from monitor.store.lock import Holder
from monitor.store.store import Store
from tests import troubled
from tests.receivers import MailServer, Webhook, listening

FILE = "m.db"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCTV_MONITOR_CONFIG", raising=False)


def addresses(name: str, *lines: str, mode: int = 0o600) -> None:
    file = Path(name)
    file.write_text("# ours\n\n" + "\n".join(lines) + "\n", encoding="utf-8")
    file.chmod(mode)


def configure(text: str, locale: str = "en") -> None:
    database = f"database: {{url: 'sqlite:///{FILE}'}}\nlocale: {locale}\n"
    Path("monitor.yaml").write_text(database + text, encoding="utf-8")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["notify", *arguments])


async def run_beside(*arguments: str) -> Result:
    """Run the command while the ends of this loop answer it."""
    return await asyncio.to_thread(run, *arguments)


TWO = """
notify:
  receivers:
  - {name: police, urls_file: police.urls, owners: [police_it], locale: kk}
  - {name: schools, urls_file: schools.urls, owners: [school, education_department], regions: ["750000000"]}
"""


async def test_one_test_to_each_address_of_who_is_told() -> None:
    """Every address of the owner's receivers gets one message that says it is a test; no other gets any."""
    police, schools, mail = Webhook(), Webhook(), MailServer()
    async with listening(police), listening(schools), listening(mail):
        addresses("police.urls", police.address(), mail.address)
        addresses("schools.urls", schools.address())
        configure(TWO)
        result = await run_beside("test", "--owner", "police_it")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "police#1: sent\npolice#2: sent\n", "")
    (message,) = police.taken
    assert message["title"].startswith("cctv-monitor: ТЕКСЕРУ")
    assert message["type"] == "info"
    assert len(mail.taken) == 1
    assert not schools.taken


async def test_what_fails_is_said_and_the_rest_goes_out() -> None:
    """One address that refuses makes the exit code 1, and holds nobody up."""
    good, bad = Webhook(), Webhook(status=403)
    async with listening(good), listening(bad):
        addresses("police.urls", bad.address(), good.address(), "nonsense://s3cret-w0rd")
        addresses("schools.urls", "json://127.0.0.1/")
        configure(TWO)
        result = await run_beside("test", "--owner", "police_it")
    assert (result.exit_code, result.stdout) == (1, "police#2: sent\n")
    assert result.stderr.splitlines() == [
        "police#1: not sent: the service was not reached, or refused it",
        "police#3: not sent: nothing can be sent to this address",
    ]
    assert "s3cret" not in result.output


async def test_through_alertmanager() -> None:
    """Where an Alertmanager is named, the test goes there as an alert that says so and ends by itself."""
    hook = Webhook()
    async with listening(hook):
        configure(f"notify: {{alertmanager: 'http://127.0.0.1:{hook.port}'}}")
        result = await run_beside("test", "--owner", "provider")
    assert result.exit_code == 0
    assert result.stdout == f"Alertmanager http://127.0.0.1:{hook.port}: sent\n"
    assert "Nobody is told directly" in result.stderr
    assert hook.paths == ["/api/v2/alerts"]
    (posted,) = hook.taken
    (alert,) = posted
    assert alert["labels"] == {"alertname": "CctvNotifyTest", "owner": "provider", "severity": "info"}
    assert "TEST" in alert["annotations"]["summary"]
    lasts = datetime.fromisoformat(alert["endsAt"]) - datetime.fromisoformat(alert["startsAt"])
    assert lasts == timedelta(minutes=5)


async def test_an_alertmanager_that_refuses() -> None:
    """What it answers is said, and the exit code is 1."""
    hook = Webhook(status=400)
    async with listening(hook):
        configure(f"notify: {{alertmanager: 'http://127.0.0.1:{hook.port}'}}")
        result = await run_beside("test", "--owner", "provider")
    assert result.exit_code == 1
    assert "not sent: HTTP 400" in result.stderr


@pytest.mark.parametrize(
    ("configured", "arguments", "code", "said"),
    [
        pytest.param("", ["--owner", "school"], 2, "names neither receivers nor an", id="not configured"),
        pytest.param(TWO, ["--owner", "headmaster"], 2, "headmaster", id="no owner"),
        pytest.param(TWO, [], 2, "owner", id="no owner said"),
        pytest.param(TWO, ["--owner", "provider"], 1, "Nobody is told directly", id="nobody"),
        pytest.param(TWO, ["--owner", "school", "--region", "310000000"], 1, "Nobody", id="not there"),
        pytest.param(TWO, ["--owner", "school", "--region", "Nowhere"], 2, "--region", id="no region"),
        pytest.param(TWO, ["--owner", "school"], 1, "schools.urls: cannot be read", id="no file"),
        pytest.param(
            "notify: {alertmanager: 'http://127.0.0.1:1'}",
            ["--owner", "school"],
            1,
            "not sent",
            id="nobody there",
        ),
    ],
)
def test_what_cannot_be_tried(configured: str, arguments: list[str], code: int, said: str) -> None:
    """What is wrong is said in one line, with what it is about."""
    fill(datetime.now(UTC))
    configure(configured)
    result = run("test", *arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", [["notify", "test", "--owner", "police_it"], ["run"]])
def test_a_file_that_others_can_read(command: list[str]) -> None:
    """Addresses that others can read are not used, and it is said how to mend that."""
    addresses("police.urls", "json://s3cret-w0rd@127.0.0.1/", mode=0o644)
    configure(TWO)
    result = CliRunner().invoke(app, command)
    assert result.exit_code == (2 if command == ["run"] else 1)
    assert "run: chmod 600" in result.stderr
    assert "s3cret" not in result.output


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param([], "holds no address", id="empty"),
        pytest.param(["mail the duty officer"], ":3: is not an address", id="words"),
        pytest.param(["json://127.0.0.1/"] * 101, "more than 100 addresses", id="too many"),
    ],
)
def test_a_file_that_holds_no_addresses(lines: list[str], said: str) -> None:
    """Each mistake in a file of addresses is named with its place, and not what stands there."""
    addresses("police.urls", *lines)
    configure(TWO)
    result = run("test", "--owner", "police_it")
    assert result.exit_code == 1
    assert said in result.stderr
    assert "duty officer" not in result.stderr


def fill(now: datetime) -> None:
    """Write a database as a monitor left it that could tell one of two addresses."""

    async def write() -> None:
        async with Store.open(f"sqlite:///{FILE}", holder=Holder.of_this_process(now)) as store:
            await store.enrol_mailboxes(["police#1", "schools#1"], now)
            await troubled.fill(store, now, now.date())
            notices = await store.notices("police#1")
            told = [Settled(incident_id=e.incident.incident_id, owed=Owed.OPENING) for e in notices]
            await store.settle_notices("police#1", told, now)
            await store.note_undelivered("schools#1", Undelivered.REFUSED, now)

    asyncio.run(write())


def test_what_is_owed_to_whom() -> None:
    """Each address with what waits for it, since when, and how its last message went; 1 where that failed."""
    now = datetime.now(UTC)
    fill(now)
    configure(TWO)
    result = run("status", "--json")
    assert result.exit_code == 1
    fine, failed = json.loads(result.stdout)["rows"]
    assert (fine["mailbox"], fine["owed"], fine["failure"]) == ("police#1", 0, None)
    assert datetime.fromisoformat(fine["sent_at"]) == now
    assert (failed["mailbox"], failed["owed"], failed["failure"]) == ("schools#1", 3, "refused")
    assert datetime.fromisoformat(failed["oldest"]) == now - timedelta(days=14)


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "the service was not reached, or refused it"),
        ("ru", "служба недоступна или отказала"),
        ("kk", "қызметке жету мүмкін болмады"),
    ],
)
def test_the_status_in_every_language(locale: str, said: str) -> None:
    """For people it is a table in their language."""
    fill(datetime.now(UTC))
    configure(TWO, locale)
    assert said in run("status").stdout


def test_nobody_is_told() -> None:
    """A database of a monitor that tells nobody directly is no mistake."""

    async def make() -> None:
        async with Store.open(f"sqlite:///{FILE}"):
            pass

    asyncio.run(make())
    configure("")
    result = run("status")
    assert (result.exit_code, result.stdout.startswith("Nobody is told directly")) == (0, True)


def test_no_database() -> None:
    """Without a database there is nothing to say, and it says so."""
    configure(TWO)
    assert run("status").exit_code == 2
