"""Whether an uplink can carry its cameras, and what internet a school must have."""

from datetime import date
from pathlib import Path

import pytest

from monitor.law.load import load_rules
from monitor.law.rules import NoRule
from monitor.law.sources import Confidence
from monitor.law.uplink import (
    Basis,
    Fits,
    Internet,
    Need,
    UplinkRules,
    bitrate,
    download_kbps,
    feasibility,
    required_internet,
    upload_kbps,
)
from monitor.model.channels import Channel
from monitor.model.estate import Camera, Site

RULES = UplinkRules(
    default_kbps={"h265": 2000, "h264": 4000, "": 4000},
    tight_share=0.8,
)


@pytest.mark.parametrize(
    ("bitrates", "available", "fits", "needed", "fit"),
    [
        pytest.param([2000] * 2, 5000, Fits.FEASIBLE, 4000, 2, id="exactly the share that is not tight"),
        pytest.param([2001, 2000], 5000, Fits.TIGHT, 4001, 2, id="a bit more is tight"),
        pytest.param([2500] * 2, 5000, Fits.TIGHT, 5000, 2, id="all of it"),
        pytest.param([2000] * 16, 5000, Fits.IMPOSSIBLE, 32_000, 2, id="16 cameras on a compliant line"),
        pytest.param([4000, 1000, 4000], 5000, Fits.IMPOSSIBLE, 9000, 2, id="the thriftiest first"),
        pytest.param([6000], 5000, Fits.IMPOSSIBLE, 6000, 0, id="not even one"),
        pytest.param([], 5000, Fits.FEASIBLE, 0, 0, id="no cameras"),
        pytest.param([2000], None, Fits.UNKNOWN, 2000, None, id="no upload is registered"),
        pytest.param([2000, None], 5000, Fits.UNKNOWN, None, None, id="a bitrate is not known"),
    ],
)
def test_feasibility(
    bitrates: list[int | None], available: int | None, fits: Fits, needed: int | None, fit: int | None
) -> None:
    """What the cameras need is set against the upload; what is not known is never feasible."""
    found = feasibility(bitrates, available, RULES)
    assert (found.fits, found.needed_kbps, found.fitting) == (fits, needed, fit)
    assert (found.cameras, found.available_kbps) == (len(bitrates), available)


@pytest.mark.parametrize(
    ("configured", "measured", "codec", "kbps", "basis"),
    [
        pytest.param(3000, 1700, "h264", 1700, Basis.MEASURED, id="measured before all"),
        pytest.param(3000, None, "h264", 3000, Basis.CONFIGURED, id="then configured"),
        pytest.param(None, None, "H265", 2000, Basis.ASSUMED, id="then by codec"),
        pytest.param(None, None, "mjpeg", 4000, Basis.ASSUMED, id="a codec the pack does not name"),
        pytest.param(None, None, None, 4000, Basis.ASSUMED, id="no codec is known"),
    ],
)
def test_the_bitrate(
    configured: int | None, measured: int | None, codec: str | None, kbps: int, basis: Basis
) -> None:
    """A camera's bitrate is measured, else configured, else the pack's, and says which."""
    camera = Camera(camera_id="c", site_id="s", url="rtsp://c/", bitrate_kbps=configured)
    given = {"c": measured} if measured is not None else {}
    found = bitrate(camera, RULES, given, {"c": codec} if codec else {})
    assert found == Need(kbps=kbps, basis=basis)


def test_the_shipped_figures() -> None:
    """What is assumed of a camera is from memory, and a school's line is what the rule of ITU says."""
    rules = UplinkRules.of(load_rules(), date(2026, 1, 1))
    assert rules.default_kbps == {"h264": 4000, "h265": 2000, "": 4000}
    assert (rules.tight_share, rules.confidence) == (0.8, Confidence.MEMORY)
    assert rules.internet is not None
    before = UplinkRules.of(load_rules(), date(2022, 12, 31))
    assert (before.internet, before.default_kbps) == (None, rules.default_kbps)


def test_packs_that_assume_nothing(tmp_path: Path) -> None:
    """Without an assumed camera no bitrate is made up; without the share nothing can be told at all."""
    share = "thresholds: {uplink_tight_share: {value: 0.5, source: s, confidence: found}}\n"
    head = "pack: P\nversion: 1\ntitle: {en: a, ru: b, kk: c}\nvalid_from: 2021-01-01\n"
    (tmp_path / "kz-a.yaml").write_text(head + share)
    packs = load_rules(tmp_path)
    rules = UplinkRules.of(packs, date(2026, 1, 1))
    assert (rules.default_kbps, rules.tight_share, rules.confidence) == ({}, 0.5, None)
    assert bitrate(Camera(camera_id="c", site_id="s", url="rtsp://c/"), rules) is None
    with pytest.raises(NoRule, match="uplink_tight_share"):
        UplinkRules.of(packs, date(2020, 1, 1))


@pytest.mark.parametrize(
    ("uploads", "at_site", "expected"),
    [
        pytest.param([5000, 10_000], 1, 15_000, id="channels together"),
        pytest.param([5000, None], 7000, 7000, id="one without a figure: the site's"),
        pytest.param([], 7000, 7000, id="no channel: the site's"),
        pytest.param([None], None, None, id="nobody says"),
    ],
)
def test_the_upload(uploads: list[int | None], at_site: int | None, expected: int | None) -> None:
    """The contracted upload is that of the channels, else of the site, else not known."""
    site = Site(site_id="s", institution_id="i", name="s", uplink_kbps=at_site)
    channels = [Channel(channel_id=str(n), site_id="s", up_kbps=up) for n, up in enumerate(uploads)]
    assert upload_kbps(site, channels) == expected


@pytest.mark.parametrize(
    ("downloads", "expected"),
    [
        pytest.param([20_000, 5000], 25_000, id="channels together"),
        pytest.param([20_000, None], None, id="one without a figure"),
        pytest.param([], None, id="no channel"),
    ],
)
def test_the_download(downloads: list[int | None], expected: int | None) -> None:
    """The contracted download is that of all channels, and not known when one of them has no figure."""
    channels = [Channel(channel_id=str(n), site_id="s", down_kbps=kbps) for n, kbps in enumerate(downloads)]
    assert download_kbps(channels) == expected


@pytest.mark.parametrize(
    ("headcount", "expected"),
    [
        pytest.param(None, None, id="no headcount"),
        pytest.param(0, Internet(down_kbps=20_000, up_kbps=5_000), id="nobody yet"),
        pytest.param(400, Internet(down_kbps=20_000, up_kbps=5_000), id="400: 20 Mb/s"),
        pytest.param(401, Internet(down_kbps=20_050, up_kbps=5_000), id="401: by heads"),
        pytest.param(1200, Internet(down_kbps=60_000, up_kbps=5_000), id="1 Mb/s per 20 heads"),
    ],
)
def test_the_rule_for_schools(headcount: int | None, expected: Internet | None) -> None:
    """Up to 400 heads a school needs 20 Mb/s down and 5 up, beyond that 1 Mb/s down per 20 heads."""
    assert required_internet(headcount, load_rules().bandwidth(date(2026, 1, 1))) == expected
