"""Numbers, shares, days and lengths of time as each language writes them."""

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

NOTHING = "—"  # where there is nothing to tell: never 0, never 100 %

_DAYS = {"en": "d MMM y", "ru": "dd.MM.y", "kk": "dd.MM.y"}  # CLDR's short Kazakh year has two digits
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_TENTH = 0.001  # the smallest step that is shown


def format_count(count: int, locale: str) -> str:
    """Write a whole number, grouped as the language does."""
    return format_decimal(count, locale=locale)


def format_number(number: float, locale: str) -> str:
    """Write a number with all of its fraction, and without one where it is whole."""
    return format_decimal(number, locale=locale, decimal_quantization=False)


def format_share(numerator: int, denominator: int, locale: str) -> str:
    """Write a ratio of counts in percent with one decimal; a dash when nothing is counted.

    What is not all is never written as 100 %, and what is not none never as 0 %.
    """
    if denominator == 0:
        return NOTHING
    share = numerator / denominator
    if 0 < numerator < denominator:
        share = min(max(share, _TENTH), 1 - _TENTH)
    return format_ratio(share, locale)


def format_ratio(ratio: float, locale: str) -> str:
    """Write a ratio in percent with one decimal, for example a quoted 0.62."""
    pattern = Locale.parse(locale).percent_formats[None].pattern
    return format_percent(ratio, format=pattern.replace("#,##0", "#,##0.0"), locale=locale)


def format_day(day: date, locale: str) -> str:
    """Write a day."""
    return format_date(day, format=_DAYS[locale], locale=locale)


def format_moment(moment: datetime, zone: ZoneInfo, locale: str) -> str:
    """Write an aware moment as local time in `zone`, to the second."""
    return format_datetime(moment, format=f"{_DAYS[locale]} HH:mm:ss", tzinfo=zone, locale=locale)


def format_minute(moment: datetime, zone: tzinfo, locale: str) -> str:
    """Write an aware moment as local time in `zone`, to the minute; in English as the sheets have it."""
    if locale == "en":
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
    return format_datetime(moment, format=f"{_DAYS[locale]} HH:mm", tzinfo=zone, locale=locale)


def format_since(since: datetime, now: datetime, locale: str) -> str:
    """Write how long ago `since` was, in its two greatest units: "1 day 2 hr"."""
    left = max(0, int((now - since).total_seconds()))
    parts: list[tuple[str, int]] = []
    for unit, seconds in _UNITS:
        amount, left = divmod(left, seconds)
        if amount or parts:
            parts.append((unit, amount))
    shown = [(unit, amount) for unit, amount in parts[:2] if amount] or [("second", 0)]
    return " ".join(
        format_unit(amount, f"duration-{unit}", length="short", locale=locale) for unit, amount in shown
    )
