"""What people read: mails that a real Alertmanager wrote with the shipped templates."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from exporters.alertmanager.words import LISTED
from tests.peers.alerts import ABAI, ALMATY, Alert, alert, ended, incident, paper, post
from tests.peers.servers import Server, alertmanager
from tests.peers.shipped_alertmanager import PASSWORD, with_mails_to
from tests.peers.sinks import Mail, Sink, mail_server

GOLDEN = Path(__file__).parents[1] / "golden"
STARTED = {"startsAt": "2026-01-01T00:05:00Z"}  # five past five in the morning of Almaty
ENDED = {"endsAt": "2026-01-01T02:30:00Z"}
# Where the shipped receivers speak the language; English only the operator of the monitor does.
SPOKEN = {"kk": ABAI, "ru": ALMATY, "en": ""}
FACTS = {
    "name": "№ 12 мектеп, Алмабақ",
    "cameras": "14",
    "pupils": "640",
    "opened": "2026-01-01T05:03:20+05:00",
    "description": "14 cameras of s-12 are not received for gateway_silent.",
    "dashboard_url": "https://grafana.example/d/operator?var-site=s-12",
    "runbook_url": "https://wiki.example/runbooks/CctvSiteDark.md",
}
HOSTILE = "<script>alert(1)</script>\"'\r\nBcc: thief@thief.example\r\n\r\n.\r\n{{ .Receiver }}"


@dataclass(frozen=True, slots=True)
class Office:
    """An Alertmanager, and the mail server that it sends to."""

    server: Server
    sink: Sink[Mail]

    def mails(self, count: int) -> list[Mail]:
        """Wait for so many mails."""
        return self.sink.wait(lambda kept: len(kept) >= count)[:count]

    def mail(self, *alerts: Alert) -> Mail:
        """Post, and return the next mail."""
        before = len(self.sink.kept)
        post(self.server, *alerts)
        return self.mails(before + 1)[before]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A new Alertmanager with the shipped receivers and templates."""
    with mail_server() as sink, alertmanager(tmp_path, with_mails_to(tmp_path, sink)) as server:
        yield Office(server, sink)


def written(title: str, mail: Mail) -> str:
    """Write a mail as the golden files have it."""
    return f"=== {title}\n{mail.subject}\n--- text\n{mail.body('plain')}--- html\n{mail.body('html')}"


def cases(locale: str) -> Iterator[tuple[str, list[Alert]]]:
    """One of each sort of message, in the order in which they are sent."""
    region = SPOKEN[locale]
    police, payer = ("police_it", "education_department") if region else ("monitor_operator",) * 2
    dark = incident(
        "CctvSiteDark", "site", "gateway_silent", police, region, "i-12", FACTS, "s-12", severity="critical"
    )
    bare = incident("CctvContractLapsedDark", "site", "contract_lapsed", payer, region, "i-13")
    test = alert("CctvNotifyTest", police, region=region, severity="info")
    yield "firing", [dark | STARTED]
    yield "resolved", [dark | STARTED | ENDED]
    yield "without annotations", [bare | STARTED]
    yield "test", [test | STARTED]
    # Two that began long ago would be two messages: the first would not wait for the second.
    since = {"opened": "2026-01-01T00:05:00Z"}
    sites = ("s-1", "s-2")
    yield (
        "two contracts",
        [alert("CctvContractEnding", payer, since, region=region, site=each, step="30") for each in sites],
    )


@pytest.mark.parametrize("locale", SPOKEN)
def test_mails_read_as_written_down(office: Office, locale: str) -> None:
    """Each sort of message, in the receiver's language: subject, text and HTML are as in the golden file."""
    told = [written(title, office.mail(*alerts)) for title, alerts in cases(locale)]
    golden = GOLDEN / f"mail.{locale}.txt"
    assert "\n".join(told) == golden.read_text(encoding="utf-8")


