"""Plans of documents, by the Python door and without a project to ask."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bulkimport.api import Options, PlanMade, plan_rows
from bulkimport.engine.document_bodies import DocumentBodies, open_document_bodies
from bulkimport.engine.folder import open_folder
from bulkimport.engine.opening import planned_cuts
from bulkimport.engine.request import Shaping
from bulkimport.errors import SourceUnreadable, UsageError
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.ledger.shard import check_parts
from bulkimport.rows.ruling import Emphasis, Ruling
from bulkimport.shards.group import Incomplete


def document(*names: str, each: int = 2, first: int = 1, **more: Any) -> dict[str, Any]:
    """Images of these names with so many boxes each."""
    numbers = range(first, first + len(names))
    return {
        "images": [
            {"id": number, "file_name": name, "width": 90, "height": 90}
            for number, name in zip(numbers, names, strict=True)
        ],
        "annotations": [
            {"id": number * 100 + part, "image_id": number, "category_id": 5 + part % 2}
            | {"bbox": [part, 1, 2, 3], "area": 6, "iscrowd": 0}
            for number in numbers
            for part in range(each)
        ],
        "categories": [{"id": 5, "name": "five"}, {"id": 6, "name": "six"}],
        **more,
    }


async def planned(folder: Path, *documents: dict[str, Any], **more: Any) -> PlanMade:
    """Plan documents, sure of their names."""
    paths = []
    for number, one in enumerate(documents):
        paths.append(folder / f"{number}.json")
        paths[-1].write_text(json.dumps(one, indent=1))
    first = more.pop("first", None)
    ruling = Ruling(emphasis=Emphasis(allow=frozenset({"R-COCO-4"})))
    asked = {"conversion": Conversion(Format.COCO), "incomplete": Incomplete.SEND, **more}
    options = Options(runs=folder / "runs", first=first, shaping=Shaping(ruling=ruling, **asked))
    return await plan_rows(paths, to="labellerr:p", kind="prelabels", options=options)


async def offload(call: Any, *arguments: Any) -> Any:
    """Call at once."""
    return call(*arguments)


def shards(made: PlanMade) -> list[dict[str, Any]]:
    """The documents of a plan; each is compact and of its planned size."""
    folder, plan = open_folder(made.run)
    found = []
    with open_document_bodies(
        plan.sources, folder.path / "index", offload=offload, slice_bytes=512
    ) as bodies:
        for cut in planned_cuts(folder, plan):
            body = b"".join(bodies.pieces(cut))
            assert len(body) == cut.bytes
            found.append(json.loads(body))
            assert json.dumps(found[-1], separators=(",", ":")).encode() == body
            check_halves(bodies, cut)
    return found


def check_halves(bodies: DocumentBodies, cut: Any) -> None:
    """Both parts of a shard are documents, and together they are the shard."""
    parts = bodies.halves(cut)
    if not parts:
        assert cut.data_rows == 1
        return
    check_parts(cut, parts)
    whole = sorted(row for _, row in bodies.own_rows(cut, bodies.survey(cut)))
    found = []
    for part in parts:
        body = b"".join(bodies.pieces(part))
        assert len(body) == part.bytes
        assert len(json.loads(body)["annotations"]) == part.rows == len(bodies.survey(part))
        found += [row for _, row in bodies.own_rows(part, bodies.survey(part))]
    assert sorted(found) == whole


async def test_a_shard_has_only_the_categories_it_needs(tmp_path: Path) -> None:
    """In the document's own order."""
    one = document("a.jpg", each=1)
    one["annotations"] += document("b.jpg", each=2, first=2)["annotations"]
    one["images"] += document("b.jpg", first=2)["images"]

    made = await planned(tmp_path, one, rows_per_shard=1)

    assert [[one["id"] for one in shard["categories"]] for shard in shards(made)] == [[5], [5, 6]]
    assert made.plan.totals.data_rows == 2


