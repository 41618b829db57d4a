"""Folders of mask pictures into rows: classes, instances, colours, panoptic, videos."""

import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support.pngs import colours, png

from bulkimport.errors import SourceUnreadable
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.formats.converter import Converter, Paths
from bulkimport.formats.tables import TableFile
from bulkimport.masks.pictures import pack, read_pixels

MASKS = Conversion(format=Format.MASKS)
JSON = dict[str, Any]
Convert = Callable[..., tuple[list[JSON], list[JSON], Converter]]


def lines_of(written: bytes) -> list[JSON]:
    """The values of NDJSON."""
    return [json.loads(line) for line in written.splitlines()]


@pytest.fixture
def convert(tmp_path: Path) -> Convert:
    """Convert a table with these pictures beside it: rows, refusals, and what converted them."""

    def run(
        table: str, pictures: dict[str, bytes], *, conversion: Conversion = MASKS, block: int = 9
    ) -> tuple[list[JSON], list[JSON], Converter]:
        folder = tmp_path / "folder"
        for name, data in pictures.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        folder.mkdir(exist_ok=True)
        source = folder / "table"
        source.write_text(table)
        converter = Converter(
            conversion, relationships=True, block_bytes=block, told=lambda _: None
        )
        refused = tmp_path / "refused"
        made = converter.convert(
            source, name=str(source), to=Paths(lambda number: tmp_path / f"{number}", refused)
        )
        written = b"".join(path.read_bytes() for path in made.files.values())
        return lines_of(written), lines_of(refused.read_bytes()), converter

    return run


def told(rows: list[JSON]) -> list[tuple[str, str, tuple[int, ...]]]:
    """Key, name and colour of each row."""
    return [
        (row["dataRow"]["globalKey"], row["name"], tuple(row["mask"]["colorRGB"])) for row in rows
    ]


def labels_of(text: str) -> Any:
    """The labels of a composite in a row."""
    read = read_pixels(b64decode(text))
    assert isinstance(read, tuple)
    assert read[0].mode == "rgb"
    return pack(read[1])


def test_class_ids_become_a_composite_that_all_rows_of_the_image_share(convert: Convert) -> None:
    """Grey samples are classes; 0 has no name and is the background."""
    pixels = np.array([[0, 1, 1], [2, 2, 7]], np.uint8)
    rows, refused, converter = convert("label,name\n1,road\n2,sky\n", {"a.png": png(pixels)})

    assert told(rows) == [("a.png", "road", (1, 0, 0)), ("a.png", "sky", (2, 0, 0))]
    assert rows[0]["mask"]["imBytes"] == rows[1]["mask"]["imBytes"]
    assert labels_of(rows[0]["mask"]["imBytes"]).tolist() == pixels.tolist()
    assert refused == []
    assert converter.objects == {"pictures": 1, "masks": 2}
    assert converter.losses.counts() == {"unnamed-labels": 1}


def test_instance_ids_have_names_of_their_own_file(convert: Convert, tmp_path: Path) -> None:
    """16 bits hold more instances than 255; the key may be made of the file's name."""
    Image.fromarray(np.array([[0, 300], [301, 0]], np.uint16)).save(tmp_path / "x.png")
    pictures = {"a.png": (tmp_path / "x.png").read_bytes(), "b.png": png(np.array([[1]]))}
    rows, _, _ = convert(
        "file,label,name\na.png,300,car\na.png,301,car\nb.png,1,bus\n",
        pictures,
        conversion=Conversion(format=Format.MASKS, key_template="{stem}.jpg"),
    )

    assert told(rows) == [
        ("a.jpg", "car", (44, 1, 0)),
        ("a.jpg", "car", (45, 1, 0)),
        ("b.jpg", "bus", (1, 0, 0)),
    ]


def test_colours_are_those_that_a_palette_shows(convert: Convert) -> None:
    """An RGB picture stays as it is, byte for byte."""
    shown = colours(0, 0x0000FF, 0x010203)
    palette = Image.fromarray(shown).convert("P", palette=Image.Palette.ADAPTIVE)
    rows, _, _ = convert(
        "label,name\n#ff0000,road\n#030201,sky\n",
        {"a.png": png(shown), "b.png": png(np.asarray(palette.convert("RGB")))},
    )

    assert told(rows)[:2] == [("a.png", "road", (255, 0, 0)), ("a.png", "sky", (3, 2, 1))]
    assert b64decode(rows[0]["mask"]["imBytes"]) == png(shown)
    assert len(rows) == 4


