"""What the scorer counts as seen, missed, false and rightly named, by hand-made tables."""

import pytest

from simulator.scorer import Score, score
from simulator.scoring.told import Told, digest, episodes_of
from simulator.world.fault import Cause, Fault
from simulator.world.outages import outages_of
from simulator.world.schedule import Schedule
from tests.small_world import fault, places

DAY = 86_400.0
RECONNECT = 8.0  # seconds within which a stream is back after its fault


def lost(camera: str, cause: str, since: float, decided_at: float, state: str = "not_receiving") -> Told:
    """Make a verdict of loss."""
    return Told(f"{camera}@g", state, cause, since, decided_at)


def found(camera: str, since: float) -> Told:
    """Make a verdict that a stream is received."""
    return Told(f"{camera}@g", "receiving", None, since, since + 5)


def scored(faults: list[Fault], *told: Told, lossy: bool = False) -> Score:
    """Score a day."""
    schedule = Schedule(hours=24, midnight=DAY / 3, faults=tuple(faults))
    return score(places(lossy=lossy), schedule, told, seed=1, interval=30)


def test_a_loss_that_was_told_is_a_hit() -> None:
    """One outage, one alarm within it, back in time: everything is right, and the delay is known."""
    told = lost("c0", "camera_off", 1_060, 1_075), found("c0", 2_030)
    figures = scored([fault(Cause.CAMERA_OFF, 1_000, 2_000, "c0")], *told)
    assert (figures.recall, figures.precision_clean, figures.false_alarms) == (1, 1, 0)
    assert figures.delays == (75.0,)
    assert figures.confusion.counts == {"camera_off": {"camera_off": 1}}
    assert figures.precision_lossy is None


def test_a_loss_that_nobody_told_is_missed() -> None:
    """An outage without an alarm lowers recall, and another camera's alarm does not help."""
    told = lost("c1", "camera_off", 1_060, 1_075)
    figures = scored([fault(Cause.CAMERA_OFF, 1_000, 2_000, "c0")], told)
    assert (figures.recall, figures.precision_clean, figures.false_alarms) == (0, 0, 1)
    assert figures.as_dict()["false_alarms_per_1000_camera_days"] == 250


def test_an_outage_shorter_than_two_intervals_may_be_missed() -> None:
    """Recall asks for outages of two intervals or longer; a shorter one that was told is a hit."""
    brief = fault(Cause.CAMERA_OFF, 1_000, 1_050, "c0")
    assert scored([brief]).recall is None
    assert scored([brief], lost("c0", "camera_off", 1_030, 1_045), found("c0", 1_090)).recall == 1


def test_an_alarm_for_a_short_outage_is_false() -> None:
    """What is too short to be confirmed must not alarm: telling it is a false alarm, silence is right."""
    short = fault(Cause.CAMERA_OFF, 1_000, 1_020, "c0", short=True)
    told = lost("c0", "camera_off", 1_010, 1_025), found("c0", 1_060)
    figures = scored([short], *told)
    assert (figures.recall, figures.precision_clean, figures.false_alarms) == (None, 0, 1)
    assert scored([short]).false_alarms == 0


def test_one_outage_answers_for_one_alarm_only() -> None:
    """A stream called back while it is still lost, and lost again, raises a second alarm, which is false."""
    told = (
        lost("c0", "camera_off", 1_060, 1_075),
        found("c0", 1_300),
        lost("c0", "camera_off", 1_400, 1_430),
    )
    figures = scored([fault(Cause.CAMERA_OFF, 1_000, 2_000, "c0")], *told)
    assert (figures.recall, figures.precision_clean, figures.false_alarms) == (1, 0.5, 1)


def test_an_alarm_from_before_an_outage_is_false() -> None:
    """What was told before the outage began is no detection of it; what was told in it is, however dated."""
    off = [fault(Cause.CAMERA_OFF, 1_000, 2_000, "c0")]
    early = scored(off, lost("c0", "camera_off", 900, 915), found("c0", 2_030))
    assert (early.recall, early.false_alarms, early.delays) == (0, 1, ())
    told = scored(off, lost("c0", "camera_off", 990, 1_020), found("c0", 2_030))
    assert (told.recall, told.false_alarms, told.delays) == (1, 0, (20.0,))


def test_an_alarm_long_after_its_outage_is_false() -> None:
    """A first sign can be dated half a minute late at most."""
    late = lost("c0", "camera_off", 2_000 + RECONNECT + 31, 2_100)
    assert scored([fault(Cause.CAMERA_OFF, 1_000, 2_000, "c0")], late).recall == 0


def test_precision_is_told_by_the_link() -> None:
    """Alarms at sites with a bad link are counted apart."""
    figures = scored([], lost("c0", "camera_off", 1_060, 1_075), lossy=True)
    assert (figures.precision_clean, figures.precision_lossy) == (None, 0)


