"""What the pictures of a folder mean: a table beside them says whose their labels are.

| the table                          | the pictures                                              |
|------------------------------------|-----------------------------------------------------------|
| JSON of COCO panoptic              | those it names; its segments name labels                  |
| CSV `label,name`                   | all PNGs of its folder, one meaning for all               |
| CSV `file,label,name`              | those it names, each with labels of its own               |

A label is a number (of an RGB picture red + 256 green + 65,536 blue) or a colour, `#rrggbb`. The
key of an image is the file's name. PNGs in a folder below are the frames of one video, whose key is
that folder's name; the digits at the end of a frame's name are its index.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

import orjson

from bulkimport.errors import SourceUnreadable
from bulkimport.masks.composite import WHITE
from bulkimport.source.beside import files_of

FRAME: Final = re.compile(r"(\d+)$")
COLOUR: Final = re.compile(r"#([0-9a-fA-F]{6})$")
HEADERS: Final = (["label", "name"], ["file", "label", "name"])
PATTERN: Final = "*.png"


@dataclass(frozen=True, slots=True)
class Meaning:
    """Names of labels. With `shown` they are colours as they are shown; `zero` if 0 is meant."""

    names: dict[int, str]
    shown: bool = False

    @property
    def zero(self) -> bool:
        """Whether the label 0 has a name, so that it is no background."""
        return not self.shown and 0 in self.names

    def named(self, label: int) -> str | None:
        """The name of a label of a composite."""
        if self.zero and label == WHITE:
            return self.names.get(label) or self.names[0]
        return self.names.get(label)


@dataclass(frozen=True, slots=True)
class Listed:
    """One picture: its file below the folder, its key, its frame if it is of a video."""

    file: str
    key: str
    frame: int | None
    meaning: Meaning


def read_table(table: bytes, folder: Path, *, name: str) -> Iterator[list[Listed]]:
    """The pictures of each data row, in their order. Raises SourceUnreadable for another table."""
    if table.lstrip()[:1] == b"{":
        yield from _panoptic(table, name)
        return
    header, lines = _csv(table, name)
    if header == HEADERS[0]:
        meaning = _meaning([(label, meant) for label, meant in lines], name)
        yield from _together([(file, meaning) for file in files_of(folder, PATTERN)], name)
        return
    by_file: dict[str, list[tuple[str, str]]] = {}
    for file, label, meant in lines:
        by_file.setdefault(file, []).append((label, meant))
    yield from _together([(f, _meaning(pairs, name)) for f, pairs in by_file.items()], name)


def takes_all(table: bytes, *, name: str) -> bool:
    """Whether a table means all pictures of its folder. Raises SourceUnreadable for another."""
    return table.lstrip()[:1] != b"{" and _csv(table, name)[0] == HEADERS[0]


def _panoptic(table: bytes, name: str) -> Iterator[list[Listed]]:
    try:
        document = orjson.loads(table)
        names = {one["id"]: one["name"] for one in document["categories"]}
        images = {one["id"]: one["file_name"] for one in document.get("images", ())}
        for picture in document["annotations"]:
            segments = picture["segments_info"]
            meaning = Meaning({one["id"]: names[one["category_id"]] for one in segments})
            key = images.get(picture["image_id"], picture["file_name"])
            yield [Listed(picture["file_name"], key, None, meaning)]
    except orjson.JSONDecodeError as error:
        raise SourceUnreadable(f"is broken JSON: {error}", place=name) from error
    except (KeyError, TypeError) as error:
        raise SourceUnreadable(f"is no panoptic JSON: {error!r}", place=name) from error


def _csv(table: bytes, name: str) -> tuple[list[str], list[list[str]]]:
    try:
        reader = csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""))
        header, *lines = [line for line in reader if line]
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise SourceUnreadable("is no table", place=name, remedy=_REMEDY) from error
    if header not in HEADERS or any(len(line) != len(header) for line in lines):
        raise SourceUnreadable("is no table of masks", place=name, remedy=_REMEDY)
    return header, lines


_REMEDY: Final = "give panoptic JSON, or CSV with the header label,name or file,label,name"


def _meaning(pairs: list[tuple[str, str]], name: str) -> Meaning:
    colours = [COLOUR.match(label) for label, _ in pairs]
    if any(colours) and not all(colours):
        raise SourceUnreadable("labels are numbers or colours, not both", place=name)
    names: dict[int, str] = {}
    for (label, meant), colour in zip(pairs, colours, strict=True):
        if not colour and not label.isdecimal():
            raise SourceUnreadable(f"{label!r} is no label", place=name, remedy=_REMEDY)
        # A colour is written with red first, a label counts it last.
        number = int.from_bytes(bytes.fromhex(colour[1]), "little") if colour else int(label)
        if names.setdefault(number, meant) != meant:
            raise SourceUnreadable(f"label {label} has two names", place=name)
    return Meaning(names, shown=any(colours))


def _together(files: list[tuple[str, Meaning]], name: str) -> Iterator[list[Listed]]:
    """Pictures of one video together; a picture that lies alone is an image."""
    videos: dict[str, list[Listed]] = {}
    for file, meaning in files:
        path = PurePosixPath(file)
        if len(path.parts) == 1:
            yield [Listed(file, file, None, meaning)]
            continue
        index = FRAME.search(path.stem)
        if index is None:
            raise SourceUnreadable(f"{file} ends in no index of a frame", place=name)
        video = path.parent.as_posix()
        videos.setdefault(video, []).append(Listed(file, video, int(index[1]), meaning))
    for frames in videos.values():
        yield sorted(frames, key=_frame)


def _frame(listed: Listed) -> int:
    return listed.frame or 0


def as_json(listed: Listed) -> bytes:
    """What stands in rejected.ndjson for a picture."""
    told: dict[str, Any] = {"file": listed.file, "key": listed.key}
    return orjson.dumps(told if listed.frame is None else told | {"frame": listed.frame})
