"""What a mailbox is told out of what it is owed: the table is the specification."""

from dataclasses import replace
from typing import Any

import pytest

from exporters.notify.news import What
from monitor.model.incident import Incident, Scope, Severity
from monitor.model.notice import Notice, Owed
from monitor.model.verdict import Cause
from tests.told import NOW, ago, digest, incident, owed
from tests.troubled import OTHER, REGION

MONITOR = incident(Scope.MONITOR, "all", Cause.MONITOR_BLIND, severity=Severity.CRITICAL)
GATEWAY = incident(Scope.GATEWAY, "g1", Cause.GATEWAY_DOWN, severity=Severity.CRITICAL, region=REGION)
SITE = incident(Scope.SITE, "s1", Cause.SITE_DARK, ago(minutes=9))
CAMERA = incident(Scope.CAMERA, "c2", Cause.CAMERA_OFF, ago(minutes=8))
RECORDER = incident(Scope.RECORDER, "r1", Cause.RECORDER_DOWN, ago(minutes=8))
LAPSED = incident(Scope.SITE, "s1", Cause.CONTRACT_LAPSED, ago(minutes=5), predecessor=SITE.incident_id)
DEGRADED = incident(Scope.SITE, "s1", Cause.CHANNEL_DEGRADED, ago(minutes=5), predecessor=SITE.incident_id)


def over(which: Incident, **since: float) -> Incident:
    return replace(which, closed_at=ago(**since) if since else NOW)


def told(notices: list[Notice], keys: dict[str, Any], *others: Incident) -> list[tuple[What, str]]:
    found = digest(notices, keys, *others)
    return [(each.what, each.incident.cause.value) for each in found.news]


@pytest.mark.parametrize(
    ("which", "keys", "concerned"),
    [
        pytest.param(SITE, {}, True, id="by default everything"),
        pytest.param(SITE, {"owners": ["provider"]}, True, id="its owner"),
        pytest.param(SITE, {"owners": ["school", "police_it"]}, False, id="other owners"),
        pytest.param(SITE, {"regions": [REGION]}, True, id="its region"),
        pytest.param(SITE, {"regions": [OTHER]}, False, id="another region"),
        pytest.param(replace(GATEWAY, region=None), {"regions": [REGION]}, True, id="a region of a gateway"),
        pytest.param(replace(GATEWAY, region=None), {"regions": [OTHER]}, False, id="none of a gateway"),
        pytest.param(MONITOR, {"regions": [OTHER]}, True, id="blindness is everywhere"),
        pytest.param(SITE, {"least_severity": "major"}, True, id="heavy enough"),
        pytest.param(SITE, {"least_severity": "critical"}, False, id="too light"),
        pytest.param(replace(SITE, lost=False), {}, False, id="never connected"),
    ],
)
def test_whom_it_concerns(which: Incident, keys: dict[str, Any], concerned: bool) -> None:
    """A receiver is told of what its owners, regions and severity name; the rest is put aside, once."""
    found = digest([owed(which)], keys)
    assert [each.what for each in found.news] == [What.OPENED] * concerned
    assert [(each.owed, each.told) for each in found.aside] == [(Owed.OPENING, False)] * (not concerned)


@pytest.mark.parametrize(
    ("wider", "narrower", "held"),
    [
        pytest.param(MONITOR, GATEWAY, True, id="monitor over gateway"),
        pytest.param(MONITOR, SITE, True, id="monitor over site"),
        pytest.param(MONITOR, CAMERA, True, id="monitor over camera"),
        pytest.param(GATEWAY, SITE, True, id="gateway over its site"),
        pytest.param(GATEWAY, CAMERA, True, id="gateway over its camera"),
        pytest.param(replace(GATEWAY, subject="g2"), SITE, False, id="another gateway"),
        pytest.param(SITE, CAMERA, True, id="site over its camera"),
        pytest.param(SITE, RECORDER, True, id="site over its recorder"),
        pytest.param(replace(SITE, subject="s2"), CAMERA, False, id="another site"),
        pytest.param(replace(SITE, lost=False), CAMERA, False, id="a backlog holds nothing"),
        pytest.param(CAMERA, SITE, False, id="camera not over site"),
        pytest.param(SITE, GATEWAY, False, id="site not over gateway"),
        pytest.param(GATEWAY, MONITOR, False, id="nothing over the monitor"),
        pytest.param(SITE, LAPSED, False, id="two of one site"),
    ],
)
def test_what_the_wider_holds_back(wider: Incident, narrower: Incident, held: bool) -> None:
    """While something wider is open, the narrower waits, whomever the wider concerns."""
    found = digest([owed(narrower)], {}, wider)
    assert (len(found.news), found.held, found.aside) == (int(not held), int(held), [])


def test_the_end_is_never_held() -> None:
    """Who was told that something opened is told its end also while something wider is open."""
    assert told([owed(over(SITE), told=True)], {}, MONITOR, GATEWAY) == [(What.CLOSED, "site_dark")]


