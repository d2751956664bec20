"""Was the right cause named? One trial per outage, and one more when one cause gave way to another."""

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.scoring.told import Episode
from simulator.world.fault import IP_CAMERA, Cause, strongest
from simulator.world.outages import Outage

SETTLED = 600.0  # seconds: so long a new cause must have held for it to be asked for; two light polls
CAMERA_CAUSES = frozenset(IP_CAMERA)
LINK_OR_CENTRE = frozenset(Cause) - CAMERA_CAUSES - {Cause.RECORDER_DOWN, Cause.RECORDER_INPUT_LOST}


@dataclass(frozen=True, slots=True)
class Trial:
    """What the cause was, and what was told."""

    true: str
    told: str

    @property
    def right(self) -> bool:
        """The cause that was told is one that held."""
        return self.true == self.told


def trials_of(outage: Outage, episode: Episode, until: float) -> Iterator[Trial]:
    """Give the trials of one outage; `until`: the end of the run.

    What was named first counts, not what it was corrected to. Of several causes that hold, each is right.
    """
    named = episode.named
    first = outage.causes(min(episode.since, named.decided_at), named.decided_at)
    if first:
        yield _trial(first, str(named.cause))
    for phase in outage.phases()[1:]:
        ends = min(phase.ends, until)
        if ends - phase.starts < SETTLED or phase.starts <= named.decided_at:
            continue
        if episode.in_force(phase.starts).cause not in phase.causes:
            yield _trial(phase.causes, str(episode.in_force(ends).cause))


def _trial(causes: frozenset[Cause], told: str) -> Trial:
    return Trial(told if told in causes else strongest(causes).value, told)


def blames(outage: Outage, episode: Episode) -> bool | None:
    """Say whether a camera was ever blamed for the link or the centre; None: it was no such fault."""
    causes = {span.cause for span in outage.spans}
    if not causes <= LINK_OR_CENTRE:
        return None
    return any(each.cause in CAMERA_CAUSES for each in episode.tellings)
