"""Flow: what two looks at a gateway say of one stream."""

import pytest

from monitor.judge.progress import Flow, judge_flow
from probes.centre.base import StreamSample


def sample(counter: int | None = 100, **more: object) -> StreamSample:
    return StreamSample("k", counter=counter, **more)  # type: ignore[arg-type]  # keywords of the table below


PULLED = {"source": "rtspSource", "readers": 0}


@pytest.mark.parametrize(
    ("before", "now", "on_demand", "flow"),
    [
        pytest.param(sample(1), sample(2), None, Flow.ADVANCED, id="bytes grew"),
        pytest.param(sample(5), sample(5, ready=True, online=True), None, Flow.FLAT, id="flags lie"),
        pytest.param(sample(900), sample(10), None, Flow.ADVANCED, id="restarted and flowing"),
        pytest.param(sample(900), sample(0, ready=True), None, Flow.FLAT, id="restarted and empty"),
        pytest.param(None, sample(900), None, Flow.FIRST, id="nothing to compare"),
        pytest.param(sample(1), None, None, Flow.ABSENT, id="path gone"),
        pytest.param(None, None, None, Flow.ABSENT, id="path never there"),
        pytest.param(sample(0), sample(0, **PULLED), True, Flow.IDLE, id="register says on demand"),
        pytest.param(sample(0), sample(0, **PULLED, on_demand=True), None, Flow.IDLE, id="gateway says it"),
        pytest.param(sample(0), sample(0, **PULLED, on_demand=True), False, Flow.FLAT, id="register wins"),
        pytest.param(sample(0), sample(0, **PULLED), None, Flow.UNSURE, id="nobody says"),
        pytest.param(sample(0), sample(0, **PULLED, on_demand=False), None, Flow.FLAT, id="dead pull"),
        pytest.param(
            sample(0), sample(0, source="rtspSource", readers=1), True, Flow.FLAT, id="read and flat"
        ),
        pytest.param(sample(0), sample(0, readers=0), None, Flow.FLAT, id="waits for a publisher"),
        pytest.param(sample(1), sample(9, available=True, online=False), None, Flow.PLACEHOLDER, id="filler"),
        pytest.param(None, sample(None), None, Flow.UNSURE, id="gateway shows no counter"),
        pytest.param(None, sample(None, media=True), None, Flow.ADVANCED, id="a key frame came out"),
        pytest.param(None, sample(None, media=False), None, Flow.FLAT, id="no key frame came out"),
    ],
)
def test_flow(
    before: StreamSample | None, now: StreamSample | None, on_demand: bool | None, flow: Flow
) -> None:
    """Only movement is flow; a flag never is, and what nobody asked for tells nothing."""
    assert judge_flow(before, now, on_demand=on_demand) is flow
