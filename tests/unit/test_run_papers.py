"""What the register says of a loss: whether it fits the end of a contract, by the rules of law."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.judge.evidence import ContractView
from monitor.law.load import load_rules, rules_as_shipped
from monitor.law.rules import Rules
from monitor.model.channels import Contract, Stage
from monitor.model.estate import (
    Camera,
    Centre,
    CentreKind,
    Enrolment,
    Estate,
    Gateway,
    Institution,
    InstitutionType,
    Ownership,
    Site,
)
from monitor.run.papers import Papers
from monitor.run.streams import Index
from tests.registered import channels_of, contract

ALMATY = ZoneInfo("Asia/Almaty")
LAST = date(2026, 3, 31)
UP = None  # a stream that is received


def index_of(*contracts: Contract) -> Index:
    return Index.of(
        Estate(
            institutions={
                "i": Institution(
                    institution_id="i",
                    name="School",
                    region="750000000",
                    type=InstitutionType.SCHOOL,
                    ownership=Ownership.PUBLIC,
                )
            },
            sites={"s": Site(site_id="s", institution_id="i", name="Main")},
            cameras={"c": Camera(camera_id="c", site_id="s", url="rtsp://c/")},
            centres={"o": Centre(centre_id="o", name="OCC", kind=CentreKind.OCC, region="750000000")},
            gateways={"g": Gateway(gateway_id="g", centre_id="o", kind="mediamtx", url="http://g/")},
            enrolments=(Enrolment(camera_id="c", gateway_id="g", stream_key="c"),),
            channels=channels_of("s"),
            contracts=contracts,
        )
    )


def after(days: int) -> datetime:
    """Return noon so many local days after the contract's last."""
    return datetime(2026, 3, 31, 12, tzinfo=ALMATY) + timedelta(days=days)


def seen(
    lost: datetime,
    others: Sequence[datetime | None] = (),
    law: Rules | None = None,
    *contracts: Contract,
) -> ContractView:
    """Look at the papers of a stream lost at a moment, with the losses of its neighbours."""
    index = index_of(*(contracts or (contract("s", date(2026, 1, 1), LAST),)))
    papers = Papers(
        index,
        zone=ALMATY,
        law=law if law is not None else rules_as_shipped(),
        flowing=lambda _: False,
        losses=lambda _: others,
    )
    found = papers.contract(index.by_id["c@g"], lost)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("lost", "others", "fits"),
    [
        pytest.param(1, [], True, id="the day after, the only stream"),
        pytest.param(3, [], True, id="the last day that fits"),
        pytest.param(4, [], False, id="too late"),
        pytest.param(1, [after(1)] * 3 + [UP], True, id="four of five went together"),
        pytest.param(1, [after(1)] * 2 + [UP], False, id="three of four are too few"),
        pytest.param(1, [after(1)] * 3 + [after(9)], True, id="one went later"),
        pytest.param(1, [after(9)], False, id="the other went later"),
        pytest.param(1, [after(-40)] * 5, True, id="what was lost before cannot be lost for it"),
        pytest.param(4, [after(1)] * 9, False, id="its own loss must fit as well"),
    ],
)
def test_a_loss_that_fits(lost: int, others: list[datetime | None], fits: bool) -> None:
    """A loss fits when it, and the packs' share of the site, went within their days after the end."""
    assert seen(after(lost), others).fits is fits


def test_the_days_are_the_packs(tmp_path: Path) -> None:
    """Another pack's days and share decide; where no pack speaks of the day nothing fits."""
    head = "pack: P\nversion: 1\ntitle: {en: a, ru: b, kk: c}\nvalid_from: 2021-01-01\n"
    values = {
        "at_risk_days": "[30]",
        "expiring_days": "14",
        "correlation_days": "9",
        "correlation_share": "0.5",
    }
    told = "".join(
        f"  {key}: {{value: {value}, source: s, confidence: found}}\n" for key, value in values.items()
    )
    (tmp_path / "kz-a.yaml").write_text(f"{head}thresholds:\n{told}")
    law = load_rules(tmp_path)
    assert seen(after(9), [UP], law).fits
    assert not seen(after(10), [], law).fits
    assert not seen(after(1), [], Rules()).fits


def test_days_are_local() -> None:
    """19:30 UTC is the next day in Kazakhstan: four days after the last one it fits no more."""
    late = datetime(2026, 4, 3, 19, 30, tzinfo=ZoneInfo("UTC"))
    assert not seen(late).fits
    assert seen(late - timedelta(hours=1)).fits


def test_a_terminated_contract_ended_before_its_day() -> None:
    """The day of termination is not covered: the day before it is the contract's last."""
    ended = replace(contract("s", date(2026, 1, 1), date(2026, 3, 31)), stage=Stage.TERMINATED)
    found = seen(after(0), [], None, ended)
    assert (found.covered, found.ended_on, found.fits) == (False, date(2026, 3, 30), True)


def test_a_covered_loss_fits_no_lapse() -> None:
    """While the contract runs its end explains nothing."""
    found = seen(after(-10))
    assert (found.covered, found.ended_on, found.fits) == (True, None, False)
