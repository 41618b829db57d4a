"""Panoptic pictures into rows: a box and a mask for each segment; its masks share the picture.

The picture is the PNG that the annotation names, beside the document or in a folder of the
document's name. It is a composite already: a segment's id is its colour.
"""

import math
import uuid
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple

import orjson

from bulkimport.errors import UsageError
from bulkimport.formats.coco.choice import CocoChoice, CocoRows, Crowds
from bulkimport.formats.coco.features import Features
from bulkimport.formats.coco.outputs import Outputs
from bulkimport.formats.coco.segments import MEMBERS, Flaw, flaws_of, id_of, whole
from bulkimport.formats.losses import Loss, Losses
from bulkimport.formats.values import Place
from bulkimport.masks.composite import as_composite, colour_of
from bulkimport.masks.pictures import Fault, Picture, read_colours
from bulkimport.rows.picture_rules import PICTURE_RULES
from bulkimport.rows.rulebook import Severity, rulebook

JSON = dict[str, Any]
# The namespace of uuids made of annotations. Its twin: `ANNOTATIONS` in native/src/coco/uuid5.rs.
ANNOTATIONS: Final = uuid.UUID("6b1f0a52-3d0e-5c1b-9a77-5e0c402d913a")
# Characters of a name that are kept.
NAME_CHARACTERS: Final = 40


class Told(NamedTuple):
    """What the native half tells of a picture's annotation; see `Coco.pictures`."""

    image: int
    key: tuple[str, str]
    size: tuple[float, float]
    place: tuple[int, int, int]
    text: bytes


