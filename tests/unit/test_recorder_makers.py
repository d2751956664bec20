"""What each maker's recorders say in their own way, and what of it counts."""

import asyncio
from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from probes.failure import Failure
from probes.recorder.base import InputState
from probes.wire import dahua, isapi
from simulator.recorder import RecorderManner
from simulator.recorder_answers import Dialect
from tests.faults.scripted_http import Answer, Asked, http_device, reply
from tests.recorders import NOW, reading_of, recorder

ASTANA = timezone(timedelta(hours=5))
ONLINE, LOST, UNKNOWN = InputState.ONLINE, InputState.LOST, InputState.UNKNOWN


def answering(pages: dict[str, bytes]) -> Answer:
    """Answer these paths, and 404 to all others; a page is the whole response."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(pages.get(asked.path, reply(404)))

    return answer


# Clocks


@pytest.mark.parametrize("shift", [0.0, 90.0, -3600.0])
async def test_isapi_clock_knows_its_zone(shift: float) -> None:
    """A recorder that tells its zone needs none of ours, and its clock is off by what it is off."""
    async with recorder(Dialect.HIKVISION, zone=ASTANA) as one:
        one.clock_shift = shift
        reading = await reading_of("hikvision", one.url)
    assert reading.clock_offset == pytest.approx(shift, abs=1.0)


@pytest.mark.parametrize("dialect", [Dialect.DAHUA, Dialect.DAHUA_OLD])
async def test_dahua_clock_needs_the_zone_of_the_site(dialect: Dialect) -> None:
    """A time without a zone is compared in the site's zone; without one it tells nothing."""
    async with recorder(dialect, zone=ASTANA) as one:
        one.clock_shift = 42.0
        known = await reading_of("dahua", one.url, zone=ZoneInfo("Asia/Almaty"))
        unknown = await reading_of("dahua", one.url)
    assert known.clock_offset == pytest.approx(42.0, abs=1.0)
    assert (unknown.failure, unknown.clock_offset) == (None, None)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(reply(404), id="has none"),
        pytest.param(
            reply(200, b"<Time><localTime>0001-01-01T00:00:00+14:00</localTime></Time>"), id="year 1"
        ),
        pytest.param(reply(200, b"<Time/>"), id="says none"),
        pytest.param(b"", id="closes"),
    ],
)
async def test_clock_that_cannot_be_told_costs_nothing_else(page: bytes) -> None:
    """A recorder whose clock cannot be read has told its inputs all the same."""
    inputs = b"<VideoInputChannel><id>1</id><resDesc>NO VIDEO</resDesc></VideoInputChannel>"
    async with http_device(answering({isapi.ANALOGUE: reply(200, inputs), isapi.TIME: page})) as device:
        reading = await reading_of("hikvision", device.url)
    assert (reading.failure, reading.clock_offset, reading.inputs) == (None, None, {1: LOST})


