"""Data rows of an export: which labels are read, in which file they go, what is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from support.converted import EXPORT, Outcome
from support.exported import data_row

from bulkimport.errors import SourceUnreadable, UsageError
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.formats.label import uuid_of

Convert = Callable[..., Outcome]
JSON = dict[str, Any]


def point(feature: str = "f") -> JSON:
    """A row with a point."""
    return {"name": "eye", "uuid": feature, "point": {"x": 1, "y": 2}}


def from_project(project: str) -> Conversion:
    """Read the labels of one project."""
    return Conversion(Format.LABELBOX_EXPORT, project=project)


def names(outcome: Outcome) -> list[list[str]]:
    """The uuids of each ordinal's rows."""
    return [[row["uuid"] for row in rows] for rows in outcome.labels]


def test_each_label_of_a_data_row_goes_to_a_file_of_its_own(convert: Convert) -> None:
    """By its place among the labels; empty ones leave no gap."""
    outcome = convert(
        [
            data_row([[point("a1")], [], [point("a2"), point("a3")]]),
            data_row([[point("b1")]], key="b.jpg"),
        ]
    )

    assert list(outcome.files) == [1, 2]
    assert names(outcome) == [[uuid_of("a1"), uuid_of("b1")], [uuid_of("a2"), uuid_of("a3")]]
    assert outcome.objects == {"data_rows": 2, "labels": 4, "annotations": 4}
    assert outcome.lost["empty-labels"] == 1


def test_a_data_row_that_follows_itself_goes_on_counting(convert: Convert) -> None:
    """Two lines with labels of one data row are two labels; case does not part global keys."""
    outcome = convert([data_row([[point("a")]]), data_row([[point("b")]], key="A.JPG")])

    assert names(outcome) == [[uuid_of("a")], [uuid_of("b")]]


def test_rows_name_their_data_row_by_global_key_or_else_by_id(convert: Convert) -> None:
    """A global key outlives a copy into another dataset."""
    with_key, without = data_row([[point("a")]]), data_row([[point("b")]])
    without["data_row"]["global_key"] = None

    outcome = convert([with_key, without])

    assert [row["dataRow"] for row in outcome.rows] == [
        {"globalKey": "a.jpg"},
        {"id": "a.jpgxxxxxxxxxxxxxxxxxxxx"},
    ]


def test_the_only_project_is_read(convert: Convert) -> None:
    """Projects without labels do not count."""
    one = data_row([[point("a")]])
    one["projects"]["other"] = {"name": "Other", "labels": []}

    assert names(convert([one])) == [[uuid_of("a")]]


def both() -> list[JSON]:
    """An export with labels of two projects."""
    return [
        data_row([[point("a")]], project="first"),
        data_row([[point("b")]], key="b.jpg", project="second"),
    ]


def test_of_several_projects_one_must_be_named(convert: Convert) -> None:
    """The message names them."""
    with pytest.raises(UsageError, match=r"--project.*first \(First\), second \(Second\)"):
        convert(both())


def test_the_project_that_is_named_is_read(convert: Convert) -> None:
    """Labels of the other are counted."""
    outcome = convert(both(), from_project("second"))

    assert names(outcome) == [[uuid_of("b")]]
    assert outcome.lost["other-projects"] == 1


def test_a_project_that_the_export_does_not_have_is_a_mistake(convert: Convert) -> None:
    """The message names those there are."""
    with pytest.raises(UsageError, match=r"no labels of project third, but of first"):
        convert(both(), from_project("third"))


