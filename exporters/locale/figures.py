"""Units and populations of official figures: English stands in the register, the others here."""

from exporters.locale.sayings import sentences

DOMAIN = "claims"


def figure_word(word: str, locale: str) -> str:
    """Return what a figure counts in, or of whom, in a language; what nobody translated stays as it is."""
    return word if locale == "en" else sentences(locale, DOMAIN).get(word, word)
