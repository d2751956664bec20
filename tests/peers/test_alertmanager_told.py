"""What a real Alertmanager sends by the shipped routes: one message per root cause, and no echo of one.

Only waits are shortened and receivers led to a webhook; routes, groups and inhibition are as shipped.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.peers.alerts import (
    ABAI,
    AKTOBE,
    ALMATY,
    Alert,
    alert,
    anew,
    blind,
    camera,
    ended,
    gateway,
    held_back,
    incident,
    known,
    lapsed_dark,
    paper,
    post,
    provider,
    site,
)
from tests.peers.servers import Server, alertmanager
from tests.peers.shipped_alertmanager import with_posts_to
from tests.peers.sinks import Post, Sink, webhook


@dataclass(frozen=True, slots=True)
class Told:
    """An Alertmanager, and what it sent by receiver."""

    server: Server
    sink: Sink[Post]

    def to(self, receiver: str) -> list[Post]:
        """What one receiver got."""
        return [each for each in self.sink.kept if each.path == f"/{receiver}"]

    def wait(self, receiver: str, count: int, status: str = "firing") -> list[Post]:
        """Wait for so many alerts of a status at a receiver, however many messages it takes."""

        def arrived(_: list[Post]) -> bool:
            return len({labels for each in self.to(receiver) for labels in named(each, status)}) >= count

        self.sink.wait(arrived)
        return self.to(receiver)


def named(message: Post, status: str = "firing") -> set[frozenset[tuple[str, str]]]:
    """The alerts of one message, by their labels."""
    return {frozenset(each["labels"].items()) for each in message.told["alerts"] if each["status"] == status}


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    """A new Alertmanager."""
    with webhook() as sink, alertmanager(tmp_path, with_posts_to(tmp_path, sink)) as server:
        yield Told(server, sink)


def test_a_hundred_lapses_are_one_message_per_region(told: Told) -> None:
    """Contracts that end in one midnight are one message per region and sort, whatever their steps."""
    ending = [paper("CctvContractEnding", ABAI, f"i{n}", step=("30", "60")[n % 2]) for n in range(100)]
    dark = [lapsed_dark(ALMATY, f"i{n}") for n in range(100)]
    post(told.server, *ending, *dark, paper("CctvContractEnding", ALMATY, "i1", step="7"))
    (message,) = told.wait(f"education_department-{ABAI}", 100)
    assert named(message) == {known(each) for each in ending}
    messages = told.wait(f"education_department-{ALMATY}", 101)
    assert sorted(len(named(each)) for each in messages) == [1, 100]
    assert not told.to("police_it")


def test_each_root_cause_is_one_message(told: Told) -> None:
    """Two gateways of one region are two messages; cameras of one school are one, of two schools two."""
    cameras = [camera(ABAI, "i1", subject="1"), camera(ABAI, "i1", subject="2"), camera(ABAI, "i2")]
    post(told.server, gateway(ABAI, "gw-1"), gateway(ABAI, "gw-2"), *cameras)
    assert len(told.wait(f"police_it-{ABAI}", 2)) == 2
    messages = told.wait(f"school-{ABAI}", 3)
    assert sorted(len(named(each)) for each in messages) == [1, 2]


def test_what_is_over_is_told_to_who_was_told_of_it(told: Told) -> None:
    """An incident that closes is told as resolved, once, to the same receiver."""
    lost = gateway(ABAI)
    post(told.server, lost)
    told.wait(f"police_it-{ABAI}", 1)
    post(told.server, ended(lost))
    messages = told.wait(f"police_it-{ABAI}", 1, "resolved")
    assert [each.told["status"] for each in messages] == ["firing", "resolved"]


def test_a_test_message_is_alone(told: Told) -> None:
    """A test reaches the owner's receiver while the monitor is absent, and holds nothing back."""
    absent = alert("CctvMonitorAbsent", "monitor_operator", severity="critical")
    tests = [alert("CctvNotifyTest", owner, region=ABAI) for owner in ("school", "police_it")]
    post(told.server, absent, *tests)
    for test, receiver in zip(tests, (f"school-{ABAI}", f"police_it-{ABAI}"), strict=True):
        (message,) = told.wait(receiver, 1)
        assert named(message) == {known(test)}


SWEEP_LATE = alert("CctvSweepLate", "monitor_operator", gateway="gw-1")
DATABASE = alert("CctvDatabaseTrouble", "monitor_operator")
REFUSED = incident("CctvCredentialsRefused", "camera", "bad_credentials", "school", ABAI, "i1")
RECORDER = incident("CctvSiteDark", "recorder", "recorder_down", "school", ABAI, "i1")


def falling(region: str) -> Alert:
    return alert("CctvRateFalling", "police_it", region=region)