@pytest.mark.parametrize("spare", [0, 1])
async def test_a_shard_is_filled_to_the_last_byte(tmp_path: Path, spare: int) -> None:
    """One byte less than both need, and they are two."""
    one = document("a.jpg", "b.jpg")
    size = len(json.dumps(one, separators=(",", ":")))

    made = await planned(tmp_path, one, bytes_per_shard=size - spare)

    assert len(shards(made)) == 1 + spare
    assert made.plan.totals.rejected == 0


async def test_images_of_one_name_travel_together(tmp_path: Path) -> None:
    """Two images of the document are one at the platform; it counts as one data row."""
    one = document("a.jpg", "b.jpg", "a.jpg", "c.jpg")

    made = await planned(tmp_path, one, bytes_per_shard=750)

    own = [[image["file_name"] for image in shard["images"]] for shard in shards(made)]
    assert sorted(map(sorted, own)) in (
        [["a.jpg", "a.jpg"], ["b.jpg", "c.jpg"]],
        [["a.jpg"] * 2, ["b.jpg"], ["c.jpg"]],
    )
    assert made.plan.totals.data_rows == 3
    assert made.plan.totals.warnings["R-COCO-9"] > 0


async def test_an_image_in_two_documents_is_refused_in_both(tmp_path: Path) -> None:
    """Shards do not mix documents, and a second file for an image may replace the first."""
    made = await planned(tmp_path, document("a.jpg", "b.jpg"), document("c.jpg", "a.jpg"))

    totals = made.plan.totals
    assert (totals.read, totals.planned, totals.rejected) == (8, 4, 4)
    assert totals.by_slug == {"R-COCO-9": 4}
    assert [[one["file_name"] for one in shard["images"]] for shard in shards(made)] == [
        *(["b.jpg"], ["c.jpg"])
    ]
    lines = (made.run / "rejected.ndjson").read_text().splitlines()
    assert {Path(json.loads(line)["source"]).name for line in lines} == {"0.json", "1.json"}


async def test_a_plan_of_nothing_but_rejections_has_no_shard(tmp_path: Path) -> None:
    """All are counted."""
    one = document("a.jpg")
    for annotation in one["annotations"]:
        annotation["bbox"] = [80, 1, 50, 3]

    made = await planned(tmp_path, one)

    totals = made.plan.totals
    assert (totals.shards, totals.planned, totals.rejected) == (0, 0, 2)
    assert totals.by_slug == {"R-COCO-6": 2}


async def test_a_document_without_annotations_is_told(tmp_path: Path) -> None:
    """There is nothing to send."""
    with pytest.raises(SourceUnreadable, match="no annotations"):
        await planned(tmp_path, document("a.jpg", each=0))


async def test_more_bytes_than_the_platform_takes_are_refused(tmp_path: Path) -> None:
    """25,000,000 at most."""
    with pytest.raises(UsageError, match="25,000,001"):
        await planned(tmp_path, document("a.jpg"), bytes_per_shard=25_000_001)


async def test_the_canary_holds_just_so_many_images(tmp_path: Path) -> None:
    """Over several documents."""
    made = await planned(tmp_path, document("a.jpg"), document("b.jpg", "c.jpg"), first=2)

    assert [len(shard["images"]) for shard in shards(made)] == [1, 1, 1]
    assert made.plan.totals.canary_shards == 2


async def test_units_of_many_images_are_all_there(tmp_path: Path) -> None:
    """Every annotation once, over many shards."""
    names = [f"{number}.jpg" for number in range(300)]
    one = document(*names, each=3)

    made = await planned(tmp_path, one, bytes_per_shard=2000)

    found = [item["id"] for shard in shards(made) for item in shard["annotations"]]
    assert sorted(found) == sorted(item["id"] for item in one["annotations"])
    assert np.unique([shard["images"][0]["id"] for shard in shards(made)]).size == len(shards(made))