def test_a_class_zero_that_is_named_becomes_white(convert: Convert) -> None:
    """Black would be the background."""
    rows, _, _ = convert("label,name\n0,road\n1,sky\n", {"a.png": png(np.array([[0, 1]]))})

    assert told(rows) == [("a.png", "sky", (1, 0, 0)), ("a.png", "road", (255, 255, 255))]
    assert labels_of(rows[0]["mask"]["imBytes"]).tolist() == [[0xFFFFFF, 1]]


def test_a_folder_below_is_a_video(convert: Convert) -> None:
    """One row, a composite a frame, a colour an instance over all frames."""
    frames = {f"v/{index:04d}.png": png(np.array([[0, index]])) for index in (10, 2)}
    rows, _, _ = convert("label,name\n2,car\n10,bus\n", frames)

    assert len(rows) == 1
    assert rows[0]["dataRow"] == {"globalKey": "v"}
    masks = rows[0]["masks"]
    assert [frame["index"] for frame in masks["frames"]] == [2, 10]
    assert masks["instances"] == [
        {"colorRGB": [2, 0, 0], "name": "car"},
        {"colorRGB": [10, 0, 0], "name": "bus"},
    ]
    assert labels_of(masks["frames"][0]["imBytes"]).tolist() == [[0, 2]]


def test_panoptic_segments_are_rows_of_their_image(convert: Convert) -> None:
    """The picture goes byte for byte, under the name of its image."""
    picture = png(colours(0, 70_000, 5))
    table = {
        "images": [{"id": 9, "file_name": "a.jpg"}],
        "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "sea"}],
        "annotations": [
            {
                "image_id": 9,
                "file_name": "a.png",
                "segments_info": [
                    {"id": 5, "category_id": 1},
                    {"id": 70_000, "category_id": 2},
                    {"id": 6, "category_id": 2},
                ],
            }
        ],
    }
    rows, _, _ = convert(json.dumps(table), {"a.png": picture})

    assert told(rows) == [("a.jpg", "cat", (5, 0, 0)), ("a.jpg", "sea", (112, 17, 1))]
    assert b64decode(rows[0]["mask"]["imBytes"]) == picture


def test_pictures_that_cannot_be_read_are_refused_and_the_rest_goes_on(convert: Convert) -> None:
    """Each by its own slug, named by its file."""
    good = png(np.array([[1]]))
    rows, refused, _ = convert(
        "file,label,name\n" + "".join(f"{name}.png,1,road\n" for name in "abcd"),
        {"a.png": b"\xff\xd8\xff", "c.png": good[:45], "d.png": good},
    )

    assert told(rows) == [("d.png", "road", (1, 0, 0))]
    assert [(line["slug"], line["row"]["file"]) for line in refused] == [
        ("R-PNG-1", "a.png"),
        ("R-PNG-5", "b.png"),
        ("R-PNG-3", "c.png"),
    ]


@pytest.mark.parametrize(
    "table",
    [
        "",
        "{",
        "{}",
        "a,b\n1,2\n",
        "label,name\n1\n",
        "label,name\nred,road\n",
        "label,name\n1,road\n#ff0000,sky\n",
        "label,name\n1,road\n1,sky\n",
        "file,label,name\nv/frame.png,1,road\n",
        "\0\xff",
    ],
)
def test_a_table_that_says_nothing_is_refused(convert: Convert, table: str) -> None:
    """With a sentence, before a picture is read."""
    with pytest.raises(SourceUnreadable):
        convert(table, {})


def test_keys_that_a_map_lacks_are_refused(convert: Convert, tmp_path: Path) -> None:
    """As for rows of any other format."""
    keys = tmp_path / "keys.csv"
    keys.write_text("from,to\nb.png,b\n")
    rows, refused, _ = convert(
        "label,name\n1,road\n",
        {"a.png": png(np.array([[1]])), "b.png": png(np.array([[1]]))},
        conversion=Conversion(format=Format.MASKS, key_map=TableFile.at(keys)),
    )

    assert told(rows) == [("b", "road", (1, 0, 0))]
    assert [line["slug"] for line in refused] == ["R-MAP-1"]
