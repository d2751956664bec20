"""From a folder of rule packs to the rules, or to everything that is wrong with them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from monitor.law.build import join, rules_of
from monitor.law.checks import Written, assumed_of_nothing, mistakes_between, mistakes_in
from monitor.law.pack import PackFile
from monitor.law.rules import UNASSESSED, Figure, Rules
from monitor.settings.document import DocumentError, Mistake, read_bytes, read_document
from monitor.settings.shipped import shipped

PATTERN = "kz-*.yaml"


@dataclass(frozen=True, slots=True)
class RuleMistake:
    """One thing wrong in a folder of rules; `file` is its name, empty for the folder itself."""

    file: str
    line: int | None
    key: str
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line is not None else self.file
        return ": ".join(part for part in (place, self.key, self.text) if part)


class RulesError(Exception):
    """The folder cannot be used; `mistakes` says everything that is wrong with it."""

    def __init__(self, mistakes: Sequence[RuleMistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = tuple(mistakes)


def shipped_rules() -> Path:
    """Return the folder of the rules that came with the program: the repository's, or the installed one."""
    return shipped("rules")


def load_rules(folder: Path | None = None) -> Rules:
    """Read every pack of a folder (None: the shipped one). Raises RulesError."""
    written, mistakes = read_packs(folder or shipped_rules())
    between = (*mistakes_between(written), *assumed_of_nothing(written))
    mistakes += [_of(file, mistake) for file, mistake in between]
    if mistakes:
        raise RulesError(sorted(mistakes, key=lambda m: (m.file, m.line or 0, m.key)))
    return join(rules_of(one.document, one.file) for one in written)


_NEEDED = {  # what the program asks of the packs, by the key under which they say it
    "compliance": "schemes",
    "bridging": "bridgings",
    "legal_bases": "bases",
    "procurement": "lead_times",
    "contract_term": "terms",
    "bandwidth": "bandwidths",
}


def silences(rules: Rules) -> list[RuleMistake]:
    """List everything that the program asks for and no pack says anything of, on whatever day."""
    said = "no pack says anything of it; add the pack that does"
    keys = [key for key, held in _NEEDED.items() if not getattr(rules, held)]
    wanted = (figure for figure in Figure if figure not in UNASSESSED)
    keys += [f"thresholds.{figure.value}" for figure in wanted if not rules.thresholds.get(figure)]
    return [RuleMistake("", None, key, said) for key in keys]


@cache
def rules_as_shipped() -> Rules:
    """Return the rules that came with the program, for whoever was handed no others. Raises RulesError."""
    return load_rules()


def read_packs(folder: Path) -> tuple[list[Written], list[RuleMistake]]:
    """Read each file on its own: those that can be used, and what is wrong with the others."""
    written: list[Written] = []
    mistakes: list[RuleMistake] = []
    files = sorted(folder.glob(PATTERN))
    if not files:
        there = "holds no rules" if folder.is_dir() else "is not a folder"
        return [], [RuleMistake(str(folder), None, "", f"{there}; name a folder with {PATTERN}")]
    for file in files:
        try:
            document = read_document(read_bytes(file), PackFile)
        except DocumentError as error:
            mistakes += [_of(file.name, mistake) for mistake in error.mistakes]
        except OSError as error:
            mistakes.append(RuleMistake(file.name, None, "", f"cannot be read: {error.strerror}"))
        else:
            mistakes += [_of(file.name, mistake) for mistake in mistakes_in(document)]
            written.append(Written(file=file.name, document=document))
    return written, mistakes + _twice(written)


def _twice(written: Iterable[Written]) -> list[RuleMistake]:
    """Find packs that have the same name and version."""
    editions = Counter((one.document.value.pack, one.document.value.version) for one in written)
    return [
        _of(one.file, one.document.mistake(("pack",), "another file has the same pack and version"))
        for one in written
        if editions[one.document.value.pack, one.document.value.version] > 1
    ]


def _of(file: str, mistake: Mistake) -> RuleMistake:
    return RuleMistake(file, mistake.line, mistake.key, mistake.text)