@pytest.mark.parametrize(
    ("source", "held", "free"),
    [
        pytest.param(
            gateway(ABAI),
            [
                site(ABAI, "i1"),
                site(ABAI, "i2", "gateway_silent", "police_it"),
                camera(ABAI, "i3", "cannot_tell"),
                falling(ABAI),
            ],
            [
                site(ALMATY, "i4"),
                falling(ALMATY),
                falling(""),
                RECORDER,
                REFUSED,
                camera(ABAI, "i5", "camera_off"),
                lapsed_dark(ABAI, "i6"),
                gateway(ABAI, "gw-2"),
            ],
            id="a gateway over the sites of its region",
        ),
        pytest.param(
            gateway(ABAI),
            [provider(ABAI)],
            [provider(ALMATY)],
            id="a gateway over the providers of its region",
        ),
        pytest.param(
            gateway(""),
            [],
            [site(ABAI, "i1"), falling("")],
            id="a gateway of which no region is known over nothing",
        ),
        pytest.param(
            provider(ABAI),
            [site(ABAI, "i1"), site(ABAI, "i2", "channel_degraded"), falling(ABAI)],
            [
                site(ALMATY, "i1"),
                RECORDER,
                site(ABAI, "i3", "gateway_silent", "police_it"),
                lapsed_dark(ABAI, "i1"),
            ],
            id="a provider over the dark sites of its region",
        ),
        pytest.param(
            site(ABAI, "i1"),
            [camera(ABAI, "i1")],
            [camera(ABAI, "i2"), camera(ALMATY, "i1"), camera(ABAI, ""), REFUSED, RECORDER],
            id="a site over the cameras of its institution",
        ),
        pytest.param(
            lapsed_dark(ABAI, "i1"),
            [
                paper("CctvContractLapsedWorking", ABAI, "i1", status="lapsed"),
                camera(ABAI, "i1"),
            ],
            [
                paper("CctvContractLapsedWorking", ABAI, "i2", status="lapsed"),
                paper("CctvBridgingUnused", ABAI, "i1"),
                paper("CctvBridgingEnding", ABAI, "i1"),
                paper("CctvBridgingOver", ABAI, "i1"),
                paper("CctvBridgingUnused", ALMATY, "i1"),
                paper("CctvContractEnding", ABAI, "i1", step="7"),
            ],
            id="lapsed and dark over what works uncovered there, never over the days of a window",
        ),
        pytest.param(
            blind(),
            [
                gateway(ABAI),
                provider(ALMATY),
                site(AKTOBE, "i1"),
                camera(AKTOBE, "i9"),
                lapsed_dark(ABAI, "i2"),
                REFUSED,
                falling(""),
                alert("CctvNationBelowBaseline", "police_it"),
                SWEEP_LATE,
            ],
            [
                DATABASE,
                alert("CctvNotificationsFailing", "monitor_operator"),
                paper("CctvContractEnding", ABAI, "i3", step="7"),
                paper("CctvBridgingOver", ABAI, "i4"),
            ],
            id="a blind monitor over all pictures",
        ),
        pytest.param(
            blind(f"{ABAI},{AKTOBE}"),
            [gateway(ABAI), camera(ABAI, "i1")],
            [gateway(ALMATY), camera(ALMATY, "i1"), camera(AKTOBE, "i1"), falling(""), SWEEP_LATE, DATABASE],
            id="a blind monitor of some regions over those that have a rule",
        ),
        pytest.param(
            alert("CctvMonitorAbsent", "monitor_operator", severity="critical"),
            [gateway(ABAI), site(ALMATY, "i1"), DATABASE, paper("CctvContractEnding", ABAI, "i1", step="7")],
            [alert("CctvNotifyTest", "school"), alert("SomebodyElses", "school")],
            id="an absent monitor over all that it says",
        ),
        pytest.param(
            alert("CctvMonitorAbsent", "monitor_operator", severity="critical"),
            [blind(), SWEEP_LATE],
            [],
            id="an absent monitor over its own blindness",
        ),
    ],
)
def test_one_alert_holds_another_back(
    told: Told, source: Alert, held: list[Alert], free: list[Alert]
) -> None:
    """While the source lasts what it explains is held back, and nothing else."""
    post(told.server, *map(anew, (source, *held, *free)))
    told.sink.wait(lambda _: held_back(told.server) == {known(each) for each in held})
    told.sink.wait(lambda posts: sent(posts) == {known(each) for each in (source, *free)})
    assert held_back(told.server) == {known(each) for each in held}


def test_what_was_held_back_is_told_when_its_reason_is_over(told: Told) -> None:
    """A site behind a gateway that is down is told when the gateway is back and the site is not."""
    lost, dark = gateway(ABAI), site(ABAI, "i1")
    post(told.server, lost, dark)
    told.wait(f"police_it-{ABAI}", 1)
    assert not told.to(f"provider-{ABAI}")
    post(told.server, ended(lost))
    (message,) = told.wait(f"provider-{ABAI}", 1)
    assert named(message) == {known(dark)}


def sent(posts: list[Post]) -> set[frozenset[tuple[str, str]]]:
    """All alerts that were sent to anybody."""
    return {labels for each in posts for labels in named(each)}