CASES = [
    pytest.param([owed(SITE)], {}, [(What.OPENED, "site_dark")], id="opened"),
    pytest.param([owed(SITE, told=True)], {}, [], id="told and open"),
    pytest.param([owed(over(SITE), told=True)], {}, [(What.CLOSED, "site_dark")], id="over"),
    pytest.param([owed(over(SITE), told=True)], {"resolved": False}, [], id="over, not wanted"),
    pytest.param([owed(over(SITE))], {}, [(What.PASSED, "site_dark")], id="over before it was told"),
    pytest.param([owed(over(SITE))], {"owners": ["school"]}, [], id="over, and of others"),
    pytest.param(
        [owed(over(SITE), told=True)], {"owners": ["school"]}, [(What.CLOSED, "site_dark")], id="told once"
    ),
    pytest.param([owed(SITE, told=True)], {"repeat_hours": 1}, [(What.STILL_OPEN, "site_dark")], id="again"),
    pytest.param([owed(SITE, told=True)], {"repeat_hours": 2}, [], id="again, not yet"),
    pytest.param(
        [owed(over(SITE), told=True), owed(LAPSED)], {}, [(What.CHANGED, "contract_lapsed")], id="revised"
    ),
    pytest.param(
        [owed(over(SITE)), owed(LAPSED)],
        {},
        [(What.OPENED, "contract_lapsed")],
        id="revised before it was told",
    ),
    pytest.param(
        [owed(SITE, told=True), owed(LAPSED)], {}, [(What.OPENED, "contract_lapsed")], id="a part was revised"
    ),
    pytest.param(
        [owed(over(SITE), told=True), owed(LAPSED, told=True)],
        {},
        [(What.CLOSED, "site_dark")],
        id="a part was revised, the rest is over",
    ),
    pytest.param(
        [owed(over(SITE), told=True), owed(LAPSED)],
        {"owners": ["provider"]},
        [(What.HANDED_ON, "contract_lapsed")],
        id="revised, and of others",
    ),
    pytest.param(
        [owed(over(SITE)), owed(LAPSED)],
        {"owners": ["education_department"]},
        [(What.OPENED, "contract_lapsed")],
        id="revised, and ours now",
    ),
    pytest.param(
        [owed(over(SITE), told=True), owed(over(LAPSED))],
        {},
        [(What.CLOSED, "contract_lapsed")],
        id="revised and over",
    ),
    pytest.param(
        [owed(over(SITE), told=True), owed(over(LAPSED))],
        {"owners": ["provider"]},
        [(What.CLOSED, "site_dark")],
        id="revised, of others, and over",
    ),
    pytest.param(
        [
            owed(over(SITE), told=True),
            owed(over(LAPSED)),
            owed(replace(DEGRADED, predecessor=LAPSED.incident_id)),
        ],
        {},
        [(What.CHANGED, "channel_degraded")],
        id="revised twice",
    ),
]


@pytest.mark.parametrize(("notices", "keys", "wanted"), CASES)
def test_what_is_told(notices: list[Notice], keys: dict[str, Any], wanted: list[tuple[What, str]]) -> None:
    """Opened once, changed as one change, over once and to who was told; never an end without a beginning."""
    assert told(notices, keys) == wanted


@pytest.mark.parametrize(("notices", "keys", "wanted"), CASES)
def test_all_that_is_owed_is_settled_once(
    notices: list[Notice], keys: dict[str, Any], wanted: list[tuple[What, str]]
) -> None:
    """Each owed notice is settled by telling or put aside, exactly once: nothing is dropped or left over."""
    found = digest(notices, keys)
    assert len(found.news) == len(wanted)
    settled = [each for news in found.news for each in news.settles if each.owed] + found.aside
    assert sorted((each.incident_id, each.owed) for each in settled) == sorted(
        (each.incident.incident_id, each.owed) for each in notices if each.owed is not None
    )


def test_a_change_names_what_was_told() -> None:
    """The news of a revised cause carries the incident that was told before it."""
    found = digest([owed(over(SITE), told=True), owed(LAPSED)], {})
    assert [each.before for each in found.news] == [over(SITE)]


def test_what_is_held_waits_with_what_it_revises() -> None:
    """While the revised cause is held, the end of the first is not told either."""
    found = digest([owed(over(SITE), told=True), owed(LAPSED)], {}, GATEWAY)
    assert (found.news, found.aside, found.held) == ([], [], 1)


def test_what_passed_waits_while_the_monitor_is_blind() -> None:
    """Blindness is told alone: what was over before it could be told waits."""
    found = digest([owed(over(SITE)), owed(MONITOR)], {})
    assert ([each.what for each in found.news], found.held) == ([What.OPENED], 1)


def test_others_are_not_reminded_of() -> None:
    """What was put aside is not told later as still open."""
    notice = Notice(mailbox="r#1", incident=SITE, owed=None)
    found = digest([notice], {"repeat_hours": 0.1})
    assert (found.news, found.aside) == ([], [])


def test_a_reminder_settles_nothing_but_its_moment() -> None:
    """Told again, an incident is as told as before, from now on."""
    (news,) = digest([owed(SITE, told=True)], {"repeat_hours": 1}).news
    assert [(each.owed, each.told) for each in news.settles] == [(None, True)]
