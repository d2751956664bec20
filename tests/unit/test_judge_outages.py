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
