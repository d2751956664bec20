"""In OpenMetrics a scrape tells the same as in the text format, in the words of that standard."""

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from exporters.prometheus.catalogue import FAMILIES
from exporters.prometheus.exposition import Exposition
from exporters.prometheus.text import Family, Form
from monitor.model.incident import Scope
from monitor.run.board import Board
from monitor.run.streams import Index
from simulator.virtual_clock import EPOCH
from tests.scrapes import ALMATY, Samples, busy, contract, estate, incident, loaded, parse


def full() -> Exposition:
    """Metrics of an estate in which everything is told at least once."""
    board = loaded(Index.of(estate(3, contracts=[contract(0)])))
    board.apply((), [incident("s0", Scope.SITE)])
    board.unmatched = {"g": (1, 2)}
    return Exposition(board, busy(), baseline=(), zone=ALMATY, now=lambda: EPOCH)


async def text_of(metrics: Exposition, form: Form) -> str:
    return b"".join([chunk async for chunk in metrics.chunks(form)]).decode()


def samples_of(text: str) -> Samples:
    """Read OpenMetrics with the parser of the official client, which refuses what the standard does."""
    found: Samples = {}
    for family in text_string_to_metric_families(text):  # type: ignore[no-untyped-call]
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def estate_only(samples: Samples) -> Samples:
    """Leave out what is about this process, and grows between two scrapes."""
    return {name: values for name, values in samples.items() if not name.startswith("process_")}


async def test_both_forms_tell_the_same() -> None:
    """The same samples, of the same names and labels, come out of either form."""
    metrics = full()
    text, openmetrics = await text_of(metrics, Form.TEXT), await text_of(metrics, Form.OPENMETRICS)
    told = estate_only(samples_of(openmetrics))
    assert told == estate_only(parse(text.encode()))
    assert {"cctv_institution_cameras", "cctv_incident_open", "cctv_probe_checks_total"} <= told.keys()


async def test_a_counter_is_named_as_the_standard_wants() -> None:
    """A counter's family has no _total, its samples have, and nothing is told of when it was created."""
    lines = (await text_of(full(), Form.OPENMETRICS)).splitlines()
    assert "# TYPE cctv_probe_checks counter" in lines
    assert any(line.startswith("cctv_probe_checks_total{") for line in lines)
    assert not [line for line in lines if "_created" in line]


@pytest.mark.parametrize("board", [pytest.param(Board(), id="empty"), pytest.param(None, id="full")])
async def test_the_end_is_told_once(board: Board | None) -> None:
    """The last line, and no other, is the one that says that nothing was cut off."""
    metrics = full()
    if board is not None:
        metrics = Exposition(board, busy(), baseline=(), zone=ALMATY, now=lambda: EPOCH)
    text = await text_of(metrics, Form.OPENMETRICS)
    assert text.endswith("\n# EOF\n")
    assert text.count("# EOF") == 1
    assert "# EOF" not in await text_of(metrics, Form.TEXT)


def test_a_head_in_both_forms() -> None:
    """OpenMetrics escapes a double quote in a help text, and names a counter without its suffix."""
    family = Family("cctv_things_total", "counter", 'Things, "so called".')
    assert family.head_in(Form.TEXT) == (
        b'# HELP cctv_things_total Things, "so called".\n# TYPE cctv_things_total counter\n'
    )
    assert family.head_in(Form.OPENMETRICS) == (
        b'# HELP cctv_things Things, \\"so called\\".\n# TYPE cctv_things counter\n'
    )


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_gauge_is_headed_alike(family: Family) -> None:
    """What is no counter has the same head in both forms."""
    if family.kind == "gauge":
        assert family.head_in(Form.OPENMETRICS) == family.head_in(Form.TEXT)
