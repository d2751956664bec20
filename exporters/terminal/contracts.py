"""The lines above tables of contracts, in the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from exporters.locale.forms import format_day
from exporters.tables.forecast import Outlook
from exporters.tables.table import Record
from exporters.terminal.words import Words
from monitor.law.contracts import ChannelStatus
from monitor.law.crossing import Crossing
from monitor.law.uplink import Fits, UplinkRules


def heading(key: str, day: date, place: str | None, words: Words, count: int | None = None) -> str:
    """Say of which day and region a table is, and of how many channels."""
    values = {"count": words.count(count)} if count is not None else {}
    region = place if place is not None else words.text("contracts.everywhere")
    return words.text(key, day=format_day(day, words.locale), region=region, **values)


def count_lines(counts: Mapping[ChannelStatus, int] | Mapping[Fits, int], words: Words) -> list[str]:
    """Say how many channels, or uplinks, stand how."""
    return [f"  {words.translator.of(status)}: {words.count(count)}" for status, count in counts.items()]


def crossing_lines(counts: Mapping[Crossing, int], words: Words) -> list[str]:
    """Say what contracts and video say together, of how many channels."""
    told = [f"  {words.translator.of(each)}: {words.count(count)}" for each, count in counts.items()]
    return [words.text("contracts.crossing"), *told]


def cliff_lines(told: Outlook, words: Words) -> list[str]:
    """Name the day of the greatest loss of cover, and say when nothing is known of the present."""
    lines = [words.text("contracts.basis" if told.receiving_known else "contracts.blind")]
    total = told.total
    cliff = total.cliff() if total is not None else None
    if total is None or cliff is None:
        return lines
    before = total.on(cliff.day - timedelta(days=1))
    said = words.text(
        "contracts.cliff",
        day=format_day(cliff.day, words.locale),
        before=words.count(before.covered),
        after=words.count(cliff.covered),
        whole=words.count(cliff.cameras),
    )
    return [said, *lines]


def assumed_lines(rows: Sequence[Record], rules: UplinkRules, words: Words) -> list[str]:
    """Say of how many cameras the bitrate is the packs' word, and how sure that is."""
    assumed = sum(count for row in rows if isinstance(count := row["cameras_assumed"], int))
    if not assumed or rules.confidence is None:
        return []
    confidence = words.translator.of(rules.confidence)
    return [words.text("contracts.assumed", count=words.count(assumed), confidence=confidence)]


def nothing_lines(day: date, known_since: date | None, words: Words) -> list[str]:
    """Say that the register had no channels on a day, and since when it has some."""
    said = words.text("contracts.no_channels", day=format_day(day, words.locale))
    if known_since is None:
        return [f"{said}."]
    return [f"{said}; {words.text('contracts.known_since', day=format_day(known_since, words.locale))}."]
