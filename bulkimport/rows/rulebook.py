"""Every rule of the formats and ours, in the tables beside this file.

The table is the single source for severity, scope and words; docs/rules.md is made from it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

CHECKED = "yes"
TABLES = ("rules.toml", "coco.toml", "data_rows.toml")


class Severity(StrEnum):
    """What breaking a rule means for the row."""

    ERROR = "E"
    WARNING = "W"
    NORMALISED = "I"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Example:
    """Rows, one a line, that draw only this rule, and rows at its edge that pass.

    Of a rule of documents, they are documents; the second draws nothing at all.
    `media` and `kind` are what the rows are for, `ontology` (JSON), `assets` (CSV) and `members`
    (NDJSON) what they are held against; empty where nothing is needed.
    """

    breaks: str = ""
    passes: str = ""
    media: str = "any"
    kind: str = ""
    ontology: str = ""
    assets: str = ""
    members: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `scope` says what it needs: row, file, ont, asset, job or mask.

    `derived` rules are written nowhere and follow from the meaning of the data. `checked` begins
    with CHECKED, or says why the rule is not checked here. `sentence` may name `{found}`.
    """

    slug: str
    severity: Severity
    scope: str
    derived: bool
    checked: str
    sentence: str
    expected: str
    example: Example

    @property
    def is_checked(self) -> bool:
        """Whether rows are held against this rule here."""
        return self.checked.startswith(CHECKED)


@cache
def rulebook() -> Mapping[str, Rule]:
    """All rules by their id, in the order of the table. Read once a process."""
    folder = files("bulkimport.rows")
    texts = [(folder / name).read_text(encoding="utf-8") for name in TABLES]
    entries = [entry for text in texts for entry in tomllib.loads(text).items()]
    return {slug: _rule(slug, entry) for slug, entry in entries}


def _rule(slug: str, entry: Mapping[str, str | bool]) -> Rule:
    texts = {name: str(value) for name, value in entry.items() if isinstance(value, str)}
    example = {name: texts.pop(name) for name in Example.__slots__ if name in texts}
    return Rule(
        slug=slug,
        severity=Severity(texts["severity"]),
        scope=texts["scope"],
        derived=bool(entry["derived"]),
        checked=texts["checked"],
        sentence=texts["sentence"],
        expected=texts["expected"],
        example=Example(**example),
    )
