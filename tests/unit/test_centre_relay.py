"""A gateway asked on its RTSP side: what each look says of its stream, and when it speaks of the gateway."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.judge.ledger import Ledger
from monitor.judge.patience import Rules
from monitor.model.incident import Incident
from monitor.model.verdict import State
from monitor.run.clock import Clock
from monitor.run.desk import Desk
from monitor.run.meter import SilentMeter
from monitor.run.streams import Index
from monitor.run.sweeper import Sweeper
from probes.base import CheckOptions, Credentials, Depth, Observation, Secret, Side, Target, Trust
from probes.centre.base import GatewayAccess, StreamSample, Sweep
from probes.centre.relay import AT_ONCE, LOOK_SECONDS, MADE_UP, MADE_UP_SECONDS, Relay
from probes.failure import Failure, Stage
from simulator.virtual_clock import EPOCH, VirtualLoop, run_virtual
from tests.toy import CAMERAS, estate

NOW = datetime(2026, 3, 1, tzinfo=UTC)
GOOD = (Stage.TEARDOWN, None)


@dataclass
class Gateway:
    """A probe that meets, of each stream, what the test says: last stage completed and failure."""

    meets: dict[str, tuple[Stage | None, Failure | None]] = field(default_factory=dict)
    otherwise: tuple[Stage | None, Failure | None] = GOOD
    made_up: tuple[Stage | None, Failure | None] = (Stage.OPTIONS, Failure.NOT_FOUND)
    seconds: float = 0.5  # that a look takes
    targets: list[Target] = field(default_factory=list)
    options: list[CheckOptions] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    @property
    def looks(self) -> list[str]:
        return [target.id.removeprefix("g/") for target in self.targets]

    async def probe(self, target: Target, options: CheckOptions, *, now: datetime) -> Observation:
        """Meet it."""
        self.targets.append(target)
        self.options.append(options)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(min(self.seconds, options.timeout))
        self.at_once -= 1
        otherwise = self.made_up if target.id == f"g/{MADE_UP}" else self.otherwise
        reached, failure = self.meets.get(target.id.removeprefix("g/"), otherwise)
        return Observation(
            target=target.id,
            side=Side.CENTRE,
            at=now,
            reached=reached,
            failure=failure,
            failed_at=None if failure is None else Stage.DESCRIBE,
            detail="" if failure is None else "in words",
            key_frame=failure is None,
            fingerprints=("ab" * 32,) if failure is None else (),
        )


def relay(gateway: Gateway, **more: Any) -> Relay:
    return Relay(
        GatewayAccess(gateway_id="g", url="rtsp://gw.test:8554", now=lambda: NOW, probe=gateway.probe, **more)
    )


def sweep(gateway: Gateway, keys: Sequence[str], **more: Any) -> Sweep:
    return run_virtual(relay(gateway, **more).sweep(keys), VirtualLoop())


@pytest.mark.parametrize(
    ("reached", "failure", "sample"),
    [
        pytest.param(
            Stage.TEARDOWN, None, StreamSample("k", media=True, fingerprints=("ab" * 32,)), id="it plays"
        ),
        pytest.param(Stage.OPTIONS, Failure.NOT_FOUND, None, id="404: the gateway has no such stream"),
        *(
            pytest.param(reached, failure, StreamSample("k", media=False, failure=failure), id=name)
            for reached, failure, name in [
                (Stage.PLAY, Failure.NO_MEDIA, "it plays and nothing comes"),
                (Stage.PLAY, Failure.TIMED_OUT, "media stops"),
                (Stage.OPTIONS, Failure.TIMED_OUT, "it cannot describe what does not come"),
                (Stage.SETUP, Failure.CLOSED_EARLY, "it hangs up on this stream"),
            ]
        ),
        *(
            pytest.param(reached, failure, StreamSample("k", failure=failure), id=name)
            for reached, failure, name in [
                (Stage.PLAY, Failure.NO_KEY_FRAME, "packets come: neither proof nor loss"),
                (Stage.DESCRIBE, Failure.UNSUPPORTED_MEDIA, "a codec that we do not read"),
                (Stage.DESCRIBE, Failure.SESSION_LIMIT, "the gateway is full"),
                (Stage.OPTIONS, Failure.UNAUTHORIZED, "we may not see this one"),
                (Stage.CONNECT, Failure.TIMED_OUT, "connected and nothing was answered"),
                (Stage.RESOLVE, Failure.CONNECT_REFUSED, "refused, just this once"),
                (Stage.OPTIONS, Failure.SERVER_ERROR, "500"),
            ]
        ),
    ],
)
def test_one_look(reached: Stage | None, failure: Failure | None, sample: StreamSample | None) -> None:
    """A look says of its stream that it came, that it did not, that there is none, or nothing."""
    gateway = Gateway({"k": (reached, failure)})
    seen = sweep(gateway, ["k", "beside"])
    assert seen.samples.get("k") == sample
    assert seen.samples["beside"].media is True
    assert (seen.failure, seen.complete, seen.asked) == (None, False, ("k", "beside"))
    assert (seen.at, seen.seconds) == (NOW, 0.5)


@pytest.mark.parametrize(
    ("reached", "failure"),
    [
        (Stage.RESOLVE, Failure.CONNECT_REFUSED),
        (Stage.RESOLVE, Failure.CONNECT_TIMEOUT),
        (Stage.RESOLVE, Failure.UNREACHABLE),
        (None, Failure.DNS_FAILED),
        (Stage.CONNECT, Failure.TLS_FAILED),
        (Stage.TLS, Failure.CLOSED_EARLY),
        (Stage.CONNECT, Failure.TIMED_OUT),
        (Stage.OPTIONS, Failure.UNAUTHORIZED),
        (Stage.OPTIONS, Failure.FORBIDDEN),
        (Stage.CONNECT, Failure.PROTOCOL_ERROR),
    ],
)
def test_gateway_that_lets_nobody_in(reached: Stage | None, failure: Failure) -> None:
    """When every look meets the gateway's own trouble, it was not swept, and no stream is spoken of."""
    seen = sweep(Gateway(otherwise=(reached, failure)), ["a", "b"])
    assert (seen.failure, seen.failed_at, seen.samples) == (failure, Stage.DESCRIBE, {})
    assert seen.detail == "2 looks in vain: in words"


