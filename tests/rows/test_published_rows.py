"""Rows that the vendor's pages publish pass for their medium, and each of their leaves counts.

The pages: the tutorial on pre-labels, the page on ground truth, the page on videos. Their rows are
completed with a data row and changed leaf by leaf: left out, of a wrong type, and with a name that
the ontology does not have.
"""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support import video_page

from bulkimport.model import Kind
from bulkimport.native import CODES, Checker, explain
from bulkimport.rows.rules import CODE_RULES
from bulkimport.rows.ruling import Ruling

Row = dict[str, Any]
Path = tuple[str | int, ...]

HUMAN_ID = "ckhuman00000000000000human"[:25]
SHOP = [(1.2, 1.2), (380.4, 0.0), (568.8, 426.0), (562.8, 692.4), (0.0, 889.2), (1.2, 1.2)]
TUTORIAL_ROWS: list[Row] = [
    {"name": "Is it daytime or nighttime?", "answer": {"name": "Daytime"}},
    {"name": "Human", "bbox": {"top": 670.0, "left": 55.0, "height": 286.0, "width": 96.0}},
    {"name": "Shopping store", "polygon": [{"x": x, "y": y} for x, y in SHOP]},
    # By ids, as the page on ground truth has it.
    {"schemaId": HUMAN_ID, "bbox": {"left": 10, "top": 10, "height": 50, "width": 50}},
]
TUTORIAL_ONTOLOGY: Row = {
    "tools": [
        {"tool": "rectangle", "name": "Human", "featureSchemaId": HUMAN_ID},
        {"tool": "polygon", "name": "Shopping store"},
    ],
    "classifications": [
        {
            "type": "radio",
            "name": "Is it daytime or nighttime?",
            "options": [{"value": "Daytime"}, {"value": "Nighttime"}],
        }
    ],
}
# The page writes the checklist below an option as one object.
IRREGULAR: Row = {
    "name": "nested_checklist_question",
    "answer": [
        {
            "name": "first_checklist_answer",
            "classifications": [
                {
                    "name": "sub_checklist_question",
                    "answer": {"name": "first_sub_checklist_answer"},
                }
            ],
        }
    ],
}


def rows(media: str) -> list[Row]:
    """The published rows for a medium, each with a uuid and a data row."""
    own = TUTORIAL_ROWS if media == "image" else [*video_page.rows(), IRREGULAR]
    head = {"uuid": "73dd0422-8c21-5372-bced-44449b17d66b", "dataRow": {"globalKey": "asset"}}
    return [{**row, **head} for row in own]


def ontology(media: str) -> Row:
    """The ontology that they fit."""
    return TUTORIAL_ONTOLOGY if media == "image" else video_page.ONTOLOGY


CHECKERS: dict[tuple[str, bool], Checker] = {
    (media, bound): Ruling(
        media, Kind.LABELS, json.dumps(ontology(media)) if bound else None
    ).checker()
    for media in ("image", "video")
    for bound in (False, True)
}


def refusals(row: Row, media: str, *, bound: bool = False) -> set[str]:
    """The rules that refuse a row."""
    line = json.dumps(row).encode()
    if (code := explain(line).code) != CODES[0]:
        return {CODE_RULES[code].slug}
    findings = CHECKERS[media, bound].explain(line)
    return {finding.slug for finding in findings if finding.severity == "E"}


PUBLISHED = [
    pytest.param(media, row, id=f"{media} {number} {row.get('name', '')}")
    for media in ("image", "video")
    for number, row in enumerate(rows(media))
]
published = pytest.mark.parametrize(("media", "row"), PUBLISHED)


