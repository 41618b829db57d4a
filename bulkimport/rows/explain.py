"""What a person is told about a bad row; only bad rows come here.

A line of rejected.ndjson: source, line, offset, path, slug, found, expected, message, row.
"""

from typing import Any

import orjson

from bulkimport.model import Rejection
from bulkimport.native import KINDS, Finding, explain
from bulkimport.rows.rulebook import rulebook
from bulkimport.rows.rules import CODE_RULES, Rule

FOUND_CHARACTERS = 80
# Readers give up beyond 1,024 levels, of which the line around a row is one.
DEEPEST = 1000
# What the scan finds in a row that readers of JSON refuse; it looks without making objects of it.
NO_JSON = frozenset({"utf8", "bom", "nan", "huge-number", "not-json", "depth", "surrogate"})
# Where the rows of a rule that several break together say what it is about, if not by all they are.
PLACES = {
    "R-ID-3": "uuid",
    "R-MODE-5": "isBenchmarkReferenceLabel",
    "R-MASK-13": "mask.instanceURI",
    "R-VMASK-9": "masks.frames",
    "R-CLS-9": "name",
    "R-REL-5": "relationship.sourceOntologyName",
    "R-CLS-10": "dataRow",
    "R-NER-2": "location.end",
    "R-DR-6": "dataRow",
    "R-MODE-7": "dataRow",
}


def explain_code(row: bytes, *, source: str, line: int, offset: int) -> Rejection:
    """Say what the native scan found in `row`, whose first byte is at `offset` of `source`."""
    fault = explain(row)
    return _rejection(
        CODE_RULES[fault.code],
        source=source,
        line=line,
        offset=offset,
        path=fault.path,
        found=fault.found,
    )


def explain_rule(rule: Rule, *, source: str, line: int, offset: int, path: str) -> Rejection:
    """Say that a sound row broke `rule` together with others."""
    return _rejection(rule, source=source, line=line, offset=offset, path=path, found="")


def explain_finding(finding: Finding, *, source: str, line: int, offset: int) -> Rejection:
    """Say which rule of the rulebook a row broke, and what was probably meant."""
    rule = rulebook()[finding.slug]
    message = rule.sentence.replace("{found}", finding.found or "something else")
    meant = f"; {finding.suggestion}" if finding.suggestion else ""
    return Rejection(
        source=source,
        line=line,
        offset=offset,
        path=finding.path,
        slug=finding.slug,
        found=finding.found[:FOUND_CHARACTERS],
        expected=rule.expected,
        message=message + meant,
    )


def explain_together(slug: str, row: bytes, *, source: str, line: int, offset: int) -> Rejection:
    """Say that a row broke a rule of the rulebook together with others of its data row."""
    value: Any = orjson.loads(row)
    path, found = PLACES.get(slug) or next((kind for kind in KINDS if kind in value), "dataRow"), ""
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if value is not None:
        found = orjson.dumps(value).decode()[:FOUND_CHARACTERS]
    rule = rulebook()[slug]
    return Rejection(
        source=source,
        line=line,
        offset=offset,
        path=f"$.{path}",
        slug=slug,
        found=found,
        expected=rule.expected,
        message=rule.sentence.replace("{found}", found or "something else"),
    )


def rejection_line(rejection: Rejection, row: bytes) -> bytes:
    """One line of rejected.ndjson; `row` is the input's own: JSON where it is, else its text."""
    return b"".join(rejection_parts(rejection, row))


def rejection_parts(rejection: Rejection, row: bytes) -> tuple[bytes, ...]:
    """The parts of such a line, of which the row itself is no copy."""
    own = own_row(row)
    written = row if isinstance(own, orjson.Fragment) else orjson.dumps(own)
    # orjson reads the fields of a dataclass itself, in their order, at a third of a copy's cost.
    return orjson.dumps(rejection)[:-1], b',"row":', written, b"}\n"


def own_row(row: bytes) -> object:
    """Give the row as JSON that goes out byte for byte as it came in, or as text.

    Text it is when some reader of JSON would refuse it: for 1e999 or half of a surrogate pair, too.
    """
    if explain(row, depth=DEEPEST).code in NO_JSON:
        return row.decode(errors="replace")
    return orjson.Fragment(row)


def _rejection(
    rule: Rule, *, source: str, line: int, offset: int, path: str, found: str
) -> Rejection:
    return Rejection(
        source=source,
        line=line,
        offset=offset,
        path=path,
        slug=rule.slug,
        found=found[:FOUND_CHARACTERS],
        expected=rule.expected,
        message=rule.sentence.replace("{found}", found[:FOUND_CHARACTERS] or "something else"),
    )
