"""What recorders answer about their inputs and clocks: shape by shape, cut anywhere, and any bytes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.wire import dahua, isapi
from probes.wire.error import WireError
from probes.wire.recorder_inputs import MAX_INPUTS, input_number, merge

OURS = Path(__file__).parent / "testdata" / "recorders"
ONE_O_CLOCK = datetime(2026, 11, 25, 13)  # noqa: DTZ001 - as a recorder tells it, without a zone
EAST = timezone(timedelta(hours=5))

PARSERS: list[Callable[[bytes], Any]] = [
    isapi.parse_proxied_inputs,
    isapi.parse_analogue_inputs,
    isapi.parse_time,
    dahua.parse_camera_states,
    dahua.parse_lost_inputs,
    dahua.parse_count,
    dahua.parse_time,
]


@pytest.mark.parametrize(
    ("name", "parse", "value"),
    [
        (
            "isapi_proxied.xml",
            isapi.parse_proxied_inputs,
            {1: True, 2: False, 3: True, 4: None, 5: None},
        ),
        ("isapi_proxied_prefixed.xml", isapi.parse_proxied_inputs, {9: False, 10: False}),
        ("isapi_analogue.xml", isapi.parse_analogue_inputs, {1: True, 2: False, 3: None, 4: None}),
        ("isapi_time.xml", isapi.parse_time, ONE_O_CLOCK.replace(tzinfo=EAST)),
        (
            "isapi_time_zone_apart.xml",
            isapi.parse_time,
            ONE_O_CLOCK.replace(tzinfo=timezone(timedelta(hours=5, minutes=30))),
        ),
        ("isapi_time_summer.xml", isapi.parse_time, ONE_O_CLOCK),
        (
            "dahua_states.json",
            dahua.parse_camera_states,
            {1: True, 2: False, 3: None, 4: False, 5: None},
        ),
        ("dahua_states.txt", dahua.parse_camera_states, {1: True, 6: False}),
        ("dahua_lost.txt", dahua.parse_lost_inputs, frozenset({4, 16})),
        ("dahua_no_events.txt", dahua.parse_lost_inputs, frozenset()),
        ("dahua_no_events_old.txt", dahua.parse_lost_inputs, frozenset()),
        ("dahua_count.txt", dahua.parse_count, 16),
        ("dahua_time.txt", dahua.parse_time, ONE_O_CLOCK),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_answers_are_read(name: str, parse: Callable[[bytes], Any], value: object) -> None:
    """Every shape of answer comes to the value it means; words that nobody knows come to nothing."""
    assert parse((OURS / name).read_bytes()) == value


@pytest.mark.parametrize("name", ["isapi_not_supported.xml", "dahua_bad_request.txt", "isapi_locked.xml"])
@pytest.mark.parametrize("parse", PARSERS)
def test_an_error_is_no_answer(name: str, parse: Callable[[bytes], Any]) -> None:
    """An error in the place of an answer is a WireError for whoever wanted the answer."""
    with pytest.raises(WireError):
        parse((OURS / name).read_bytes())


@pytest.mark.parametrize(
    ("body", "locked"),
    [
        ((OURS / "isapi_locked.xml").read_bytes(), True),
        ((OURS / "isapi_not_supported.xml").read_bytes(), False),
        (b"<userCheck><lockStatus>unlock</lockStatus></userCheck>", False),
        (b"<html>", False),
    ],
)
def test_locked_account(body: bytes, locked: bool) -> None:
    """Only a recorder's own word makes an account locked."""
    assert isapi.says_locked(body) is locked


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("CST-5:00:00", 5),
        ("CST+3:00:00", -3),
        ("UTC", None),
        ("CST5", -5),
        ("CST-15:00:00", None),
        ("", None),
    ],
)
def test_posix_zones_point_west(written: str, hours: int | None) -> None:
    """A POSIX zone counts from local time to UTC; a zone that is none is not guessed."""
    body = f"<Time><localTime>2026-11-25T13:00:00</localTime><timeZone>{written}</timeZone></Time>"
    zone = None if hours is None else timezone(timedelta(hours=hours))
    assert isapi.parse_time(body.encode()) == ONE_O_CLOCK.replace(tzinfo=zone)


def test_utc_is_said_by_a_letter() -> None:
    """A recorder may tell its time in UTC."""
    body = b"<Time><localTime>2026-11-25T13:00:00Z</localTime></Time>"
    assert isapi.parse_time(body) == ONE_O_CLOCK.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("states", "merged"),
    [
        ([True, None], True),
        ([None, False], False),
        ([True, True], True),
        ([True, False], None),
        ([False, True], None),
    ],
)
def test_two_words_about_one_input(states: list[bool | None], merged: bool | None) -> None:
    """An input that is named twice is what it is said to be, and unclear when that differs."""
    inputs: dict[int, bool | None] = {}
    for state in states:
        merge(inputs, 1, state)
    assert inputs == {1: merged}


@pytest.mark.parametrize(
    ("written", "first", "number"),
    [
        ("1", 1, 1),
        ("0", 0, 1),
        ("0", 1, None),
        ("-1", 0, None),
        ("", 0, None),
        ("٣", 0, None),
        (str(MAX_INPUTS), 1, MAX_INPUTS),
        (str(MAX_INPUTS), 0, None),
        ("9" * 5000, 0, None),
    ],
)
def test_numbers_of_inputs(written: str, first: int, number: int | None) -> None:
    """Inputs count from 1 here, whatever they count from there; what is no number is no input."""
    assert input_number(written, first=first) == number


@given(st.sampled_from(sorted(OURS.iterdir())), st.floats(0, 1), st.sampled_from(PARSERS))
def test_an_answer_that_was_cut(path: Path, share: float, parse: Callable[[bytes], Any]) -> None:
    """An answer that ends anywhere is a value or a WireError, and of inputs it never invents one."""
    whole = path.read_bytes()
    try:
        value = parse(whole[: int(len(whole) * share)])
    except WireError:
        return
    if isinstance(value, dict):
        assert value.keys() <= set(range(1, MAX_INPUTS + 1))


_WORDS = st.sampled_from(
    [
        *(b'{"states":[{"channel":', b"0", b'"1"', b',"connectionState":', b'"Connected"', b"}]}", b"null"),
        *(b"states[0].channel=", b"channels[0]=", b"result=", b"Error", b"No Events", b"\r\n", b"\xff"),
        *(b"<Time>", b"<localTime>", b"2026-11-25T24:61:00", b"</localTime></Time>", b"9" * 99, b"[" * 999),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.lists(_WORDS, max_size=12).map(b"".join), st.sampled_from(PARSERS))
def test_any_bytes_are_a_value_or_a_wire_error(data: bytes, parse: Callable[[bytes], Any]) -> None:
    """Whatever bytes a recorder answers with, nothing but a WireError escapes."""
    try:
        parse(data)
    except WireError:
        return