def test_mails_go_where_the_receiver_says_with_the_log_in_of_the_file(office: Office) -> None:
    """The password comes from its file, and is in no mail and no log."""
    mail = office.mail(alert("CctvNotifyTest", "police_it", region=ABAI))
    assert mail.recipients == ("it@abai.police.example",)
    assert mail.log_in == ("monitor", PASSWORD)
    assert PASSWORD.encode() not in mail.raw + office.server.log.read_bytes()


def test_a_hostile_name_does_no_harm(office: Office) -> None:
    """Markup, line breaks and templates in labels and annotations are told as they are, on one line."""
    facts = dict.fromkeys(FACTS, HOSTILE) | {"dashboard_url": "javascript:alert(1)"}
    mail = office.mail(incident("CctvSiteDark", "site", HOSTILE, "police_it", ABAI, HOSTILE, facts, HOSTILE))
    assert mail.recipients == ("it@abai.police.example",)
    assert "Bcc" not in mail.message
    assert "\n" not in mail.subject
    assert "<script" not in mail.body("html").lower()
    assert "&lt;script&gt;" in mail.body("html")
    assert "javascript:" not in mail.body("html")
    assert not [line for line in mail.body("plain").splitlines() if line.startswith(("Bcc", "."))]
    assert "{{ .Receiver }}" in mail.body("plain")
    assert len(office.sink.kept) == 1


def test_many_are_counted_and_the_first_are_listed(office: Office) -> None:
    """A message about very many contracts says how many there are and lists as many as a person may read."""
    many = [paper("CctvContractLapsedWorking", ALMATY, f"i{n:04}") for n in range(LISTED + 50)]
    mail = office.mail(*many)
    assert mail.subject.endswith(f"({LISTED + 50})")
    assert mail.body("plain").count("\n- ") == LISTED
    assert mail.body("html").count("<li>") == LISTED
    assert f"Перечислены только первые {LISTED}." in mail.body("plain")


def test_the_next_step_of_a_contract_is_no_good_news(office: Office) -> None:
    """A contract that comes nearer its end is told with its new step, and nothing of it is told as over."""
    far, near = (paper("CctvContractEnding", ALMATY, "i1", step=step) for step in ("60", "30"))
    office.mail(far)
    mail = office.mail(ended(far), near)
    assert "Завершено" not in mail.subject + mail.body("plain") + mail.body("html")
    assert "Договор заканчивается в пределах дней: 30" in mail.body("plain")


def test_a_contract_that_lapsed_is_not_called_over(office: Office) -> None:
    """The last step of a contract ends on the day it lapses: that is told as passed, and never in green."""
    last = paper("CctvContractEnding", ALMATY, "i1", step="7")
    office.mail(last)
    mail = office.mail(ended(last))
    whole = mail.subject + mail.body("plain") + mail.body("html")
    assert mail.subject.startswith("Больше не так: ")
    assert "Завершено:" not in whole
    assert "#2e7d32" not in whole
    assert "договор истёк" in whole


def test_what_has_no_name_is_told_in_its_own_words(office: Office) -> None:
    """Alerts that differ by unit alone, and papers, are listed with their figures: no line says nothing."""
    told = {unit: f"Region {ALMATY}: 60 % of its {unit} at most." for unit in ("cameras", "institutions")}
    rates = [
        alert("CctvRegionBelowBaseline", "police_it", {"description": said}, region=ALMATY, unit=unit)
        for unit, said in told.items()
    ]
    lines = office.mail(*rates).body("plain").splitlines()
    assert [said for said in told.values() if any(line.startswith(f"- {said}; ") for line in lines)] == [
        *told.values()
    ]
    days = {"name": "Мектеп № 7", "description": "Site i1-1: day 3 of the bridging window."}
    papers = [
        alert("CctvBridgingUnused", "education_department", days, region=ALMATY, institution="i1", site=site)
        for site in ("i1-1", "i1-2")
    ]
    listed = [line for line in office.mail(*papers).body("plain").splitlines() if line.startswith("- ")]
    assert len(listed) == 2
    assert all(line.startswith("- Мектеп № 7; ") and line.endswith(days["description"]) for line in listed)
