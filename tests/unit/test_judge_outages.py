"""One gateway's own outage: opened once, back-dated, closed by the first answer."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.judge.outages import GatewayStanding, follow
from monitor.judge.patience import Rules
from monitor.model.verdict import Cause, Owner

START = datetime(2026, 3, 1, tzinfo=UTC)
RULES = Rules(interval=timedelta(seconds=30))


def run(answers: str) -> list[tuple[int, bool]]:
    """Follow sweeps 30 s apart (`+` answered, `-` not); list (second, is it open) of each incident told."""
    standing = GatewayStanding(gateway_id="g")
    told: list[tuple[int, bool]] = []
    for number, answer in enumerate(answers):
        at = START + timedelta(seconds=30 * number)
        standing, incident = follow(standing, answered=answer == "+", at=at, streams=7, rules=RULES)
        if incident is not None:
            told.append((30 * number, incident.closed_at is None))
    return told


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        pytest.param("++++", [], id="healthy"),
        pytest.param("+--++", [], id="two missed sweeps are nobody's incident"),
        pytest.param("+---", [(90, True)], id="three are one"),
        pytest.param("+-------", [(90, True)], id="and stay one"),
        pytest.param("+---+", [(90, True), (120, False)], id="the first answer closes it"),
        pytest.param("+--+--+", [], id="an answer begins the count anew"),
        pytest.param("---+---", [(60, True), (90, False), (180, True)], id="two outages are two"),
    ],
)
def test_outages(answers: str, told: list[tuple[int, bool]]) -> None:
    """An incident opens with the third sweep in a row that failed and closes with the first answer."""
    assert run(answers) == told


@pytest.mark.parametrize(
    ("window", "told"),
    [
        pytest.param(range(30, 270), [], id="it ends in the window"),
        pytest.param(range(30, 150), [(150, True), (210, False)], id="told when the window ends"),
        pytest.param(range(60, 270), [(90, True), (210, False)], id="it failed before the window began"),
        pytest.param(range(100, 270), [(90, True), (210, False)], id="a window closes nothing that is open"),
    ],
)
def test_planned_work(window: range, told: list[tuple[int, bool]]) -> None:
    """A gateway that fails in its window opens no incident while it lasts, and is not swept all the same."""
    standing, found = GatewayStanding(gateway_id="g"), list[tuple[int, bool]]()
    for second, answer in zip(range(0, 240, 30), "+------+", strict=True):
        failing = 30 in window and second in window
        at = START + timedelta(seconds=second)
        standing, incident = follow(
            standing, answered=answer == "+", at=at, streams=7, rules=RULES, planned=failing
        )
        assert standing.swept is (second not in range(90, 210))
        if incident is not None:
            assert incident.opened_at == START + timedelta(seconds=30)
            found.append((second, incident.closed_at is None))
    assert found == told


def test_an_outage_is_dated_from_its_first_sign() -> None:
    """The incident begins with the first sweep that failed, and names its owner and its size."""
    standing = GatewayStanding(gateway_id="g")
    for number in range(3):
        at = START + timedelta(seconds=30 * number)
        standing, incident = follow(standing, answered=False, at=at, streams=7, rules=RULES)
    assert incident is not None
    assert (incident.opened_at, incident.cause, incident.owner, incident.streams) == (
        START,
        Cause.GATEWAY_DOWN,
        Owner.POLICE_IT,
        7,
    )