def test_what_is_said_before_anybody_looked_alarms_nobody() -> None:
    """Unknown because nobody looked yet begins no episode; unknown later on does."""
    unseen = Told("c0@g", "unknown", "monitor_blind", 0, 0)
    assert episodes_of([unseen]) == {"c0": []}
    blind = Told("c0@g", "unknown", "monitor_blind", 500, 590)
    (episode,) = episodes_of([unseen, found("c0", 30), blind, found("c0", 900)])["c0"]
    assert (episode.since, episode.ends) == (500, 900)


def test_the_first_cause_that_is_named_counts() -> None:
    """A corrected cause came too late; `cannot_tell` names none and waits for one that does."""
    off = [fault(Cause.CAMERA_OFF, 1_000, 2_000, "c0")]
    wrong = lost("c0", "camera_hung", 1_060, 1_075), lost("c0", "camera_off", 1_200, 1_200)
    assert scored(off, *wrong).confusion.counts == {"camera_off": {"camera_hung": 1}}
    late = lost("c0", "cannot_tell", 1_060, 1_100), lost("c0", "camera_off", 1_200, 1_200)
    assert scored(off, *late).confusion.counts == {"camera_off": {"camera_off": 1}}
    never = lost("c0", "cannot_tell", 1_060, 1_100)
    assert scored(off, never).confusion.counts == {"camera_off": {"cannot_tell": 1}}


def test_of_two_causes_that_hold_each_is_right() -> None:
    """While a camera is off and its site is dark, both are true; a third is set against the stronger."""
    both = [
        fault(Cause.CAMERA_OFF, 1_000, 3_000, "c0"),
        fault(Cause.SITE_DARK, 1_020, 2_500, "c0", number=1),
    ]
    for cause in ("camera_off", "site_dark"):
        assert scored(both, lost("c0", cause, 1_060, 1_075)).confusion.counts == {cause: {cause: 1}}
    other = scored(both, lost("c0", "no_media", 1_060, 1_075)).confusion.counts
    assert other == {"site_dark": {"no_media": 1}}


@pytest.mark.parametrize(("revised", "told"), [(True, "camera_off"), (False, "site_dark")])
def test_a_cause_that_gave_way_to_another_is_a_second_trial(revised: bool, told: str) -> None:
    """When the site is back and its camera is not, the cause must follow within ten minutes."""
    faults = [
        fault(Cause.SITE_DARK, 1_000, 3_000, "c0"),
        fault(Cause.CAMERA_OFF, 2_000, 9_000, "c0", number=1),
    ]
    verdicts = [lost("c0", "site_dark", 1_060, 1_075)]
    verdicts += [lost("c0", "camera_off", 3_100, 3_100)] if revised else []
    counts = scored(faults, *verdicts).confusion.counts
    assert counts == {"site_dark": {"site_dark": 1}, "camera_off": {told: 1}}


def test_a_camera_is_blamed_for_the_link_at_any_moment() -> None:
    """One wrong word about a camera counts, even when it is taken back; its own fault does not."""
    dark = [fault(Cause.SITE_DARK, 1_000, 2_000, "c0", "c1")]
    told = (
        lost("c0", "site_dark", 1_060, 1_075),
        lost("c0", "camera_off", 1_990, 1_990),
        lost("c1", "site_dark", 1_060, 1_075),
    )
    assert scored(dark, *told).camera_blame_rate == 0.5
    hung = scored([fault(Cause.CAMERA_OFF, 1_000, 2_000, "c0")], lost("c0", "camera_hung", 1_060, 1_075))
    assert hung.camera_blame_rate is None


def test_a_gateway_that_is_down_is_one_event() -> None:
    """All its streams are unknown at once: one hit, one trial, one delay, at any size."""
    down = fault(Cause.GATEWAY_DOWN, 1_000, 2_000, "c0", "c1", "c2", "c3")
    told = [lost(f"c{at}", "gateway_down", 1_010, 1_075, "unknown") for at in range(4)]
    figures = scored([down], *told)
    assert (figures.recall, figures.delays) == (1, (75.0,))
    assert figures.confusion.counts == {"gateway_down": {"gateway_down": 1}}
    assert scored([down]).missed[0].camera_id == "c0"
    assert len(scored([down]).missed) == 1


def test_outages_are_joined_unless_the_stream_is_well_between() -> None:
    """Less than a minute between two faults is no recovery."""
    near = [
        fault(Cause.CAMERA_OFF, 1_000, 2_000, "c0"),
        fault(Cause.CAMERA_HUNG, 2_020, 2_500, "c0", number=1),
        fault(Cause.NO_MEDIA, 4_000, 5_000, "c0", number=2),
    ]
    first, second = outages_of(places(), near)["c0"]
    assert first.starts == 1_000
    assert 2_500 < first.ends <= 2_500 + RECONNECT
    assert second.causes(4_000, 4_100) == {Cause.NO_MEDIA}


def test_the_digest_is_of_everything_in_its_order() -> None:
    """Another cause, another time or another order is another digest."""
    one, two = lost("c0", "camera_off", 1_060, 1_075), found("c0", 2_030)
    other = lost("c0", "camera_off", 1_060, 1_076)
    assert len({digest(told) for told in ([one, two], [two, one], [one], [other, two])}) == 4
    assert digest([one, two]) == digest([one, two])
