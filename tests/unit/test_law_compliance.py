"""Which measures an institution has, and the shares of institutions that have them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.law.category import Unclear
from monitor.law.compliance import Cameras, Compliance, MeasureShare, Standing, compliance, received, roll_up
from monitor.law.load import load_rules
from monitor.law.rules import Rules
from monitor.model.estate import Institution, InstitutionType, Ownership
from monitor.model.places import Settlement

RULES = load_rules()
DAY = date(2026, 11, 1)
AKMOLA, ALMATY = "110000000", "750000000"
VILLAGE = Settlement(settlement="113200100", region=AKMOLA, name_kk="а", name_ru="а")
GOOD = Cameras(registered=10, in_scope=10, receiving=10)


def institution(
    headcount: int | None = 500, *, key: str = "i", region: str = AKMOLA, kind: str = "school"
) -> Institution:
    return Institution(
        institution_id=key,
        name="n",
        region=region,
        type=InstitutionType(kind),
        ownership=Ownership.PUBLIC,
        headcount=headcount,
    )


def row(headcount: int | None, cameras: Cameras, *, region: str = AKMOLA, kind: str = "school") -> Compliance:
    return compliance(institution(headcount, region=region, kind=kind), VILLAGE, cameras, DAY, RULES)


def share_of(shares: list[MeasureShare], measure: str) -> MeasureShare:
    (found,) = [share for share in shares if share.measure == measure]
    return found


@pytest.mark.parametrize(
    ("in_scope", "receiving", "unknown", "standing"),
    [
        pytest.param(10, 10, 0, Standing.MET, id="all"),
        pytest.param(10, 8, 0, Standing.MET, id="exactly enough"),
        pytest.param(15, 12, 0, Standing.MET, id="exactly enough of fifteen"),
        pytest.param(10, 8, 2, Standing.MET, id="enough whatever the others are"),
        pytest.param(10, 7, 0, Standing.NOT_MET, id="one too few"),
        pytest.param(10, 7, 1, Standing.UNKNOWN, id="one unknown would decide"),
        pytest.param(10, 6, 1, Standing.NOT_MET, id="too few even with the unknown"),
        pytest.param(10, 0, 10, Standing.UNKNOWN, id="nothing is known"),
        pytest.param(10, 0, 0, Standing.NOT_MET, id="none"),
        pytest.param(1, 1, 0, Standing.MET, id="the only one"),
        pytest.param(0, 0, 0, Standing.NOT_MET, id="no camera in scope"),
    ],
)
def test_received(in_scope: int, receiving: int, unknown: int, standing: Standing) -> None:
    """Met at 80 % of the cameras in scope; unknown only where the unknown cameras could change the answer."""
    cameras = Cameras(registered=in_scope, in_scope=in_scope, receiving=receiving, unknown=unknown)
    assert received(cameras, 0.8) is standing


@given(st.integers(1, 200), st.data())
def test_every_way_the_unknown_can_turn_out_is_covered(in_scope: int, data: st.DataObject) -> None:
    """MET and NOT_MET hold however the unknown cameras turn out; UNKNOWN means that both can be."""
    receiving = data.draw(st.integers(0, in_scope))
    unknown = data.draw(st.integers(0, in_scope - receiving))
    told = received(Cameras(in_scope=in_scope, receiving=receiving, unknown=unknown), 0.8)
    ways = {
        received(Cameras(in_scope=in_scope, receiving=receiving + more), 0.8) for more in range(unknown + 1)
    }
    assert told is (Standing.UNKNOWN if len(ways) == 2 else ways.pop())


@pytest.mark.parametrize(
    ("headcount", "cameras", "standings"),
    [
        pytest.param(50, GOOD, {}, id="C0 asks for nothing"),
        pytest.param(
            200,
            GOOD,
            {"cctv": Standing.MET, "public_address": Standing.UNKNOWN},
            id="C1 asks for cameras and not for their pictures",
        ),
        pytest.param(
            500,
            GOOD,
            {
                "cctv": Standing.MET,
                "public_address": Standing.UNKNOWN,
                "occ": Standing.MET,
                "panic_button": Standing.UNKNOWN,
            },
            id="C2 asks for the pictures too",
        ),
        pytest.param(
            800,
            Cameras(),
            {
                "cctv": Standing.NOT_MET,
                "public_address": Standing.UNKNOWN,
                "occ": Standing.NOT_MET,
                "panic_button": Standing.UNKNOWN,
                "licensed_guard": Standing.UNKNOWN,
                "turnstiles": Standing.UNKNOWN,
            },
            id="C3 without a camera",
        ),
    ],
)
def test_measures(headcount: int, cameras: Cameras, standings: dict[str, Standing]) -> None:
    """Cameras are counted, pictures by their share; what the register does not tell stays unknown."""
    told = row(headcount, cameras).standings
    assert {key: value for key, value in told.items() if value is not Standing.NOT_REQUIRED} == standings
    assert list(told) == ["cctv", "public_address", "occ", "panic_button", "licensed_guard", "turnstiles"]


def test_a_school_without_a_headcount_is_unknown_in_everything() -> None:
    """What is not known to be required is neither met nor missing, cameras or not."""
    told = row(None, GOOD)
    assert told.category.unclear is Unclear.NO_HEADCOUNT
    assert set(told.standings.values()) == {Standing.UNKNOWN}


def test_what_every_candidate_requires_is_judged_all_the_same() -> None:
    """A school of 120 whose settlement is not known needs cameras in any case; the rest is unknown."""
    told = compliance(institution(120), None, GOOD, DAY, RULES)
    assert told.category.unclear is Unclear.NO_SETTLEMENT
    assert (told.standings["cctv"], told.standings["occ"]) == (Standing.MET, Standing.UNKNOWN)


def test_before_every_rule_nothing_is_judged() -> None:
    """A day of which no pack speaks has no measures."""
    told = compliance(institution(), VILLAGE, GOOD, date(2019, 1, 1), RULES)
    assert (told.category.unclear, told.standings) == (Unclear.NO_RULES, {})
    assert roll_up([told]) == []


def test_without_a_threshold_the_pictures_are_unknown() -> None:
    """A pack that does not say which share is enough leaves the measure open."""
    rules = Rules(packs=RULES.packs, schemes=RULES.schemes)
    told = compliance(institution(), VILLAGE, GOOD, DAY, rules)
    assert (told.standings["cctv"], told.standings["occ"]) == (Standing.MET, Standing.UNKNOWN)


def test_shares_per_region_and_category() -> None:
    """Institutions are counted by region and category, each measure with its counts."""
    rows = [
        row(500, GOOD),
        row(600, Cameras(registered=4, in_scope=4, receiving=1)),
        row(400, Cameras(registered=4, in_scope=4, receiving=3, unknown=1)),
        row(200, GOOD),
        row(500, GOOD, region=ALMATY),
        row(None, GOOD),
    ]
    shares = roll_up(rows)
    keys = [(share.region, share.category) for share in shares if share.measure == "occ"]
    assert keys == [(AKMOLA, "C1"), (AKMOLA, "C2"), (AKMOLA, "UNKNOWN"), (ALMATY, "C3")]
    (told,) = [share for share in shares if (share.category, share.measure) == ("C2", "occ")]
    assert (told.met, told.not_met, told.unknown, told.not_required) == (1, 1, 1, 0)
    assert (told.numerator, told.denominator) == (1, 3)
    assert (told.rate, told.coverage) == (1 / 3, 2 / 3)


def test_whose_duty_is_not_known_is_counted_apart() -> None:
    """It is in no denominator, and makes the coverage smaller."""
    told = share_of(roll_up([row(500, GOOD), row(None, GOOD)], by_category=False), "occ")
    assert (told.numerator, told.denominator, told.undetermined) == (1, 1, 1)
    assert (told.rate, told.coverage) == (1.0, 0.5)


def test_nothing_required_has_no_share() -> None:
    """Where nobody is obliged there is no rate: neither 0 nor 100 %."""
    told = share_of(roll_up([row(50, GOOD)], by_region=False, by_category=False), "occ")
    assert (told.region, told.category, told.not_required) == (None, None, 1)
    assert (told.denominator, told.rate, told.coverage) == (0, None, None)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 1500) | st.none(),
            st.sampled_from([AKMOLA, ALMATY]),
            st.integers(0, 4),
            st.integers(0, 3),
        ),
        max_size=12,
    )
)
def test_the_parts_add_up_to_the_whole(drawn: list[tuple[int | None, str, int, int]]) -> None:
    """The nation's counts are the sums of the regions' and of the categories', and nobody is lost."""
    rows = [
        row(size, Cameras(registered=8, in_scope=8, receiving=on, unknown=unknown), region=region)
        for size, region, on, unknown in drawn
    ]
    for whole in roll_up(rows, by_region=False, by_category=False):
        for parts in (roll_up(rows), roll_up(rows, by_region=False), roll_up(rows, by_category=False)):
            same = [part for part in parts if part.measure == whole.measure]
            assert sum(part.numerator for part in same) == whole.numerator
            assert sum(part.denominator for part in same) == whole.denominator
        assert whole.denominator + whole.undetermined + whole.not_required == len(rows)
