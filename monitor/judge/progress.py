"""Did a stream's picture move at the gateway between two looks?

A gateway's flags decide nothing here: a source that is dead stays "online", one that never sent a
byte is "ready". Only bytes that grew, or a key frame that came out of the gateway, count as flow.
"""

from enum import StrEnum

from probes.centre.base import StreamSample


class Flow(StrEnum):
    """What one look, compared with the look before, says of one stream."""

    ADVANCED = "advanced"  # bytes grew, or a key frame came out of the gateway
    FLAT = "flat"  # the path is there and nothing moved
    FIRST = "first"  # nothing to compare with yet
    ABSENT = "absent"  # the gateway does not know the stream key
    IDLE = "idle"  # pulled on demand, and nobody reads it: tells nothing
    UNSURE = "unsure"  # nobody reads it, and whether it is pulled on demand is not known
    PLACEHOLDER = "placeholder"  # the gateway plays a filler of its own


class Reading(StrEnum):
    """What a flow counts as in a run."""

    GOOD = "good"
    BAD = "bad"
    NOTHING = "nothing"  # we looked and learned nothing
    SKIP = "skip"  # not a sample yet


READINGS: dict[Flow, Reading] = {
    Flow.ADVANCED: Reading.GOOD,
    Flow.FLAT: Reading.BAD,
    Flow.FIRST: Reading.SKIP,
    Flow.ABSENT: Reading.BAD,
    Flow.IDLE: Reading.NOTHING,
    Flow.UNSURE: Reading.NOTHING,
    Flow.PLACEHOLDER: Reading.BAD,
}


def judge_flow(before: StreamSample | None, sample: StreamSample | None, *, on_demand: bool | None) -> Flow:
    """Compare two looks at one stream. `on_demand` is the register's word, which goes before the gateway's.

    A counter that fell has been restarted by a source that came back: what it shows now has arrived
    since, so anything above zero is flow.
    """
    if sample is None:
        return Flow.ABSENT
    if sample.available and sample.online is False:
        return Flow.PLACEHOLDER
    if sample.media is not None:
        return Flow.ADVANCED if sample.media else Flow.FLAT
    if sample.counter is None:
        return Flow.UNSURE
    if before is None or before.counter is None:
        return Flow.FIRST
    if sample.counter > before.counter or 0 < sample.counter < before.counter:
        return Flow.ADVANCED
    return _not_moving(sample, on_demand)


def _not_moving(sample: StreamSample, on_demand: bool | None) -> Flow:
    """Tell a path that should flow and does not from one that nobody asked to flow."""
    if sample.readers:
        return Flow.FLAT
    demanded = sample.on_demand if on_demand is None else on_demand
    if demanded:
        return Flow.IDLE
    waiting_for_reader = demanded is None and sample.source is not None and not sample.ready
    return Flow.UNSURE if waiting_for_reader else Flow.FLAT
