"""A school in trouble, and what mailboxes are owed of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from exporters.locale.texts import translations
from exporters.notify.base import Message
from exporters.notify.news import Digest, News, decide
from exporters.notify.text import Ground, Writer
from exporters.terminal.words import Words
from monitor.judge.causes import OWNERS
from monitor.judge.folding import Group
from monitor.law.load import rules_as_shipped
from monitor.law.terms import ContractRules
from monitor.model.incident import Incident, Scope, Severity
from monitor.model.notice import Notice, Owed
from monitor.model.verdict import Cause
from monitor.run.board import Board, Present
from monitor.run.streams import Index
from monitor.settings.notify import Receiver
from tests import troubled

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 25)
ALMATY = ZoneInfo("Asia/Almaty")
INDEX = Index.of(troubled.estate(DAY))


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def incident(scope: Scope, subject: str, cause: Cause, opened_at: datetime = NOW, **more: Any) -> Incident:
    region = {Scope.MONITOR: "", Scope.GATEWAY: troubled.OTHER}.get(scope, troubled.REGION)
    group = Group(scope, subject, cause, region, lost=True)
    own = Incident(
        incident_id=group.name(opened_at),
        scope=scope,
        subject=subject,
        cause=cause,
        owner=OWNERS[cause],
        opened_at=opened_at,
        streams=2,
        cameras=2,
        pupils=900,
        severity=Severity.MAJOR,
        region=region or None,
    )
    return replace(own, **more)


def receiver(**keys: Any) -> Receiver:
    return Receiver.model_validate({"name": "r", "urls_file": "x", **keys})


def owed(which: Incident, *, told: bool = False) -> Notice:
    """Make the notice of an incident as it stands: an open one that was told is owed nothing."""
    what = Owed.CLOSING if which.closed_at is not None else None if told else Owed.OPENING
    return Notice(mailbox="r#1", incident=which, owed=what, told_at=ago(hours=1) if told else None)


def digest(notices: Sequence[Notice], keys: Mapping[str, Any], *others: Incident) -> Digest:
    """Decide; `others`: open incidents that the mailbox has no notice of."""
    still_open = [each.incident for each in notices if each.incident.closed_at is None]
    return decide(receiver(**keys), notices, [*still_open, *others], INDEX, NOW)


def board() -> Board:
    """Show the school in trouble as the store holds it."""
    shown = Board()
    verdicts = troubled.verdicts(NOW, DAY)
    shown.load(INDEX, {key: Present(verdict, since) for key, (verdict, since) in verdicts.items()})
    return shown


def message(news: Iterable[News], locale: str = "en") -> Message:
    ground = Ground(board=board(), day=DAY, rules=ContractRules.of(rules_as_shipped(), DAY))
    return Writer(ground, Words(translations(locale), ALMATY), NOW).message(news)
