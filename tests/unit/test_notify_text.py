"""A message says all that whoever acts needs, in the receiver's language, and no more than fits."""

from dataclasses import replace
from pathlib import Path

import pytest

from exporters.locale.texts import LOCALES, translations
from exporters.notify.base import Message, Tone
from exporters.notify.text import MOST_LINES, MOST_WHOLE, trial_message
from exporters.terminal.words import Words
from monitor.model.incident import Scope, Severity
from monitor.model.notice import Notice
from monitor.model.verdict import Cause
from tests.told import ALMATY, DAY, INDEX, NOW, ago, digest, incident, message, owed
from tests.troubled import incidents

GOLDEN = Path(__file__).parents[1] / "golden"
DARK = incident(Scope.SITE, "s1", Cause.SITE_DARK, ago(minutes=9), closed_at=ago(minutes=5))
LAPSED = incident(Scope.SITE, "s1", Cause.CONTRACT_LAPSED, ago(minutes=5), predecessor=DARK.incident_id)
LATE = incident(Scope.CAMERA, "c2", Cause.CAMERA_OFF, ago(days=3), closed_at=ago(days=2))
BLIND = incident(Scope.MONITOR, "all", Cause.MONITOR_BLIND, ago(minutes=1), severity=Severity.CRITICAL)


def written(*notices: Notice, locale: str = "en", owners: tuple[str, ...] = ()) -> Message:
    return message(digest(notices, {"owners": list(owners)} if owners else {}).news, locale)


def everything() -> list[Notice]:
    """Owe the trouble of two schools, a revised cause, an end, and what was over long ago."""
    over = incident(Scope.CAMERA, "c4", Cause.CAMERA_HUNG, ago(hours=3), closed_at=ago(minutes=2))
    passed = incident(Scope.CAMERA, "c2", Cause.NO_MEDIA, ago(minutes=3), closed_at=ago(minutes=1))
    open_ = [
        owed(each) for each in incidents(INDEX, NOW, DAY) if each.scope is not Scope.CAMERA and each.lost
    ]
    revised = [owed(DARK, told=True), owed(LAPSED)]
    return [*open_, *revised, owed(over, told=True), owed(passed), owed(LATE)]


@pytest.mark.parametrize("locale", LOCALES)
def test_one_message_of_everything(locale: str) -> None:
    """The heaviest first: what, since when, how much, why, who acts, whom to call, the next step."""
    told = written(*everything(), locale=locale)
    wanted = (GOLDEN / f"notify.{locale}.txt").read_text(encoding="utf-8")
    assert f"{told.title}\n\n{told.body}\n" == wanted
    assert told.tone is Tone.TROUBLE


def test_one_incident_is_named_in_the_title() -> None:
    """What is alone has its head in the title, and only there."""
    told = written(owed(BLIND))
    assert told.title == "cctv-monitor: Not received: Monitor. The monitor was not looking"
    assert told.title.removeprefix("cctv-monitor: ") not in told.body
    assert "nothing else that begins is told" in told.body


def test_good_news_sound_good() -> None:
    """A message of nothing but ends is no trouble, and says how long it lasted."""
    told = written(owed(replace(DARK, closed_at=NOW), told=True))
    assert told.tone is Tone.OVER
    assert "From 2026-11-25 13:51 to 2026-11-25 14:00 (9 min)" in told.body


def test_who_has_it_now() -> None:
    """Who knew of an incident that concerns others now is told who, and that no more will come."""
    told = written(owed(DARK, told=True), owed(LAPSED), owners=("provider",))
    assert told.title.startswith("cctv-monitor: For others to act: Site № 1 мектеп, Main.")
    assert "Who acts: Education department\nCall: Управление +77010000003\nNo more" in told.body


def test_a_country_fits_into_one_message() -> None:
    """The heaviest are told whole, some more in a line each, and the others are counted."""
    many = [
        owed(incident(Scope.CAMERA, f"x{n}", Cause.CAMERA_OFF, ago(minutes=n / 10), severity=Severity.MINOR))
        for n in range(2000)
    ]
    told = written(*many, owed(incident(Scope.SITE, "s2", Cause.SITE_DARK)))
    assert told.body.startswith("Not received: Site № 1 мектеп, Annex.")
    assert told.body.count("Incident: ") == MOST_WHOLE
    assert told.body.count("\nNot received: ") == MOST_WHOLE - 1 + MOST_LINES
    assert told.body.endswith("More: 1,951. See: cctv-monitor incidents --since 2026-11-25")
    assert len(told.body) < 10_000


def test_what_is_late_is_one_line() -> None:
    """However many were over more than a day ago, one line counts them and says where they are listed."""
    many = [
        owed(incident(Scope.CAMERA, f"x{n}", Cause.CAMERA_OFF, ago(days=3, minutes=n), closed_at=ago(days=2)))
        for n in range(300)
    ]
    told = written(*many)
    assert told.body == (
        "Over before it could be told, more than a day late: 300, from 2026-11-22 09:01 to 2026-11-23 14:00. "
        "See: cctv-monitor incidents --since 2026-11-22"
    )


def test_a_name_cannot_make_lines() -> None:
    """What the register or an id holds stays within its line."""
    nasty = incident(Scope.GATEWAY, "g\nForged: line", Cause.GATEWAY_DOWN)
    told = written(owed(nasty))
    assert "\n" not in told.title
    assert not [line for line in told.body.splitlines() if line.startswith("Forged")]


@pytest.mark.parametrize(("locale", "word"), [("en", "TEST"), ("ru", "ПРОВЕРКА"), ("kk", "ТЕКСЕРУ")])
def test_a_test_says_so(locale: str, word: str) -> None:
    """The first word of a test is that it is one."""
    told = trial_message(Words(translations(locale), ALMATY), receiver="r", owner="o")
    assert told.title.startswith(f"cctv-monitor: {word}")
    assert told.tone is Tone.PLAIN
