"""Each rule of COCO documents is drawn by its own example, and by no other."""

import json
from pathlib import Path

import pytest
from support.coco import box, document
from support.planned import Planning
from support.pngs import colours, png

from bulkimport.engine.checking import Checked, check_sources
from bulkimport.engine.converting import Converting
from bulkimport.engine.request import Shaping
from bulkimport.events import to_nobody
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.model import Kind
from bulkimport.rows.rulebook import Rule, Severity, rulebook
from bulkimport.rows.ruling import Emphasis, Ruling
from bulkimport.settings import Settings
from bulkimport.shards.group import Incomplete
from bulkimport.source.files import find_sources

RULES = [rule for rule in rulebook().values() if rule.slug.startswith("R-COCO-")]
CHECKED = [rule for rule in RULES if rule.is_checked]


def checked(text: str, folder: Path, *, strict: bool = False) -> Checked:
    """Check a document, beside which lies a panoptic picture of segment 1 alone."""
    source = folder / "document.json"
    (folder / "a.png").write_bytes(png(colours(*[1] * 100, height=80)))
    source.write_text(text)
    return check_sources(
        find_sources([str(source)]),
        settings=Settings(),
        tell=to_nobody,
        stopped=bool,
        conversion=Conversion(Format.COCO),
        ruling=Ruling("image", emphasis=Emphasis(strict=strict)),
    )


@pytest.mark.parametrize("rule", CHECKED, ids=lambda rule: rule.slug)
def test_the_document_that_breaks_a_rule_draws_only_that_rule(rule: Rule, tmp_path: Path) -> None:
    """As an error or as a warning, as the table says."""
    found = checked(rule.example.breaks, tmp_path)

    refused, warned = {**found.by_slug}, {**found.warnings}
    assert set(refused if rule.severity is Severity.ERROR else warned) == {rule.slug}
    assert set(refused) | set(warned) == {rule.slug}


@pytest.mark.parametrize("rule", CHECKED, ids=lambda rule: rule.slug)
def test_the_document_at_the_edge_passes(rule: Rule, tmp_path: Path) -> None:
    """Nothing is found in it at all."""
    found = checked(rule.example.passes, tmp_path)

    assert (found.by_slug, found.warnings) == ({}, {})
    assert found.ok == found.read > 0


@pytest.mark.parametrize(
    "rule",
    [rule for rule in CHECKED if rule.severity is Severity.WARNING],
    ids=lambda one: one.slug,
)
def test_warnings_refuse_when_they_are_to(rule: Rule, tmp_path: Path) -> None:
    """Under --strict."""
    assert rule.slug in checked(rule.example.breaks, tmp_path, strict=True).by_slug


@pytest.mark.parametrize(("incomplete", "held"), [(Incomplete.HOLD, 1), (Incomplete.SEND, 0)])
def test_the_companions_of_a_refused_annotation_are_held(
    incomplete: Incomplete, held: int, tmp_path: Path
) -> None:
    """A label goes whole or not at all."""
    source = tmp_path / "document.json"
    bad = box(2, bbox=[1, 2, -3, 4])
    source.write_text(json.dumps(document(box(1), bad, box(3, 2), box(4, 9))))
    planning = Planning(tmp_path / "run", Shaping(incomplete=incomplete))
    converting = Converting(
        Conversion(Format.COCO),
        kind=Kind.LABELS,
        spool=tmp_path / "run" / "spool",
        block_bytes=1 << 20,
        stopped=bool,
    )
    converting.add(*find_sources([str(source)]))

    totals = planning.planner().plan(converting.inputs(), made_at=1.0).totals

    assert (totals.read, totals.held, totals.planned) == (4, held, 2 - held)
    assert totals.by_slug == {"R-COCO-10": 1, "R-COCO-7": 1}
