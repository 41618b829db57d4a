"""Documents into units: each element once, as it is spelled, in flat files."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.coco import JSON, box, document

from bulkimport.errors import SourceUnreadable
from bulkimport.formats.coco.project_files import ProjectFiles
from bulkimport.formats.coco.units import (
    Bounds,
    Sinks,
    UnitDocument,
    UnitMaker,
    UnitPaths,
)
from bulkimport.formats.refusals import Refusals
from bulkimport.native import compact_json
from bulkimport.rows.ruling import Emphasis, Ruling
from bulkimport.units import PART, UNIT


class Made:
    """What a document became in a folder."""

    def __init__(self, folder: Path, **bounds: Any) -> None:
        """Write into `folder`, held to `bounds`."""
        self.folder = folder
        self.held: list[bytes] = []
        self.bounds = Bounds(**{"files": None, "classes": None, "most_bytes": 25_000_000, **bounds})
        self.maker: UnitMaker | None = None

    def of(self, text: str, *, deny: Iterable[str] = ()) -> UnitDocument:
        """Make the units of a document."""
        source = self.folder / "source.json"
        source.write_text(text)
        emphasis = Emphasis(deny=frozenset(deny))
        severities = Ruling(emphasis=emphasis).both()
        self.maker = UnitMaker(self.bounds, severities, 4096, lambda _: None)
        paths = UnitPaths(*(self.folder / name for name in ("elements", "table", "parts", "s")))
        sinks = Sinks(
            Refusals(self.folder / "refused", source="x"),
            Refusals(self.folder / "others", source="x"),
            lambda element, _: self.held.append(element),
        )
        try:
            return self.maker.make(source, name="x", to=paths, sinks=sinks)
        finally:
            sinks.refused.close()
            sinks.others.close()

    @property
    def refused(self) -> list[JSON]:
        """The annotations that were refused."""
        lines = (self.folder / "refused").read_bytes().splitlines()
        return [json.loads(line) for line in lines]

    def annotations(self) -> list[list[bytes]]:
        """The annotations of each unit, as they are written."""
        elements = (self.folder / "elements").read_bytes()
        parts = np.fromfile(self.folder / "parts", PART)
        found = []
        for unit in np.fromfile(self.folder / "table", UNIT):
            at, own = int(unit["annotations_offset"]), []
            first = int(unit["first_part"])
            for part in parts[first : first + int(unit["parts"])]:
                own.append(elements[at + 1 : at + int(part["length"])])
                at += int(part["length"])
            found.append(own)
        return found


def test_elements_are_spelled_as_they_were_without_blanks(tmp_path: Path) -> None:
    """No digit, no escape and no further key changes."""
    annotation = (
        '{ "id" : 7, "image_id": 1.0, "category_id": 1, "bbox": [1.50, 2e0, 3, 4.000],\n'
        '  "note": "a \\u00e9 \\" b", "score": 0.10000000000000000001 }'
    )
    whole = document("HERE")  # type: ignore[arg-type]
    made = Made(tmp_path)

    done = made.of(json.dumps(whole).replace('"HERE"', annotation))

    assert (done.annotations, done.kept) == (1, 1)
    assert made.annotations() == [[compact_json(annotation)]]
    assert b'"score":0.10000000000000000001' in made.annotations()[0][0]
    assert b'"a \\u00e9 \\" b"' in made.annotations()[0][0]


@pytest.mark.parametrize("missing", ["images", "annotations", "categories"])
def test_a_missing_list_is_told_by_name(tmp_path: Path, missing: str) -> None:
    """R-COCO-2, before anything else."""
    whole = document(box(1))
    del whole[missing]

    with pytest.raises(SourceUnreadable, match=f"R-COCO-2: {missing}"):
        Made(tmp_path).of(json.dumps(whole))


def test_what_is_no_json_is_told_with_its_place(tmp_path: Path) -> None:
    """A file that is cut off."""
    with pytest.raises(SourceUnreadable, match="at byte"):
        Made(tmp_path).of(json.dumps(document(box(1)))[:-5])


def test_an_image_that_lost_an_annotation_is_held_if_asked(tmp_path: Path) -> None:
    """The good one is kept back, as it is spelled."""
    good, bad = box(1), box(2, bbox=[1, 2, -3, 4])
    made = Made(tmp_path, hold=True)

    done = made.of(json.dumps(document(good, bad)))

    assert done.kept == 0
    assert [json.loads(one)["id"] for one in made.held] == [1]
    assert [one["slug"] for one in made.refused] == ["R-COCO-10"]


@pytest.mark.parametrize(("deny", "kept", "warned"), [((), 1, 1), (("R-COCO-17",), 0, 0)])
def test_categories_that_are_no_class_warn_or_are_refused(
    tmp_path: Path, deny: tuple[str, ...], kept: int, warned: int
) -> None:
    """As severe as the caller says."""
    made = Made(tmp_path, classes=frozenset({"something else"}))

    done = made.of(json.dumps(document(box(1))), deny=deny)

    assert done.kept == kept
    assert made.maker is not None
    assert made.maker.warnings["R-COCO-17"] == warned


def test_names_of_files_are_found_exactly_and_nearly(tmp_path: Path) -> None:
    """Case, extension, folder and unusual line ends."""
    path = tmp_path / "files.txt"
    path.write_bytes("\ufeffa.jpg\r\nB.PNG\n\nfolder/ü.jpeg\nlast.jpg".encode())

    files = ProjectFiles.read(path)

    assert len(files) == 4
    assert files.has(["a.jpg", "A.jpg", "B.PNG", "last.jpg", "folder/ü.jpeg", ""]).tolist() == [
        *(True, False, True, True, True, False)
    ]
    assert files.near("A.JPEG") == ["a.jpg"]
    assert files.near("x/b.png") == ["B.PNG"]
    assert files.near("Ü.jpg") == ["folder/ü.jpeg"]
    assert files.near("other.jpg") == []
