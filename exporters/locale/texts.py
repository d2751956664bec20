"""What people read, in their language. Catalogues are read from their .po files; nothing is compiled.

Every key is in every language: a key that is missing is our own mistake and raises.
"""

from datetime import UTC, tzinfo
from enum import StrEnum
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

from exporters.locale.sayings import say
from exporters.notify.news import What
from exporters.why.chain import Link, LinkState
from monitor.law.bridging import BasisNote, BridgingState
from monitor.law.category import Unclear
from monitor.law.claims import Agreement
from monitor.law.compliance import Standing
from monitor.law.contracts import ChannelStatus
from monitor.law.crossing import Crossing
from monitor.law.deadlines import Deadline
from monitor.law.inclusion import Outside
from monitor.law.lapses import LapseCause
from monitor.law.remarks import Remark
from monitor.law.sources import Confidence
from monitor.law.uplink import Basis, Fits
from monitor.model import channels
from monitor.model.allowances import Reason, Subject
from monitor.model.estate import InstitutionType
from monitor.model.incident import Kind, Scope, Severity
from monitor.model.notice import Undelivered
from monitor.model.verdict import Cause, Owner, Proof, State, Warn
from monitor.register.said import Said
from probes.failure import Failure, Stage

LOCALES = ("kk", "ru", "en")

# The closed lists that have texts, by what their keys begin with.
PREFIXES: dict[type[StrEnum], str] = {
    State: "state",
    Proof: "proof",
    Cause: "cause",
    Owner: "owner",
    Warn: "warn",
    Failure: "failure",
    Stage: "stage",
    Scope: "scope",
    Severity: "severity",
    Kind: "kind",
    Link: "link",
    LinkState: "link_state",
    Outside: "outside",
    InstitutionType: "type",
    Agreement: "agreement",
    Subject: "subject",
    Reason: "reason",
    Confidence: "confidence",
    Standing: "standing",
    Unclear: "unclear",
    ChannelStatus: "channel",
    LapseCause: "lapse",
    channels.Stage: "procurement",
    channels.ContractForm: "form",
    BridgingState: "bridging",
    BasisNote: "basis",
    Deadline: "deadline",
    Remark: "remark",
    Crossing: "crossing",
    Fits: "uplink",
    Basis: "bitrate",
    What: "news",
    Undelivered: "undelivered",
}


class Translator:
    """The texts of one language."""

    def __init__(self, locale: str, texts: dict[str, str]) -> None:
        self.locale = locale
        self.texts = texts

    def text(self, key: str, **values: object) -> str:
        """Return a text with its placeholders filled in; KeyError when there is none."""
        text = self.texts[key]
        return text.format(**values) if values else text

    def of(self, word: StrEnum) -> str:
        """Return the text of a word of one of the closed lists: a state, a cause, an owner …"""
        return self.texts[f"{PREFIXES[type(word)]}.{word.value}"]

    def say(self, said: Said, zone: tzinfo = UTC) -> str:
        """Return what is said of the register; moments in it as local time in `zone`."""
        return say(said, self.locale, zone)


@cache
def translations(locale: str) -> Translator:
    """Read the texts of a language: "kk", "ru" or "en" (ValueError for another)."""
    if locale not in LOCALES:
        raise ValueError(f"there are no texts in {locale!r}; there are: {', '.join(LOCALES)}")
    with files(__package__).joinpath(f"{locale}.po").open("rb") as file:
        catalogue = read_po(file, locale=locale, abort_invalid=True)
    texts = {message.id: message.string for message in catalogue if message.id and not message.fuzzy}
    return Translator(locale, {str(key): str(text) for key, text in texts.items() if text})


def choose_locale(accept_language: str, default: str = "en") -> str:
    """Return the language that an Accept-Language header (RFC 9110 §12.5.4) wants most, of those we have.

    Regions are ignored ("kk-KZ" is "kk"); a weight that is no number refuses its language.
    """
    best, chosen = 0.0, default
    for part in accept_language.lower().split(","):
        tag, _, weight = part.partition(";")
        language = tag.strip().partition("-")[0]
        wanted = _weight(weight)
        if wanted > best and (language in LOCALES or language == "*"):
            best, chosen = wanted, default if language == "*" else language
    return chosen


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if not name.strip():
        return 1.0
    digits = value.strip()
    whole, _, part = digits.partition(".")
    plain = name.strip() == "q" and (whole + part).isdecimal() and len(digits) <= len("0.000")
    return min(1.0, float(digits)) if plain else 0.0
