"""The compliance category of an institution on a day, which measures it requires, and what is in doubt."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from monitor.law.rules import NoRule, Rules
from monitor.law.scheme import Band, Flag, Place, Scheme
from monitor.law.sources import Confidence, Origin, weakest
from monitor.model.estate import Institution, InstitutionType
from monitor.model.places import Settlement

UNKNOWN = "UNKNOWN"  # what is written where the category is not known


class Unclear(StrEnum):
    """Why a category is not known."""

    NO_RULES = "no_rules"  # no pack tells categories on the day
    NO_HEADCOUNT = "no_headcount"
    NO_SETTLEMENT = "no_settlement"  # whether it stands in a regional centre would decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """What the rules of a day make of an institution."""

    code: str | None = None  # None: it is not known
    unclear: Unclear | None = None  # why not
    candidates: tuple[str, ...] = ()  # what it can be; one when it is known
    measures: tuple[str, ...] = ()  # required by every candidate
    perhaps: tuple[str, ...] = ()  # required by some candidates only
    flags: tuple[Flag, ...] = ()
    confidence: Confidence | None = None  # of the least sure rule that it rests on
    origin: Origin | None = None  # of the rule that decided

    @property
    def name(self) -> str:
        """Its code, or UNKNOWN."""
        return self.code or UNKNOWN


def category(
    kind: InstitutionType,
    headcount: int | None,
    regional_centre: bool | None,
    day: date,
    rules: Rules,
    *,
    region: str | None = None,
) -> Category:
    """Say to which category an institution belongs by the rules of a day.

    What is not known (None) is tried every way: when it makes no difference, the category is known all the
    same. Without a headcount it never is.
    """
    try:
        scheme = rules.scheme(day)
    except NoRule:
        return Category(unclear=Unclear.NO_RULES)
    places = list(_places(scheme, kind, regional_centre, region, day))
    sizes = [headcount] if headcount is not None else [band.headcount_from for band in scheme.bands]
    ways = [_decide(scheme, place, size, day) for place in places for size in sizes]
    found = {band.code for way in ways for band in way.bands}
    candidates = [band for band in scheme.bands if band.code in found]
    if headcount is None:
        return _unknown(scheme, candidates, Unclear.NO_HEADCOUNT)
    if len({way.bands[0].code for way in ways}) > 1:
        return _unknown(scheme, candidates, Unclear.NO_SETTLEMENT)
    code = ways[0].bands[0].code
    return _known(ways[0], [flag for flag in scheme.flags if flag.fits(places[0], headcount, code, day)])


def category_of(institution: Institution, settlement: Settlement | None, day: date, rules: Rules) -> Category:
    """Say to which category an institution of the register belongs; None: its settlement is not known."""
    return category(
        institution.type,
        institution.headcount,
        settlement.regional_centre if settlement is not None else None,
        day,
        rules,
        region=institution.region,
    )


@dataclass(frozen=True, slots=True)
class _Way:
    """One way it can be: the category, then what else is as likely; and the rules that it rests on."""

    bands: tuple[Band, ...]
    origins: tuple[Origin, ...]  # the one that decided first


def _places(
    scheme: Scheme, kind: InstitutionType, regional_centre: bool | None, region: str | None, day: date
) -> Iterator[Place]:
    """Give the places that it can stand in; outside a regional centre first."""
    centre = scheme.centre
    whole = centre is not None and centre.origin.holds_on(day) and region in centre.regions
    answers = (True,) if whole else (False, True) if regional_centre is None else (regional_centre,)
    return (Place(type=kind, regional_centre=answer, region=region) for answer in answers)


def _decide(scheme: Scheme, place: Place, headcount: int, day: date) -> _Way:
    """Choose by headcount, or by place where the clause about regional centres asks for another category."""
    own, centre = scheme.band_of(headcount), scheme.centre
    held = centre is not None and place.regional_centre and centre.origin.holds_on(day)
    if centre is None or not held or place.type not in centre.types or centre.category == own.code:
        return _Way((own,), (own.origin,))
    there = scheme.band(centre.category)
    undecided = any(flag.undecided and flag.fits(place, headcount, there.code, day) for flag in scheme.flags)
    return _Way((there, own) if undecided else (there,), (centre.origin, there.origin))


def _known(way: _Way, flags: list[Flag]) -> Category:
    band = way.bands[0]
    return Category(
        code=band.code,
        candidates=(band.code,),
        measures=band.measures,
        flags=tuple(flags),
        confidence=weakest(origin.confidence for origin in (*way.origins, *(flag.origin for flag in flags))),
        origin=way.origins[0],
    )


def _unknown(scheme: Scheme, candidates: list[Band], why: Unclear) -> Category:
    asked = [set(band.measures) for band in candidates]
    always, ever = set.intersection(*asked), set.union(*asked)
    codes = [measure.code for measure in scheme.measures]
    return Category(
        unclear=why,
        candidates=tuple(band.code for band in candidates),
        measures=tuple(code for code in codes if code in always),
        perhaps=tuple(code for code in codes if code in ever - always),
        confidence=weakest(band.origin.confidence for band in candidates),
        origin=scheme.origin,
    )