@published
def test_it_passes_for_its_medium_and_its_ontology(media: str, row: Row) -> None:
    """Nothing refuses it; the tolerated irregularities warn."""
    assert refusals(row, media) == set()
    assert refusals(row, media, bound=True) == set()


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """The paths to everything in a row but itself, from the outside in."""
    if path:
        yield path
    if isinstance(value, dict):
        for key in value:
            yield from leaves(value[key], (*path, key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from leaves(one, (*path, index))


def changed(row: Row, path: Path, change: Callable[[Any, Any], None]) -> Row:
    """A copy of the row in which the holder of the leaf was changed."""
    made = copy.deepcopy(row)
    holder: Any = made
    for key in path[:-1]:
        holder = holder[key]
    change(holder, path[-1])
    return made


# What is missing when a member is left out: the rule by the member, None where it may be missing.
LEFT_OUT: dict[str, str | None] = {
    "uuid": None,
    "dataRow": "R-DR-1",
    "globalKey": "R-DR-2",
    "name": "R-NAME-1",
    "schemaId": "R-NAME-1",
    "answer": "R-CLS-1",
    "value": "R-NAME-1",
    "classifications": None,
    "start": "R-TMP-1",
    "end": "R-TMP-1",
    **dict.fromkeys(("top", "left", "height", "width"), "R-BBOX-1"),
    "keyframes": "R-VID-1",
    "frame": "R-VID-3",
    **dict.fromkeys(("index", "imBytes"), "R-VMASK-2"),
    "instances": "R-VMASK-1",
    "colorRGB": "R-VMASK-5",
}
POINTS = {"polygon": "R-POLY-1", "line": "R-LINE-1", "point": "R-POINT-1"}


def left_out(path: Path) -> str | None:
    """The rule of a member that is left out."""
    *above, key = path
    if key in ("x", "y"):
        return next(POINTS[str(one)] for one in reversed(above) if one in POINTS)
    if key == "frames":
        # Of an answer they may be missing: then it holds for the whole asset.
        return "R-VMASK-1" if above == ["masks"] else None
    if key in ("bbox", "point", "line") and above:
        return "R-VID-5"
    if not above:
        return LEFT_OUT[str(key)] if key in ("uuid", "dataRow", "name", "schemaId") else "R-KIND-1"
    return LEFT_OUT[str(key)]


@published
def test_a_member_that_is_left_out_is_missed_by_its_rule(media: str, row: Row) -> None:
    """Each member of the row, and no other rule with it."""
    for path in leaves(row):
        if isinstance(path[-1], str):
            slug = left_out(path)
            wanted = {slug} if slug else set()
            made = changed(row, path, lambda holder, key: holder.pop(key))
            assert refusals(made, media) == wanted, path


def wrong_type(path: Path) -> str:
    """The rule of a leaf that is true instead of a number or a text."""
    return {"globalKey": "R-DR-3", "uuid": "R-ID-1", "answer": "R-CLS-1"}.get(
        str(path[-1]), "R-KIND-5"
    )


@published
def test_a_leaf_of_the_wrong_type_is_told_by_its_rule(media: str, row: Row) -> None:
    """True is neither a number nor a text, wherever it stands."""
    for path in leaves(row):
        value: Any = row
        for key in path:
            value = value[key]
        if isinstance(value, str | int | float):
            made = changed(row, path, lambda holder, key: holder.__setitem__(key, True))
            assert refusals(made, media) == {wrong_type(path)}, path


def misspelt(path: Path) -> str:
    """The rule of a name that the ontology does not have."""
    above = [key for key in path[:-1] if isinstance(key, str)]
    if above and above[-1] == "classifications":
        return "R-ONT-3"
    return "R-CLS-5" if above and above[-1] == "answer" else "R-ONT-1"


@published
def test_a_misspelt_name_is_told_by_its_rule(media: str, row: Row) -> None:
    """Of features, options and questions below them."""
    for path in leaves(row):
        if path[-1] == "name":
            made = changed(row, path, lambda holder, key: holder.update({key: holder[key] + "x"}))
            assert refusals(made, media, bound=True) == {misspelt(path)}, path


@pytest.mark.parametrize(("media", "row"), [one for one in PUBLISHED if one.values[0] == "video"])
def test_an_object_of_a_video_is_welcome_nowhere_else(media: str, row: Row) -> None:
    """Nor are answers with frames; answers for the whole asset go everywhere."""
    del media
    if "segments" in row or "masks" in row:
        wanted = {"R-KIND-4"}
    else:
        wanted = {"R-TMP-13"} if '"frames"' in json.dumps(row) else set()

    assert refusals(row, "image") == wanted
