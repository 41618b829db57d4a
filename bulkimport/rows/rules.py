"""The rules a row can break, in one table: slug, severity, what is expected, what to do.

Slugs are the rules' ids in the published format notes; R-SHARD-1, R-SHARD-2, R-DR-GK,
R-MAP-1, R-MAP-2, R-EXPORT-1, R-MOVE-1 to 3, R-LABEL-1 and R-PNG are ours.
`CODE_RULES` names the native scan's codes (native/src/code.rs has their order), `FATE_RULES` and
`CAUTION_RULES` what rows have only together (shards/group.py), `CONVERSION_RULES` what is refused
before there is a row to scan (formats/refusals.py); a test holds them together.
"""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """E: the row is refused. W: it is sent, and people are told."""

    ERROR = "E"
    WARNING = "W"


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to be wrong. `sentence` may name `{found}`; `expected` says what would be right."""

    slug: str
    severity: Severity
    sentence: str
    expected: str


def _error(slug: str, sentence: str, expected: str) -> Rule:
    return Rule(slug, Severity.ERROR, sentence, expected)


CODE_RULES: dict[str, Rule] = {
    "utf8": _error("R-FILE-1", "the line is not UTF-8", "UTF-8 text; convert the file's encoding"),
    "bom": _error(
        "R-FILE-2",
        "the file begins with a byte order mark, which is not JSON",
        "a file without its first three bytes EF BB BF",
    ),
    "nan": _error(
        "R-FILE-4",
        "NaN and Infinity are not JSON, and here stands {found}",
        "a finite number, or no key at all",
    ),
    "huge-number": _error(
        "R-FILE-4",
        "{found} is beyond what a double holds: some read infinity, others refuse the file",
        "a number below 1.8e308 in size, or no key at all",
    ),
    "not-json": _error(
        "R-FILE-1", "the line is not one whole JSON value", "one JSON object on one line"
    ),
    "depth": _error(
        "R-FILE-1", "the value is nested too deeply", "at most 64 levels of lists and objects"
    ),
    "surrogate": _error(
        "R-FILE-1",
        "{found} is half of a surrogate pair and means no character",
        "both halves, or the character itself",
    ),
    "not-object": _error("R-FILE-1", "the line holds {found}, not an object", "a JSON object"),
    "duplicate-key": _error(
        "R-FILE-6",
        "a key that names the row stands there twice, so which one counts is anybody's guess",
        "each of dataRow, id, globalKey and uuid once",
    ),
    "data-row-missing": _error(
        "R-DR-1",
        "the row does not say which data row it belongs to",
        '"dataRow": {"id": …} or {"globalKey": …}',
    ),
    "data-row-neither": _error(
        "R-DR-2", "dataRow has neither an id nor a globalKey", "exactly one of them, not empty"
    ),
    "data-row-both": _error(
        "R-DR-2", "dataRow has both an id and a globalKey", "exactly one of them"
    ),
    "data-row-type": _error("R-DR-3", "the data row is named by {found}", "a string"),
    "global-key-long": _error(
        "R-DR-5", "the global key is longer than 200 characters", "at most 200 characters"
    ),
    "uuid-type": _error("R-ID-1", "uuid is {found}", "a UUID as a string, or no uuid at all"),
    "uuid-form": _error(
        "R-ID-1", "{found} is not a UUID", "32 hex digits; dashes and braces are free"
    ),
    "no-payload": _error(
        "R-KIND-1",
        "the row has no annotation in it",
        "one of bbox, polygon, line, point, mask, masks, segments, location, textSelections, "
        "relationship, answer, messageEvaluationTask",
    ),
    "two-payloads": _error(
        "R-KIND-2", "the row has more than one annotation in it", "one row for each annotation"
    ),
    "payload-type": _error(
        "R-KIND-5", "the annotation is {found}", "the JSON type that this kind has"
    ),
    "name-missing": _error(
        "R-NAME-1",
        "the row does not say which feature of the ontology it is",
        "name or schemaId",
    ),
    "name-empty": _error("R-NAME-4", "name is empty", "the feature's name"),
    "name-type": _error("R-KIND-5", "the feature is named by {found}", "a string"),
    "schema-id-length": _error(
        "R-NAME-2", "schemaId {found} is not 25 characters long", "a feature schema id"
    ),
    "metric": _error(
        "R-MODE-2",
        "metric rows are taken neither as labels nor as pre-labels",
        "annotation rows only; leave the metric out",
    ),
    "answer-type": _error(
        "R-CLS-1",
        "the answer is {found}",
        "a text, an option, or a list of them; answers is a list",
    ),
}

CONVERSION_RULES: dict[str, Rule] = {
    "key-unmatched": _error("R-MAP-1", "the key map has no key {found}", "a key of the map"),
    "key-of-several": _error(
        "R-MAP-2",
        "several data rows of the project have the external id {found}",
        "one data row for each external id; name the others by global key",
    ),
    "not-in-project": _error(
        "R-DR-6",
        "the data row {found} is not in the project",
        "a data row of a batch or dataset that the project has",
    ),
    "not-export": _error(
        "R-EXPORT-1",
        "this is no data row of an export: {found}",
        "a line of export v2 or of a streamable export",
    ),
    "points-unread": _error(
        "R-MOVE-1",
        "coordinates of this row cannot be read, so they cannot be moved",
        "numbers in every member of its geometry",
    ),
    "size-unknown": _error(
        "R-MOVE-2",
        "where its coordinates go depends on the size of its data row, which is not known",
        "a width and a height for its key in --assets",
    ),
    "points-lost": _error(
        "R-MOVE-3",
        "the transform moves a point of this row to {found}",
        "finite numbers for every point; without --assets width and height are NaN",
    ),
}

FATE_RULES: dict[str, Rule] = {
    "uuid-twice": _error(
        "R-ID-2",
        "another row of this data row has the same uuid",
        "a uuid of its own for each row",
    ),
    "label-in-pieces": _error(
        "R-LABEL-1",
        "rows of this data row come from two places of the exports, so they may be two labels",
        "each data row once in all exports together",
    ),
    "too-many-of-one-name": _error(
        "R-LIM-1",
        "more than 5,000 rows of this data row have this name",
        "at most 5,000 annotations of one name on one data row",
    ),
    "data-row-rows": _error(
        "R-SHARD-1",
        "the data row has more rows than one import carries, and one data row is never split",
        "at most 100,000 rows for one data row",
    ),
    "data-row-bytes": _error(
        "R-SHARD-2",
        "the data row has more bytes than one import carries, and one data row is never split",
        "fewer bytes, or a larger --max-data-row-bytes",
    ),
    "over-plan": _error(
        "R-FILE-7",
        "all rows together are more than the account's plan takes as ground truth",
        "10,000 on Free, 2,000,000 on Starter and Education, 10,000,000 on Enterprise",
    ),
}

CAUTION_RULES: dict[str, Rule] = {
    "mixed-spelling": Rule(
        "R-DR-GK",
        Severity.WARNING,
        "global keys that differ only by case name the same data row and were taken together",
        "one spelling",
    ),
    "many-of-one-schema-id": Rule(
        "R-LIM-2",
        Severity.WARNING,
        "more than 5,000 rows of a data row have this schemaId, and no name to count them by",
        "at most 5,000 annotations of one feature on one data row",
    ),
}