@pytest.mark.parametrize(
    "failure", [Failure.NO_MEDIA, Failure.NOT_FOUND, Failure.TIMED_OUT, Failure.UNSUPPORTED_MEDIA]
)
def test_gateway_whose_streams_are_all_gone(failure: Failure) -> None:
    """A gateway that answers was swept, even when not one stream comes out of it."""
    assert sweep(Gateway(otherwise=(Stage.OPTIONS, failure)), ["a", "b"]).failure is None


HUNG = (Stage.OPTIONS, Failure.TIMED_OUT)


@pytest.mark.parametrize("streams", [["a"], ["a", "b", "c"]], ids=["one stream", "some streams"])
@pytest.mark.parametrize("stuck", [HUNG, (Stage.OPTIONS, Failure.CLOSED_EARLY), (Stage.SETUP, HUNG[1])])
@pytest.mark.parametrize(
    ("made_up", "swept"),
    [
        pytest.param((Stage.OPTIONS, Failure.NOT_FOUND), True, id="it knows of no such path: it is well"),
        pytest.param((Stage.OPTIONS, Failure.UNAUTHORIZED), True, id="it tells us nothing of that path"),
        pytest.param((Stage.DESCRIBE, None), True, id="it describes any path"),
        pytest.param((Stage.OPTIONS, Failure.TIMED_OUT), False, id="it hangs on any path"),
        pytest.param((Stage.OPTIONS, Failure.CLOSED_EARLY), False, id="it hangs up on any path"),
        pytest.param((Stage.RESOLVE, Failure.CONNECT_REFUSED), False, id="it is gone by now"),
        pytest.param((Stage.OPTIONS, Failure.SERVER_ERROR), False, id="it fails by itself"),
        pytest.param((Stage.OPTIONS, Failure.SESSION_LIMIT), False, id="it is full"),
    ],
)
def test_gateway_on_which_every_look_is_stuck(
    streams: list[str],
    stuck: tuple[Stage, Failure],
    made_up: tuple[Stage | None, Failure | None],
    swept: bool,
) -> None:
    """When every look is stuck before PLAY, a made-up path tells a gateway that hangs from dead streams."""
    gateway = Gateway(otherwise=stuck, made_up=made_up)
    seen = sweep(gateway, streams)
    assert (seen.failure is None) is swept
    assert {key: sample.media for key, sample in seen.samples.items()} == (
        dict.fromkeys(streams, False) if swept else {}
    )
    assert gateway.looks == [*streams, MADE_UP]
    assert (gateway.options[-1].depth, gateway.options[-1].timeout) == (Depth.DESCRIBE, MADE_UP_SECONDS)


