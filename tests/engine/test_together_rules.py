"""Rules over several rows: all rows that break one together are told, and nobody else."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from support.ndjson import made_row
from support.planned import Planning, write_sources
from support.ruled import check_example, drawn

from bulkimport.rows.rulebook import Example, Rule, rulebook
from bulkimport.rows.ruling import Emphasis
from bulkimport.rows.whole_input import ADVICE

# The rules of COCO and of data rows are about files of another format.
OTHERS = ("R-COCO", "R-ASSET")
TOLD = [
    rule
    for rule in rulebook().values()
    if rule.is_checked and rule.example.breaks and not rule.slug.startswith(OTHERS)
]
TOGETHER = [
    rule
    for rule in TOLD
    if rule.scope == "file" and "\n" in rule.example.breaks and rule.slug not in ADVICE
]
BOX = {"top": 4, "left": 10, "height": 20, "width": 31}
ONTOLOGY = json.dumps(
    {
        "tools": [{"tool": "rectangle", "name": "car"}],
        "classifications": [
            {
                "type": "radio",
                "name": "weather",
                "required": True,
                "options": [{"label": "Sunny", "value": "sunny"}],
            }
        ],
    }
)


@pytest.mark.parametrize("rule", TOLD, ids=lambda rule: rule.slug)
def test_the_examples_of_every_rule_do_what_they_say_through_a_whole_check(rule: Rule) -> None:
    """The one draws its slug alone, the other nothing; R-CONF-2 may join others."""
    broken = drawn(check_example(rule.example, rule.example.breaks))
    passed = drawn(check_example(rule.example, rule.example.passes))

    assert set(broken) - {"R-CONF-2"} == {rule.slug} - {"R-CONF-2"}
    assert rule.slug in broken
    assert set(passed) - {"R-CONF-2"} == set()


@pytest.mark.parametrize("rule", TOGETHER, ids=lambda rule: rule.slug)
def test_rows_that_break_a_rule_together_are_all_refused_when_it_refuses(rule: Rule) -> None:
    """Denied, it rejects as many rows as it warned of; the order of the rows does not count."""
    example, emphasis = rule.example, Emphasis(deny=frozenset({rule.slug}))
    if rule.slug == "R-ID-2":
        emphasis = Emphasis()
    lines = example.breaks.split("\n")

    told = drawn(check_example(example, example.breaks))
    turned = check_example(example, "\n".join(reversed(lines)), emphasis=emphasis)

    assert turned.by_slug == {rule.slug: told[rule.slug]}
    assert turned.rejected == told[rule.slug]
    assert turned.ok == len(lines) - told[rule.slug]


def row(key: str, number: int, **more: Any) -> str:
    """A row of the data row `key`, numbered for its uuid."""
    made = {"uuid": str(uuid.UUID(int=number)), "dataRow": {"globalKey": key}, "name": "car"}
    return json.dumps(made | more)


def labels(*rows: str, ontology: str = "") -> Example:
    """Rows of an image, as ground truth."""
    return Example(breaks="\n".join(rows), media="image", kind="labels", ontology=ontology)


def test_a_tidy_file_is_looked_at_where_it_looks_wrong() -> None:
    """A stretch of which one row shares a uuid with a row far away is read again."""
    rows = [row(f"a{at // 10}", at, bbox=BOX) for at in range(200)]
    rows.append(row("b", 57, bbox=BOX))
    example = labels(*rows)

    checked = check_example(example, example.breaks)
    strict = check_example(example, example.breaks, emphasis=Emphasis(strict=True))

    assert (checked.ok, checked.warned, checked.warnings) == (201, 2, {"R-ID-3": 2})
    assert (strict.ok, strict.by_slug) == (199, {"R-ID-3": 2})
    assert sorted(
        one.rejection.line for one in strict.samples if one.rejection.slug == "R-ID-3"
    ) == [58, 201]


def test_a_label_that_lacks_a_required_answer_is_told_with_all_its_rows() -> None:
    """Two data rows of three have no weather; one of them is a stretch."""
    sunny = row("a", 2, name="weather", answer={"name": "Sunny"})
    rows = [row("a", 1, bbox=BOX), sunny, *(row("b", at, bbox=BOX) for at in (3, 4))]
    example = labels(*rows, row("c", 5, bbox=BOX), ontology=ONTOLOGY)

    checked = check_example(example, example.breaks)

    assert (checked.warnings, checked.warned) == ({"R-CLS-10": 3}, 3)
    assert check_example(Example(example.breaks, media="image"), example.breaks).warnings == {}


def test_a_row_counts_once_whatever_it_broke() -> None:
    """A row that had a warning and is refused for its company is refused and not warned."""
    flat = {**BOX, "height": 0}
    example = labels(row("a", 1, bbox=flat), row("b", 1, bbox=flat), row("b", 2, bbox=flat))

    checked = check_example(example, example.breaks, emphasis=Emphasis(deny=frozenset({"R-ID-3"})))
    mild = check_example(example, example.breaks)

    assert (checked.ok, checked.rejected, checked.warned) == (1, 2, 1)
    assert (mild.ok, mild.rejected, mild.warned) == (3, 0, 3)
    assert mild.warnings == {"R-BBOX-3": 3, "R-ID-3": 2}


def test_the_same_question_of_two_messages_or_data_rows_is_answered_once_each() -> None:
    """Only where data row, question and message are one is it answered twice."""
    ask = {"name": "weather", "answer": "fine"}
    rows = [
        row("a", 1, **ask),
        row("b", 2, **ask),
        row("a", 3, **ask, messageId="m"),
        row("a", 4, **ask, messageId="n"),
        row("a", 5, name="weather", answer=[{"value": "x", "frames": [{"start": 1, "end": 2}]}]),
    ]
    example = Example(breaks="\n".join(rows))

    assert drawn(check_example(example, example.breaks)) == {}
    twice = example.breaks + "\n" + row("a", 6, **ask, messageId="n")
    assert drawn(check_example(example, twice)) == {"R-CLS-9": 2}


def relation(number: int, source: int, target: int, **more: Any) -> str:
    """A relationship on data row a."""
    ends = {"source": str(uuid.UUID(int=source)), "target": str(uuid.UUID(int=target))}
    return row("a", number, name="near", relationship=ends | {"type": "unidirectional"} | more)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([relation(3, 1, 2)], {}),
        ([relation(3, 1, 2), relation(4, 2, 1)], {}),
        ([relation(3, 1, 2), relation(4, 1, 2)], {"R-REL-6": 2}),
        ([relation(3, 1, 2, type="bidirectional"), relation(4, 2, 1)], {}),
        (
            [relation(n, *ends, type="bidirectional") for n, ends in ((3, (1, 2)), (4, (2, 1)))],
            {"R-REL-6": 2},
        ),
        ([relation(3, 1, 9)], {"R-REL-3": 1}),
        # Row 5 is of another data row.
        ([relation(3, 5, 2)], {"R-REL-3": 1}),
        ([relation(3, 1, 2), relation(4, 1, 3)], {"R-REL-4": 1}),
    ],
)
def test_relationships_join_objects_of_one_data_row(
    rows: list[str], expected: dict[str, int]
) -> None:
    """Each against two boxes and a box of another data row."""
    boxes = [row("a", 1, bbox=BOX), row("a", 2, bbox=BOX), row("b", 5, bbox=BOX)]
    example = Example(breaks="\n".join([*boxes, *rows]), media="image")

    assert drawn(check_example(example, example.breaks)) == expected


def test_a_bad_row_with_two_names_holds_back_the_rows_of_both(tmp_path: Path) -> None:
    """Nobody can say which label lacks it."""
    both = made_row("a", number=9).replace(b'"globalKey"', b'"id":"i","globalKey"')
    rows = [
        made_row("a", number=1),
        made_row("i", by="id", number=2),
        made_row("c", number=3),
        both,
    ]
    sources = write_sources(tmp_path, b"".join(one + b"\n" for one in rows))

    totals = Planning(tmp_path / "run").plan(sources).plan.totals

    assert (totals.planned, totals.held, totals.rejected) == (1, 2, 1)
