"""One told episode for one outage: matched by camera and overlap, first come first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from simulator.scoring.told import Episode
from simulator.world.fault import UNKNOWN_STATES
from simulator.world.outages import Outage
from simulator.world.places import Places

LATE = 30.0  # seconds after an outage in which a first sign of it can still be dated


@dataclass(slots=True, kw_only=True)
class Matched:
    """What was right, what was missed, and what was an alarm without an outage."""

    hits: list[tuple[Outage, Episode]] = field(default_factory=list)
    missed: list[Outage] = field(default_factory=list)  # the short ones are not among them
    false: list[Episode] = field(default_factory=list)


def match(outages: Mapping[str, Sequence[Outage]], episodes: Mapping[str, Sequence[Episode]]) -> Matched:
    """Match camera by camera. An alarm for an outage too short to be confirmed is a false one."""
    matched = Matched()
    for camera_id in sorted(outages.keys() | episodes.keys()):
        _match_camera(outages.get(camera_id, ()), episodes.get(camera_id, ()), matched)
    return matched


def _match_camera(outages: Iterable[Outage], episodes: Iterable[Episode], matched: Matched) -> None:
    open_ones = [outage for outage in outages if not outage.short]
    for episode in episodes:
        outage = next((each for each in open_ones if _overlap(each, episode)), None)
        if outage is None:
            matched.false.append(episode)
        else:
            open_ones.remove(outage)
            matched.hits.append((outage, episode))
    matched.missed += open_ones


def _overlap(outage: Outage, episode: Episode) -> bool:
    """Say whether an alarm is of an outage: one that was told before it began is no detection of it."""
    told_in_time = episode.decided_at >= outage.starts
    return told_in_time and episode.since < outage.ends + LATE and outage.starts < episode.ends


def one_each(matched: Matched, places: Places) -> Matched:
    """Keep one stream for all those whose sight one gateway's, or the monitor's, failure took.

    Such a failure is one event at any size; thousands of its streams would drown all other figures.
    """
    seen: set[tuple[int, str]] = set()

    def counts(outage: Outage) -> bool:
        if not {span.cause for span in outage.spans} <= UNKNOWN_STATES:
            return True
        key = outage.spans[0].fault, places.cameras[outage.camera_id].gateway_id
        fresh = key not in seen
        seen.add(key)
        return fresh

    return Matched(
        hits=[hit for hit in matched.hits if counts(hit[0])],
        missed=[outage for outage in matched.missed if counts(outage)],
        false=matched.false,
    )