def test_one_stuck_stream_is_its_own_trouble() -> None:
    """Among streams that are answered for, a stuck one is lost, and no made-up path is asked for."""
    gateway = Gateway({"a": HUNG, "c": (Stage.OPTIONS, Failure.NOT_FOUND)}, made_up=HUNG)
    seen = sweep(gateway, "abc")
    assert seen.failure is None
    assert {key: sample.media for key, sample in seen.samples.items()} == {"a": False, "b": True}
    assert MADE_UP not in gateway.looks


def test_what_most_looks_met_is_told() -> None:
    """Of different troubles the sweep names the most frequent."""
    gateway = Gateway({"a": (None, Failure.DNS_FAILED)}, (Stage.RESOLVE, Failure.UNREACHABLE))
    assert sweep(gateway, "abc").failure is Failure.UNREACHABLE


@pytest.mark.parametrize("met", [(Stage.RESOLVE, Failure.CONNECT_TIMEOUT), HUNG])
def test_dead_gateway_is_not_asked_for_each_of_its_streams(met: tuple[Stage, Failure]) -> None:
    """When nobody is there, or it hangs, the first looks side by side are enough."""
    gateway = Gateway(otherwise=met, made_up=met)
    seen = sweep(gateway, [f"k{number}" for number in range(500)], timeout=60.0)
    assert seen.failure is met[1]
    assert len(gateway.looks) <= 2 * AT_ONCE


def test_looks_are_made_side_by_side_within_a_bound() -> None:
    """Many streams are looked at together, never more than the bound."""
    gateway = Gateway()
    seen = sweep(gateway, [f"k{number}" for number in range(200)])
    assert Counter(gateway.looks).total() == len(seen.samples) == 200
    assert gateway.most_at_once == AT_ONCE


def test_streams_that_time_does_not_allow_for_come_first_next_time() -> None:
    """A stream that was not looked at has a sample that tells nothing, and its turn comes round."""
    gateway = Gateway(seconds=8.0)
    keys = [f"k{number}" for number in range(AT_ONCE * 5)]
    source = relay(gateway)

    async def three_sweeps() -> list[Sweep]:
        return [await source.sweep(keys) for _ in range(3)]

    sweeps = run_virtual(three_sweeps(), VirtualLoop())
    assert all(seen.samples.keys() == set(keys) for seen in sweeps)
    assert [Counter(sample.media for sample in seen.samples.values())[None] for seen in sweeps] == [
        AT_ONCE * 3
    ] * 3
    assert set(gateway.looks) == set(keys)
    assert max(Counter(gateway.looks).values()) == 2


def test_every_look_has_its_whole_time() -> None:
    """No look is begun with less than its time left: cut short, a slow stream would look lost."""
    gateway = Gateway(seconds=9.0)
    seen = sweep(gateway, [f"k{number}" for number in range(AT_ONCE * 3)], timeout=20.0)
    assert {options.timeout for options in gateway.options} == {LOOK_SECONDS}
    assert seen.seconds <= 20.0


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("school-1/yard", "/school-1/yard"),
        ("@evil.test/x", "/@evil.test/x"),
        ("//evil.test/x", "///evil.test/x"),
        ("a b?c#d", "/a%20b%3Fc%23d"),
        ("a%20b", "/a%20b"),
        ("100%", "/100%25"),
        ("двор", "/%D0%B4%D0%B2%D0%BE%D1%80"),
        ("a\r\nX: y", "/a%0D%0AX:%20y"),
    ],
)
def test_a_key_never_names_another_host(key: str, path: str) -> None:
    """Whatever a stream key holds, what is asked is a path of the gateway itself."""
    gateway = Gateway()
    sweep(gateway, [key])
    assert gateway.targets[0].url == "rtsp://gw.test:8554" + path


