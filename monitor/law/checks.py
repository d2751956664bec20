"""What the types of a rule pack cannot say: bands without gaps, names that exist, one rule for one day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from itertools import pairwise

from monitor.law.entry import Rule
from monitor.law.pack import Compliance, PackFile, rules_in
from monitor.settings.document import Document, KeyPath, Mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One file of rules as it was read."""

    file: str
    document: Document[PackFile]


def mistakes_in(document: Document[PackFile]) -> Iterator[Mistake]:
    """Say what is wrong within one file."""
    pack = document.value
    for at, rule in rules_in(pack):
        if (text := _outside(rule, pack)) is not None:
            yield document.mistake(at, text)
    if pack.compliance is not None:
        found = (*_codes(pack.compliance), *_bands(pack.compliance), *_names(pack.compliance))
        for at, text in found:
            yield document.mistake(("compliance", *at), text)


def _outside(rule: Rule, pack: PackFile) -> str | None:
    if rule.valid_from is not None and rule.valid_from < pack.valid_from:
        return f"valid_from is before the pack's, {pack.valid_from}"
    begins = rule.valid_from or pack.valid_from
    if rule.valid_to is not None and rule.valid_to < begins:
        return f"valid_to is before the pack begins, {begins}"
    if pack.valid_to is not None and begins > pack.valid_to:
        return f"valid_from is after the pack's valid_to, {pack.valid_to}"
    if pack.valid_to is not None and rule.valid_to is not None and rule.valid_to > pack.valid_to:
        return f"valid_to is after the pack's, {pack.valid_to}"
    return None


def _codes(scheme: Compliance) -> Iterator[tuple[KeyPath, str]]:
    """Look for names that are given twice, and for days that a part of a scheme cannot have."""
    measures: list[tuple[str, Rule]] = [(measure.code, measure) for measure in scheme.measures]
    categories: list[tuple[str, Rule]] = [(category.code, category) for category in scheme.categories]
    for name, entries in (("measures", measures), ("categories", categories)):
        for index, (code, rule) in enumerate(entries):
            if code in [earlier for earlier, _ in entries[:index]]:
                yield (name, index, "code"), f"{code} is given twice"
            for key in ("valid_from", "valid_to"):
                if getattr(rule, key) is not None:
                    yield (name, index, key), "has no place here: a scheme holds as a whole"


def _bands(scheme: Compliance) -> Iterator[tuple[KeyPath, str]]:
    """Look for headcounts that belong to no category, or to two."""
    bands = scheme.categories
    if bands[0].headcount_from != 0:
        yield ("categories", 0, "headcount_from"), "the first category must begin with 0"
    for index, (lower, upper) in enumerate(pairwise(bands), start=1):
        if lower.headcount_to is None:
            at = ("categories", index - 1, "headcount_to")
            yield at, "only the last category may be open; write its last headcount"
        elif lower.headcount_to < lower.headcount_from:
            yield ("categories", index - 1, "headcount_to"), "is less than headcount_from"
        elif upper.headcount_from != lower.headcount_to + 1:
            must = f"must be {lower.headcount_to + 1}: {lower.code} ends with {lower.headcount_to}"
            yield ("categories", index, "headcount_from"), must
    if bands[-1].headcount_to is not None:
        yield ("categories", len(bands) - 1, "headcount_to"), "the last category must be open: null"


def _names(scheme: Compliance) -> Iterator[tuple[KeyPath, str]]:
    """Look for measures and categories that are named and not there."""
    measures = [measure.code for measure in scheme.measures]
    bands = [band.code for band in scheme.categories]
    for index, band in enumerate(scheme.categories):
        for place, code in enumerate(band.measures):
            at: KeyPath = ("categories", index, "measures", place)
            if code not in measures:
                yield at, f"{code} is not a measure of this pack{nearest(code, measures)}"
            elif code in band.measures[:place]:
                yield at, f"{code} is given twice"
    centre = scheme.regional_centre
    if centre is not None and centre.category not in bands:
        text = f"{centre.category} is not a category of this pack{nearest(centre.category, bands)}"
        yield ("regional_centre", "category"), text
    for index, flag in enumerate(scheme.flags):
        if flag.category is not None and flag.category not in bands:
            text = f"{flag.category} is not a category of this pack{nearest(flag.category, bands)}"
            yield ("flags", index, "category"), text


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name was probably meant, or which there are."""
    names = list(known)
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(names)}"


def mistakes_between(written: Iterable[Written]) -> Iterator[tuple[str, Mistake]]:
    """Find two rules about the same thing that begin on the same day: neither could win."""
    first: dict[tuple[KeyPath, str, date], str] = {}
    for one in written:
        pack = one.document.value
        for at, rule in rules_in(pack):
            if at[0] == "compliance" and len(at) > 1:
                continue  # part of a scheme, which holds as a whole
            key = _thing(at), rule.identity, rule.valid_from or pack.valid_from
            mistake = one.document.mistake(at, "")
            place = f"{one.file}:{mistake.line}"
            if key in first:
                text = f"begins on {key[2]} like the rule at {first[key]}; give one another valid_from"
                yield one.file, Mistake(mistake.line, mistake.key, text)
            first.setdefault(key, place)


def assumed_of_nothing(written: Iterable[Written]) -> Iterator[tuple[str, Mistake]]:
    """Find cameras that are assumed of a kind of which no pack tells the bitrate."""
    every = list(written)
    told = [rate.identity for one in every for rate in one.document.value.bitrates]
    for one in every:
        for index, rule in enumerate(one.document.value.assumed_camera):
            kind = f"{rule.codec.value} {rule.resolution}"
            if kind not in told:
                text = f"no bitrate of {kind} is told; add it to bitrates"
                yield one.file, one.document.mistake(("assumed_camera", index), text)


def _thing(at: KeyPath) -> KeyPath:
    return tuple(part for part in at if not isinstance(part, int))