async def test_half_the_way_is_taken_off() -> None:
    """A recorder that answers late is not late itself: half of the round trip is taken off."""
    time = f"<Time><localTime>{NOW.isoformat()}</localTime></Time>".encode()
    good = answering(
        {isapi.PROXIED: reply(200, b"<InputProxyChannelStatusList/>"), isapi.TIME: reply(200, time)}
    )

    async def slow(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if asked.path == isapi.TIME:
            await asyncio.sleep(0.4)
        await good(asked, writer)

    async with http_device(slow) as device:
        reading = await reading_of("hikvision", device.url)
    assert reading.clock_offset == pytest.approx(0.2, abs=0.15)


# Hikvision


@pytest.mark.parametrize(("sockets", "fetched"), [(4, 0), (0, 4)])
async def test_one_list_is_enough(sockets: int, fetched: int) -> None:
    """A recorder with sockets alone, or with IP inputs alone, refuses the other list: that is normal."""
    async with recorder(Dialect.HIKVISION, sockets=sockets, fetched=fetched) as one:
        one.lost = {4}
        reading = await reading_of("hikvision", one.url)
    assert reading.failure is None
    assert reading.inputs == {1: ONLINE, 2: ONLINE, 3: ONLINE, 4: LOST}


@pytest.mark.parametrize(
    ("flag", "state"), [("true", UNKNOWN), ("false", LOST)], ids=["they differ", "they agree"]
)
async def test_both_lists_name_an_input(flag: str, state: InputState) -> None:
    """An input of both lists is what both say of it; when they differ, nobody is blamed for it."""
    proxied = f"<InputProxyChannelStatus><id>1</id><online>{flag}</online></InputProxyChannelStatus>"
    socket = b"<VideoInputChannel><id>1</id><resDesc>NO VIDEO</resDesc></VideoInputChannel>"
    pages = {isapi.PROXIED: reply(200, proxied.encode()), isapi.ANALOGUE: reply(200, socket)}
    async with http_device(answering(pages)) as device:
        reading = await reading_of("hikvision", device.url)
    assert reading.inputs == {1: state}


@pytest.mark.parametrize(("first", "second"), [(403, 404), (404, 403)])
async def test_a_right_that_is_missing_is_said(first: int, second: int) -> None:
    """When neither list can be had, a missing right is named before a missing list."""
    pages = {isapi.PROXIED: reply(first), isapi.ANALOGUE: reply(second)}
    async with http_device(answering(pages)) as device:
        reading = await reading_of("hikvision", device.url)
    assert (reading.failure, reading.detail) == (Failure.FORBIDDEN, "answered with the status 403")


async def test_locked_account_is_said() -> None:
    """A recorder that locked the account says so, and the reading repeats it."""
    async with recorder(Dialect.HIKVISION) as one:
        await one.behave(RecorderManner.LOCKED)
        reading = await reading_of("hikvision", one.url)
    assert (reading.failure, reading.detail) == (
        Failure.UNAUTHORIZED,
        "says that the account is locked for a while",
    )
    assert reading.locked


# Dahua


async def test_older_firmware_names_what_is_lost() -> None:
    """Where states cannot be had, the lost inputs are named, and the rest of them have a picture."""
    async with recorder(Dialect.DAHUA_OLD, sockets=3, fetched=1) as one:
        one.lost = {3}
        some = await reading_of("dahua", one.url)
        one.lost = set()
        none = await reading_of("dahua", one.url)
    assert some.inputs == {1: ONLINE, 2: ONLINE, 3: LOST, 4: ONLINE}
    assert none.inputs == {1: ONLINE, 2: ONLINE, 3: ONLINE, 4: ONLINE}


async def test_inputs_that_nobody_counted() -> None:
    """Where inputs are not counted, those that are lost are known, and nothing of the others."""
    async with http_device(answering({dahua.VIDEO_LOSS: reply(200, b"channels[0]=3\r\n")})) as device:
        reading = await reading_of("dahua", device.url)
    assert (reading.failure, reading.inputs) == (None, {4: LOST})


async def test_error_with_a_good_status() -> None:
    """An error that comes with the status 200 is an error: the older question is asked."""
    pages = {
        dahua.CAMERA_STATE: reply(200, b"Error\r\nBad Request!\r\n"),
        dahua.VIDEO_LOSS: reply(200, b"Error\r\nNo Events\r\n"),
        dahua.INPUT_COUNT: reply(200, b"result=2\r\n"),
    }
    async with http_device(answering(pages)) as device:
        reading = await reading_of("dahua", device.url)
    assert reading.inputs == {1: ONLINE, 2: ONLINE}


@pytest.mark.parametrize("way", ["rfc2069", "md5", "sha-256"])
@pytest.mark.parametrize("dialect", [Dialect.DAHUA, Dialect.HIKVISION])
async def test_every_way_of_asking_who_is_there(dialect: Dialect, way: str) -> None:
    """Every kind of Digest that recorders ask for is answered."""
    async with recorder(dialect, way=way) as one:
        reading = await reading_of(dialect.value, one.url)
    assert (reading.failure, reading.log_ins) == (None, 1)