class Refused(Exception):
    """The whole picture is refused, for this flaw; caught where that is told."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.slug)
        self.flaw = flaw


@dataclass(slots=True)
class Pictures:
    """Writes the rows of panoptic pictures.

    `features` are those of categories by their ids; `warned` is called for what goes with a
    warning. Memory: one picture.
    """

    source: str
    choice: CocoChoice
    features: Mapping[int, Features]
    severities: Mapping[str, tuple[Severity, Severity]]
    to: Outputs
    losses: Losses
    warned: Callable[[str], None]
    used: dict[tuple[str, str], None] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def write(self, told: Told, *, alone: bool) -> tuple[int, bool]:
        """Write one picture's rows: how many they are, and whether something was refused.

        `alone` tells whether it is its image's only picture. Raises UsageError for a document that
        lies in no folder.
        """
        try:
            segments, picture, png = self._read(told, alone=alone)
        except Refused as refused:
            self._refuse(refused.flaw, told, told.text)
            return 0, True
        self.counts["segments"] += len(segments)
        ids = Counter(map(id_of, segments))
        unnamed = [one for one in picture.colours["label"].tolist() if one and one not in ids]
        self.losses.add(Loss.UNNAMED_LABELS, len(unnamed))
        encoded, rows, refused_one = b64encode(png).decode(), 0, False
        for number, segment in enumerate(segments):
            made = self._segment(told, number, segment, picture=picture, ids=ids)
            refused_one |= made is None
            for row in made or ():
                if "mask" in row:
                    row["mask"]["imBytes"] = encoded
                self.to.rows.add((orjson.dumps(row),))
                rows += 1
        return rows, refused_one

    def _read(self, told: Told, *, alone: bool) -> tuple[list[Any], Picture, bytes]:
        try:
            annotation: JSON = orjson.loads(told.text)
        except orjson.JSONDecodeError as error:
            raise Refused(Flaw("R-COCO-2", "", str(error))) from error
        segments, file = annotation["segments_info"], annotation.get("file_name")
        if not isinstance(segments, list):
            raise Refused(Flaw("R-COCO-16", ".segments_info", "no list of segments"))
        if not alone:
            raise Refused(Flaw("R-COCO-16", ".image_id", "the image has several pictures"))
        if not isinstance(file, str):
            raise Refused(Flaw("R-COCO-16", ".file_name", "no picture is named"))
        png = self._png(file)
        ids = [number for number in map(id_of, segments) if number is not None]
        picture = read_colours(png, wanted=ids)
        if isinstance(picture, Fault):
            raise Refused(Flaw(PICTURE_RULES[picture.trouble], ".file_name", picture.found))
        pairs = zip(told.size, (picture.width, picture.height), strict=True)
        if any(own != side and not math.isnan(own) for own, side in pairs):
            found = f"{picture.width} x {picture.height} in {told.size[0]:g} x {told.size[1]:g}"
            raise Refused(Flaw("R-COCO-16", ".file_name", found))
        composite = as_composite(png, shown=False, zero=False)
        return segments, picture, png if isinstance(composite, Fault) else composite.png

    def _png(self, file: str) -> bytes:
        if self.to.beside is None:
            raise UsageError(
                "panoptic pictures lie beside their document",
                place=self.source,
                remedy="name a file",
            )
        inside = PurePosixPath(file)
        if inside.is_absolute() or ".." in inside.parts:
            raise Refused(Flaw("R-COCO-16", ".file_name", f"{file} lies elsewhere"))
        folder = Path(self.source).name.split(".")[0]
        why = "cannot be read"
        for name in (file, f"{folder}/{file}"):
            try:
                return self.to.beside.read(name)
            except (OSError, ValueError) as error:
                why = getattr(error, "strerror", None) or why
        raise Refused(Flaw("R-COCO-16", ".file_name", f"{file}: {why}"))

    def _segment(
        self,
        told: Told,
        number: int,
        segment: Any,  # noqa: ANN401 - any JSON
        *,
        picture: Picture,
        ids: Counter[int | None],
    ) -> list[JSON] | None:
        size = (picture.width, picture.height)
        flaws = [*flaws_of(segment, colours=picture.colours, known=self.features, size=size)]
        own = id_of(segment)
        if own is not None and ids[own] > 1:
            flaws.append(Flaw("R-COCO-8", ".id", f"{own}, of several segments"))
        refusing = [flaw for flaw in flaws if self._refuses(flaw)]
        if refusing:
            first = refusing[0]
            flaw = first._replace(path=f".segments_info[{number}]{first.path}")
            self._refuse(flaw, told, orjson.dumps(segment))
            return None
        for name in segment.keys() - MEMBERS:
            self.losses.add_counts({f"segment-keys: {name[:NAME_CHARACTERS]}": 1})
        crowd = bool(segment.get("iscrowd"))
        if crowd and self.choice.crowds is Crowds.SKIP:
            self.losses.add_counts({"crowds-left-out": 1})
            return []
        self.losses.add_counts({"crowds": int(crowd)})
        return self._rows(told, segment)

    def _rows(self, told: Told, segment: JSON) -> list[JSON]:
        features = self.features[whole(segment["category_id"]) or 0]
        number = id_of(segment) or 0
        made = []
        if segment.get("bbox") is not None and self._asked(CocoRows.BOXES):
            left, top, width, height = segment["bbox"]
            box = {"top": top, "left": left, "height": height, "width": width}
            made.append({**_head(told, f"{number} box 0", features.box), "bbox": box})
            self.used["rectangle", features.box] = None
        if self._asked(CocoRows.MASKS):
            mask = {"imBytes": "", "colorRGB": list(colour_of(number))}
            made.append({**_head(told, f"{number} mask 0", features.mask), "mask": mask})
            self.used["raster-segmentation", features.mask] = None
        self.losses.add_counts({"no-geometry": int(not made)})
        return made

    def _asked(self, kind: CocoRows) -> bool:
        asked = kind in self.choice.rows
        self.losses.add_counts({f"left-out: {kind}": int(not asked)})
        return asked

    def _refuses(self, flaw: Flaw) -> bool:
        if flaw.final:
            return True
        severity = self.severities[flaw.slug][flaw.mild]
        if severity is Severity.WARNING:
            self.warned(flaw.slug)
        return severity is Severity.ERROR

    def _refuse(self, flaw: Flaw, told: Told, row: bytes) -> None:
        index, offset, line = told.place
        path = f"$.annotations[{index}]{flaw.path}"
        rule = rulebook()[flaw.slug]
        self.to.refusals.ruled(rule, row, Place(line, offset), path=path, found=flaw.found)


def _head(told: Told, part: str, name: str) -> JSON:
    member, key = told.key
    own = str(uuid.uuid5(ANNOTATIONS, f"{key}\n{part}"))
    return {"uuid": own, "dataRow": {member: key}, "name": name}
