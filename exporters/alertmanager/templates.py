"""Tables and layout as files of Go templates (Alertmanager's own, since 0.25).

Alertmanager reads each file twice: as text for subjects and short messages, and as HTML, where it escapes
by context. So every text of ours is a value in a pipeline (`{{ "…" }}`), never bare, and is escaped where it
must be. A template cannot be called by a computed name, nor with two arguments: the layout is written once
and made once per language.
"""

import json
from importlib.resources import files

from exporters.alertmanager.words import LISTED, Table, tables
from exporters.locale.texts import LOCALES

# Go's reference time; the offset is said, for the zone is that of Alertmanager's own process.
MOMENTS = {
    "kk": "02.01.2006 15:04 (UTC-07:00)",
    "ru": "02.01.2006 15:04 (UTC-07:00)",
    "en": "2006-01-02 15:04 (UTC-07:00)",
}
# The same for an RFC 3339 text in an annotation, by the groups of the expression in the layout.
REWRITTEN = {"kk": "$3.$2.$1 $4", "ru": "$3.$2.$1 $4", "en": "$1-$2-$3 $4"}

# Alerts of which one ends because the next step has come: that is no good news.
PASSING = "^Cctv(ContractEnding|Bridging(Unused|Ending))$"

HEADER = (
    "{{/* Made by `python -m exporters.alertmanager config/alertmanager/templates` from %s.\n"
    "     What is changed here is lost when it is made again. */}}\n"
)


def templates() -> dict[str, str]:
    """Return the content of every file by its name."""
    made = {f"causes.{locale}.tmpl": causes(locale) for locale in LOCALES}
    return made | {f"message.{locale}.tmpl": message(locale) for locale in LOCALES}


def causes(locale: str) -> str:
    """Make the file with the words: one template `cctv.LANG.TABLE` per table."""
    parts = [_lookup(f"cctv.{locale}.{name}", table) for name, table in tables(locale).items()]
    return HEADER % "exporters/locale" + "".join(parts)


def message(locale: str) -> str:
    """Make the file with the layout of subject, text, HTML and short message."""
    layout = files(__package__).joinpath("message.tmpl").read_text(encoding="utf-8")
    marks = {
        "LANG": locale,
        "MOMENT": MOMENTS[locale],
        "REWRITTEN": REWRITTEN[locale],
        "LISTED": str(LISTED),
        "PASSING": PASSING,
    }
    for mark, value in marks.items():
        layout = layout.replace(mark, value)
    return HEADER % "exporters/alertmanager/message.tmpl" + layout


def _lookup(name: str, table: Table) -> str:
    """Write a template that says what a word means; a word that is not in the table is said as it is."""
    lines = [f"\n{{{{ define {_quoted(name)} }}}}"]
    condition = "if"
    for word, text in table.items():
        lines.append(f"{{{{- {condition} eq . {_quoted(word)} }}}}{{{{ {_quoted(text)} }}}}")
        condition = "else if"
    lines.append('{{- else }}{{ reReplaceAll "\\\\s+" " " . }}{{ end }}')
    lines.append("{{- end }}\n")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """Write a string literal of Go: JSON's are a subset (Go specification, interpreted string literals)."""
    return json.dumps(text, ensure_ascii=False)
