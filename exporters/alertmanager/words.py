"""The words of a message as tables: what Alertmanager's labels mean to a reader of one language.

A table is what one template looks up: the value of a label, or the name of a thing that is said.
"""

from collections.abc import Callable

from exporters.locale.rulings import ruling
from exporters.locale.sayings import sentences
from exporters.locale.texts import translations
from monitor.judge.causes import RULES
from monitor.model.incident import Scope
from monitor.model.regions import known_regions
from monitor.model.verdict import Cause, Owner

DOMAIN = "alerts"
LISTED = 100  # alerts in one message; the rest is counted, and a click away

Table = dict[str, str]


def tables(locale: str) -> dict[str, Table]:
    """Return every table of a language by its name. A text that is missing raises: our own mistake."""
    words, own = translations(locale), sentences(locale, DOMAIN)
    note = words.text("basis.may_be_available")
    steps = {cause.value: words.text(f"step.{cause.value}") for cause in Cause}
    # What is left of the window stands in the alerts of the window itself; here it only may be available.
    steps[Cause.CONTRACT_LAPSED] += " " + own["message.bridge"].format(note=note)
    return {
        "alert": _under("alert.", own),
        "act": _under("act.", own),
        "weight": _under("weight.", own),
        "cause": {cause.value: words.of(cause) for cause in Cause},
        "step": steps,
        "evidence": _evidence(locale, own["message.or"]),
        "owner": {owner.value: words.of(owner) for owner in Owner},
        "scope": {scope.value: words.of(scope) for scope in Scope},
        "region": {code: region.name_in(locale) for code, region in known_regions().items()},
        "word": _fixed(words.text, own),
    }


def _under(prefix: str, texts: Table) -> Table:
    """Return the texts whose key begins with `prefix`, without it."""
    return {key.removeprefix(prefix): text for key, text in texts.items() if key.startswith(prefix)}


def _evidence(locale: str, conjunction: str) -> Table:
    """Say for each cause by which rules it is decided; one that no rule decides yet speaks for itself."""
    said: dict[Cause, list[str]] = {cause: [] for cause in Cause}
    for rule in RULES:
        said[rule.cause].append(ruling(rule.why, locale))
    of = translations(locale).of
    return {
        cause.value: f"; {conjunction}: ".join(rulings) if rulings else of(cause)
        for cause, rulings in said.items()
    }


def _fixed(text: Callable[[str], str], own: Table) -> Table:
    """Return what stands in front of the facts; columns are called as everywhere else."""
    columns = {
        name: text(f"column.{key}")
        for name, key in (
            ("since", "since"),
            ("cameras", "cameras"),
            ("pupils", "pupils"),
            ("cause", "cause"),
            ("about", "scope"),
            ("region", "region_name"),
            ("owner", "owner"),
            ("step", "next_step"),
        )
    }
    listed = {"listed": own["message.listed"].format(count=LISTED)}
    return columns | _under("message.", own) | listed