def test_log_in_and_trust_are_the_gateways() -> None:
    """The probe is given the gateway's own credentials and the way to recognise it."""
    gateway = Gateway()
    log_in = Credentials(host="gw.test", port=8554, username="u", password=Secret("p"))
    trust = Trust(fingerprint="ab" * 32)
    sweep(gateway, ["a"], credentials=log_in, trust=trust)
    assert (gateway.targets[0].credentials, gateway.targets[0].trust) == (log_in, trust)


def test_what_is_our_own_mistake() -> None:
    """Without a probe or an RTSP address there is no relay, and without names nothing to look at."""
    with pytest.raises(ValueError, match="probe"):
        Relay(GatewayAccess(gateway_id="g", url="rtsp://gw.test", now=lambda: NOW))
    with pytest.raises(ValueError, match="not an RTSP URL"):
        Relay(GatewayAccess(gateway_id="g", url="http://gw.test", now=lambda: NOW, probe=Gateway().probe))
    with pytest.raises(ValueError, match="name them"):
        run_virtual(relay(Gateway()).sweep(), VirtualLoop())


# In the hands of the sweeper


def swept(
    gateway: Gateway, story: Callable[[Ledger], None] = lambda _: None
) -> tuple[Ledger, list[Incident]]:
    """Sweep the toy estate through the gateway for two minutes, tell the story, and for three more."""
    loop = VirtualLoop()
    clock = Clock(loop.now)
    index = Index.of(estate())
    ledger = Ledger(index.by_gateway["g"], Rules(), at=EPOCH)
    incidents: list[Incident] = []
    access = GatewayAccess(gateway_id="g", url="rtsp://gw.test", now=loop.now, probe=gateway.probe)
    sweeper = Sweeper(
        gateway_id="g",
        source=Relay(access),
        ledger=ledger,
        desk=Desk(index, zone=ZoneInfo("Asia/Almaty"), patience=timedelta(seconds=25)),
        clock=clock,
        meter=SilentMeter(),
        on_judged=lambda _, __, incident: incidents.extend([incident] if incident else []),
        on_doubt=lambda _: None,
    )

    async def live() -> None:
        task = asyncio.create_task(sweeper.run())
        await asyncio.sleep(120)
        story(ledger)
        await asyncio.sleep(180)
        task.cancel()
        await asyncio.wait([task])

    run_virtual(live(), loop)
    return ledger, incidents


def states(ledger: Ledger) -> dict[str, State]:
    return {key: standing.state for key, standing in ledger.standings.items()}


def test_sweeper_names_every_stream_of_the_ledger() -> None:
    """A source that cannot list streams is given the register's, and what it says is a whole sweep."""
    gateway = Gateway()
    ledger, incidents = swept(gateway)
    assert states(ledger) == dict.fromkeys(CAMERAS, State.RECEIVING)
    assert ledger.swept_at is not None
    assert set(gateway.looks) == set(CAMERAS)
    assert not incidents


def test_sweeper_loses_a_stream_behind_a_relay() -> None:
    """A stream that stops coming out is NOT_RECEIVING; one that the gateway does not know is missing."""
    gateway = Gateway()

    def story(_: Ledger) -> None:
        gateway.meets = {"c1": (Stage.PLAY, Failure.NO_MEDIA), "c2": (Stage.OPTIONS, Failure.NOT_FOUND)}

    ledger, incidents = swept(gateway, story)
    lost = {"c1": State.NOT_RECEIVING, "c2": State.NOT_RECEIVING}
    assert states(ledger) == dict.fromkeys(CAMERAS, State.RECEIVING) | lost
    assert [stream.camera_id for stream in ledger.missing()] == ["c2"]
    assert not incidents


@pytest.mark.parametrize("met", [(Stage.RESOLVE, Failure.CONNECT_REFUSED), HUNG])
def test_sweeper_and_a_relay_that_is_down(met: tuple[Stage, Failure]) -> None:
    """A gateway that refuses connections, or hangs, makes its streams UNKNOWN, and one root event."""
    gateway = Gateway()

    def story(_: Ledger) -> None:
        gateway.otherwise = gateway.made_up = met

    ledger, incidents = swept(gateway, story)
    assert states(ledger) == dict.fromkeys(CAMERAS, State.UNKNOWN)
    assert len(incidents) == 1
