"""What a conversion refuses, as lines of rejected.ndjson: never dropped, counted with the rest."""

from pathlib import Path
from typing import Final

from bulkimport.disk import AppendFile
from bulkimport.formats.keys import Unmatched
from bulkimport.formats.shape import Malformed
from bulkimport.formats.values import Place
from bulkimport.model import Rejection
from bulkimport.rows.explain import rejection_line
from bulkimport.rows.rulebook import Rule as BookRule
from bulkimport.rows.rules import CODE_RULES, CONVERSION_RULES, Rule

FOUND_CHARACTERS: Final = 80
KEY_PATH: Final = "$.dataRow"


class Refusals:
    """Writes refusals of one source, in its order; memory does not grow with them."""

    def __init__(self, path: Path, *, source: str) -> None:
        """Write to `path`, from its beginning; `source` is the name people know."""
        self._file = AppendFile(path, size=0)
        self._source = source

    def unmatched(self, row: bytes, place: Place, *, why: Unmatched) -> None:
        """Refuse a row whose key the map does not have; say what is near."""
        near = " or ".join(f'"{key}"' for key in why.near)
        expected = f"a key of the map, such as {near}" if near else ""
        rule = CONVERSION_RULES[why.slug]
        self._add(rule, row, place, path=KEY_PATH, found=why.key, expected=expected)

    def broken(self, line: bytes, place: Place) -> None:
        """Refuse what is no JSON."""
        self._add(CODE_RULES["not-json"], line, place)

    def malformed(self, line: bytes, place: Place, *, why: Malformed) -> None:
        """Refuse what is JSON but no data row of an export."""
        found = f"{why.member} is {why.found}"
        expected = f"{why.member}: {why.expected}"
        self._add(CONVERSION_RULES["not-export"], line, place, found=found, expected=expected)

    def unmoved(self, row: bytes, place: Place, *, wrong: str, found: str) -> None:
        """Refuse a row whose points cannot be moved; `wrong` is one of CONVERSION_RULES."""
        self._add(CONVERSION_RULES[wrong], row, place, found=found)

    def ruled(
        self,
        rule: Rule | BookRule,
        row: bytes,
        place: Place,
        *,
        path: str,
        found: str,
        expected: str = "",
    ) -> None:
        """Refuse what breaks a rule at a path; `expected` is said in place of the rule's own."""
        self._add(rule, row, place, path=path, found=found, expected=expected)

    def close(self) -> None:
        """Make all lines durable and close the file."""
        self._file.sync()
        self._file.close()

    def _add(
        self,
        rule: Rule | BookRule,
        row: bytes,
        place: Place,
        *,
        path: str = "$",
        found: str = "",
        expected: str = "",
    ) -> None:
        shown = found[:FOUND_CHARACTERS]
        rejection = Rejection(
            source=self._source,
            line=place.line,
            offset=place.offset,
            path=path,
            slug=rule.slug,
            found=shown,
            expected=expected or rule.expected,
            message=rule.sentence.replace("{found}", shown),
        )
        self._file.write(rejection_line(rejection, row))
