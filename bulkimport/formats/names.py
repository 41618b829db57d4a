"""Other names for features and for options, from a file.

| the file | features (tools and questions) | options                                           |
|----------|--------------------------------|---------------------------------------------------|
| CSV      | a line `from,to`               | the same with the question in a column `question` |
| JSON     | `"old": "new"`                 | `"question": {"name": "new", "options": {…}}`     |

A feature is renamed wherever it is named: rows, questions inside them, mask instances, the source
of a relationship. An option is renamed only under its question, which is called by its old name, so
that a feature and an option of one name stay apart. Names that are not in the file stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from bulkimport.errors import UsageError
from bulkimport.formats.tables import COLUMNS, TableFile, add_pair

QUESTION = "question"


@dataclass(frozen=True, slots=True)
class NameMap:
    """`features` lead from old to new, `options` do so for each question."""

    features: dict[str, str] = field(default_factory=dict)
    options: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, file: TableFile) -> Self:
        """Read a file. Raises UsageError for what cannot be meant."""
        place = str(file.path)
        value = file.unchanged().json()
        made = cls()
        if value is None:
            made._read_csv(file)
        else:
            for old, new in value.items():
                made._read_member(old, new, place=place)
        if not made.features and not made.options:
            raise UsageError("names nothing", place=place)
        return made

    def feature(self, name: str) -> str:
        """The new name of a feature."""
        return self.features.get(name, name)

    def option(self, name: str, *, question: str) -> str:
        """The new name of an option of `question`, which goes by its old name."""
        return self.options.get(question, {}).get(name, name)

    def _read_csv(self, file: TableFile) -> None:
        header = file.header()
        others = [column for column, word in enumerate(header) if word != QUESTION]
        if len(others) != COLUMNS:
            raise UsageError("has not two columns of names", place=str(file.path))
        old, new = others
        asked = header.index(QUESTION) if QUESTION in header else None
        for line in file.lines():
            question = "" if asked is None else line.cells[asked]
            pairs = self.options.setdefault(question, {}) if question else self.features
            add_pair(pairs, line.cells[old], line.cells[new], place=line.place)

    def _read_member(self, old: str, new: Any, *, place: str) -> None:  # noqa: ANN401 - any JSON
        if isinstance(new, str):
            add_pair(self.features, old, new, place=place)
            return
        renamed, options = _question(new, old, place)
        if renamed is not None:
            add_pair(self.features, old, renamed, place=place)
        for option, name in options.items():
            add_pair(self.options.setdefault(old, {}), option, name, place=place)


def _question(value: Any, old: str, place: str) -> tuple[str | None, Mapping[str, str]]:  # noqa: ANN401
    if isinstance(value, dict) and value.keys() <= {"name", "options"}:
        name, options = value.get("name"), value.get("options", {})
        texts = isinstance(options, dict) and all(isinstance(new, str) for new in options.values())
        if texts and (name is None or isinstance(name, str)):
            return name, options
    raise UsageError(
        f"{old!r} leads to neither text nor a question",
        place=place,
        remedy='write "old": "new", or "question": {"name": "new", "options": {"old": "new"}}',
    )
