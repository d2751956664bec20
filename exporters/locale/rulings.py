"""The rules that decide a cause, as sentences: English stands in the table of rules, the others here."""

from exporters.locale.sayings import sentences

DOMAIN = "causes"


def ruling(why: str, locale: str) -> str:
    """Return a rule's sentence in a language; one that an older version stored stays as it is."""
    return why if locale == "en" else sentences(locale, DOMAIN).get(why, why)
