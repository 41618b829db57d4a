"""Rows at the edges of the rules: each draws what its line says, and nothing else.

`edges/*.ndjson` hold one row a line: the medium it is for, the kind of import where that counts,
and the rules it draws with their severities. Those of `edges/ontology.ndjson` are held to the
ontology beside them. A line is added for every row of which somebody was in doubt.
"""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support.ruled import NOW, check_example, drawn

from bulkimport.model import Kind
from bulkimport.native import CODES, Checker, explain, scan_block
from bulkimport.rows.rulebook import Example
from bulkimport.rows.rules import CODE_RULES
from bulkimport.rows.ruling import MEDIA, Ruling

FOLDER = Path(__file__).parent / "edges"
ONTOLOGY = (FOLDER / "ontology.json").read_text()
Line = dict[str, Any]


def lines(path: Path) -> list[Line]:
    """The lines of one file, each with the ontology it is held to."""
    held = ONTOLOGY if path.stem == "ontology" else None
    return [{**json.loads(line), "ontology": held} for line in path.read_text().splitlines()]


EDGES = [
    pytest.param(line, id=f"{path.stem} {number}")
    for path in sorted(FOLDER.glob("*.ndjson"))
    for number, line in enumerate(lines(path), start=1)
]


@cache
def checker(media: str, kind: str | None, ontology: str | None) -> Checker:
    """The rules for one medium and kind, compiled once."""
    return Ruling(media, Kind(kind) if kind else None, ontology, now=NOW).checker()


def of(line: Line) -> Checker:
    """The rules that a line is held to."""
    return checker(line["media"], line.get("kind"), line["ontology"])


def told(line: Line) -> list[str]:
    """What the scan or the explanation says of the row of a line."""
    row = json.dumps(line["row"]).encode()
    if (code := explain(row).code) != CODES[0]:
        return [f"{CODE_RULES[code].slug}:E"]
    return sorted({f"{one.slug}:{one.severity}" for one in of(line).explain(row)})


@pytest.mark.parametrize("line", EDGES)
def test_a_row_draws_what_its_line_says(line: Line) -> None:
    """And nothing else."""
    assert told(line) == line["draws"]


@pytest.mark.parametrize("line", EDGES)
def test_the_fast_verdict_and_the_explanation_agree(line: Line) -> None:
    """A row is refused when, and only when, there is a fault to explain; warnings alike."""
    row = json.dumps(line["row"]).encode()
    scanned = scan_block(row + b"\n", source=0, offset=0, line=1, last=True)[2]
    checked = of(line).check(row + b"\n", offset=0, rows=scanned)
    severities = {one.rpartition(":")[2] for one in line["draws"]}

    refused = scanned["code"][0] > 0 or checked.checks["rule"][0] > 0
    assert refused == ("E" in severities)
    if not refused:
        assert bool(checked.checks["warned"][0]) == ("W" in severities)
        assert set(checked.warnings) == {one.removesuffix(":W") for one in line["draws"]}


@pytest.mark.parametrize("media", MEDIA)
def test_a_whole_check_counts_what_the_lines_say(media: str) -> None:
    """Each row on a data row of its own; what relationships join is for other tests."""
    rows, counts, refused = [], Counter[str](), 0
    for number, case in enumerate(EDGES):
        line: Line = case.values[0]  # type: ignore[assignment]
        alone = line["ontology"] is None and "kind" not in line and line["media"] == media
        if alone and "relationship" not in line["row"]:
            rows.append(json.dumps(apart(line["row"], number)))
            counts.update(one[:-2] for one in line["draws"])
            refused += any(one.endswith(":E") for one in line["draws"])

    checked = check_example(Example(media=media), "\n".join(rows))

    # What is put right, and data rows by id among those by key, are counted besides.
    besides = {*checked.normalised, "R-DR-7"}
    found = {slug: count for slug, count in drawn(checked).items() if slug not in besides}
    assert found == dict(counts)
    assert checked.rejected == refused


def apart(row: Line, number: int) -> Line:
    """The row on a data row of its own and with a uuid of its own, where it is sound in both."""
    own = {"dataRow": {"globalKey": f"a{number}"}, "uuid": f"{number:032x}"}
    sound = {"dataRow": {"globalKey": "a"}, "uuid": "73dd0422-8c21-5372-bced-44449b17d66b"}
    return row | {key: own[key] for key in own if row.get(key) == sound[key]}
