"""What a picture says of the video of sites: counted is what is enrolled, in scope, and was looked at."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from monitor.law.crossing import SiteVideo
from monitor.law.inclusion import Outside
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
from monitor.model.verdict import Cause, State, Verdict
from monitor.run.board import Board, Present
from monitor.run.picture import Picture
from monitor.run.streams import Index

NOW = datetime(2026, 6, 1, 7, tzinfo=UTC)
RECEIVED = Verdict(state=State.RECEIVING)
LOST = Verdict(state=State.NOT_RECEIVING, cause=Cause.SITE_DARK)
UNKNOWN = Verdict(state=State.UNKNOWN, cause=Cause.GATEWAY_DOWN)


def picture(
    verdicts: Mapping[str, Verdict],
    outside: Mapping[str, Outside],
    *,
    looking: bool = True,
    ahead: bool = False,
) -> Picture:
    """Paint one site of three cameras at one gateway, and a fourth that is enrolled nowhere."""
    index = Index.of(
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
            cameras={key: Camera(camera_id=key, site_id="s", url=f"rtsp://{key}/") for key in "abcx"},
            centres={"o": Centre(centre_id="o", name="OCC", kind=CentreKind.OCC, region="750000000")},
            gateways={"g": Gateway(gateway_id="g", centre_id="o", kind="mediamtx", url="http://g/")},
            enrolments=tuple(Enrolment(camera_id=key, gateway_id="g", stream_key=key) for key in "abc"),
        )
    )
    board = Board()
    board.load(index, {key: Present(verdict, NOW) for key, verdict in verdicts.items()}, outside)
    return Picture(board=board, moment=NOW, day=date(2026, 6, 1), looking=looking, seen_at=None, ahead=ahead)


@pytest.mark.parametrize(
    ("verdicts", "outside", "video"),
    [
        pytest.param(
            {"a@g": RECEIVED, "b@g": LOST, "c@g": UNKNOWN},
            {},
            SiteVideo(streams=3, received=1, lost=1),
            id="each state",
        ),
        pytest.param({"a@g": LOST}, {}, SiteVideo(streams=3, lost=1), id="no verdict yet is unknown"),
        pytest.param(
            {"a@g": LOST, "b@g": LOST, "c@g": RECEIVED},
            {"c": Outside.EXCLUDED},
            SiteVideo(streams=2, lost=2),
            id="what is not counted says nothing",
        ),
        pytest.param(
            {"x@": LOST}, {}, SiteVideo(streams=3), id="a stream enrolled nowhere was never on the channel"
        ),
    ],
)
def test_the_video_of_a_site(
    verdicts: Mapping[str, Verdict], outside: Mapping[str, Outside], video: SiteVideo
) -> None:
    """The streams of cameras in scope are counted by what is known of them."""
    assert picture(verdicts, outside).videos() == {"s": video}


@pytest.mark.parametrize(("looking", "ahead"), [(False, False), (True, True)])
def test_where_nobody_looked_there_is_no_video(looking: bool, ahead: bool) -> None:
    """Neither a time in which nobody looked nor a day to come has any video to tell of."""
    assert picture({"a@g": RECEIVED}, {}, looking=looking, ahead=ahead).videos() is None