def test_a_line_that_is_no_json_is_refused_and_the_others_go(convert: Convert) -> None:
    """Named with its line and offset; blank lines are none."""
    good = [json.dumps(one).encode() for one in (data_row([[point()]]), data_row([], key="b"))]

    outcome = convert(b"\n" + good[0] + b"\r\n{broken\n\n" + good[1])

    assert len(outcome.rows) == 1
    assert [(one["slug"], one["line"], one["row"]) for one in outcome.refused] == [
        ("R-FILE-1", 3, "{broken")
    ]
    assert outcome.refused[0]["offset"] == 1 + len(good[0]) + 2


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda one: one.pop("data_row"), "data_row is an object"),
        (lambda one: one.update(data_row=[]), "data_row is an object"),
        (lambda one: one["data_row"].update(id=None, global_key=""), "data_row is nothing"),
        (lambda one: one.update(projects=[]), "projects is a list"),
        (lambda one: one["projects"].update(p=7), "projects is a number"),
        (lambda one: label(one).update(annotations="x"), "annotations is text"),
        (lambda one: notes(one).update(objects={}), "objects is an object"),
        (lambda one: notes(one).update(objects=[None, 3]), "objects is a number"),
        (lambda one: notes(one)["objects"][0].pop("name"), "name is nothing"),
        (lambda one: notes(one).update(frames={"one": {}}), "frames is text"),
        (
            lambda one: notes(one).update(frames={"1": {"objects": True}}),
            "objects is true or false",
        ),
        (
            lambda one: notes(one).update(frames={"1": {}}, segments={"f": [[1]]}),
            "segments is a list",
        ),
        (
            lambda one: notes(one).update(relationships=[{"name": "r"}]),
            "relationships is an object",
        ),
    ],
)
def test_what_is_no_export_is_refused_whole(
    change: Callable[[JSON], object], found: str, convert: Convert
) -> None:
    """No row of it goes, nothing of it is counted; the next line is not touched."""
    bad, good = data_row([[point("a")]]), data_row([[point("b")]], key="b.jpg")
    change(bad)

    outcome = convert([bad, good])

    assert names(outcome) == [[uuid_of("b")]]
    [refusal] = outcome.refused
    assert (refusal["slug"], refusal["line"], refusal["found"]) == ("R-EXPORT-1", 1, found)
    assert refusal["row"] == bad
    assert outcome.objects["labels"] == outcome.lost["label-ids"] == 1


def label(one: JSON) -> JSON:
    """The first label of a data row."""
    found: JSON = one["projects"]["project-1"]["labels"][0]
    return found


def notes(one: JSON) -> JSON:
    """The annotations of its first label."""
    found: JSON = label(one)["annotations"]
    return found


@pytest.mark.parametrize("value", [b"[1]", b'"text"', b"7", b"null", b"[[]]"])
def test_json_of_another_kind_is_refused_or_unreadable(value: bytes, convert: Convert) -> None:
    """As a line it is one refusal."""
    outcome = convert(json.dumps(data_row([[point()]])).encode() + b"\n" + value)

    assert [one["slug"] for one in outcome.refused] == ["R-EXPORT-1"]
    assert len(outcome.rows) == 1


@pytest.mark.parametrize("block_bytes", [64, 1 << 20])
@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_is_read_like_lines(
    indent: int | None, block_bytes: int, convert: Convert
) -> None:
    """With or without line ends inside."""
    exported = [data_row([[point("a")]]), data_row([[point("b")]], key='[b],{"}.jpg')]

    array = convert(json.dumps(exported, indent=indent).encode(), block_bytes=block_bytes)

    assert array == convert(exported)


@pytest.mark.parametrize(
    "content", [b"[", b'[{"data_row":{}}', b'[{"a":"', b'[{}] {"data_row":{}}', b"[{}}"]
)
def test_a_broken_array_is_unreadable(content: bytes, convert: Convert) -> None:
    """Who cut it off cannot know what was in the rest."""
    with pytest.raises(SourceUnreadable, match="array"):
        convert(content, block_bytes=8)


def test_a_refused_element_of_an_array_is_named_with_its_line(convert: Convert) -> None:
    """Though there are no lines of JSON."""
    outcome = convert(b"[\n{},\n  7\n]")

    assert [(one["line"], one["offset"]) for one in outcome.refused] == [(2, 2), (3, 8)]


def test_relationships_are_left_out_of_labels_and_counted(convert: Convert) -> None:
    """The service takes them as pre-labels only."""
    ends = {"source": "a", "target": "a", "type": "unidirectional"}
    edge = {"name": "r", "uuid": "e", "relationship": ends}
    exported = [data_row([[point("a"), edge]])]

    assert len(convert(exported).rows) == 2
    outcome = convert(exported, EXPORT, relationships=False)
    assert len(outcome.rows) == 1
    assert outcome.lost["relationships"] == 1
