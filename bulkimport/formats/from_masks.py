"""Folders of mask pictures into rows: a composite that all rows of its image share."""

from base64 import b64encode
from collections import Counter
from pathlib import Path
from typing import Any

import orjson

from bulkimport.formats.files import RowFile
from bulkimport.formats.keys import Unmatched
from bulkimport.formats.losses import Loss, Losses
from bulkimport.formats.mapping import RowMaps
from bulkimport.formats.mask_tables import PATTERN, Listed, as_json, read_table, takes_all
from bulkimport.formats.refusals import Refusals
from bulkimport.formats.values import Place
from bulkimport.masks.composite import Composite, as_composite, colour_of
from bulkimport.masks.pictures import Fault
from bulkimport.rows.picture_rules import PICTURE_RULES
from bulkimport.rows.rulebook import rulebook
from bulkimport.source.beside import Beside

JSON = dict[str, Any]
START = Place(1, 0)


class MaskRows:
    """Takes a table of masks and writes the rows of the pictures beside it.

    Memory: the table, one picture, and the frames of one video.
    """

    def __init__(
        self,
        folder: Path,
        maps: RowMaps,
        file: RowFile,
        *,
        beside: Beside,
        refusals: Refusals,
        losses: Losses,
        counts: Counter[str],
    ) -> None:
        """Write to `file`, read pictures by `beside`; `counts` are added to."""
        self._folder = folder
        self._maps = maps
        self._beside = beside
        self._file = file
        self._refusals = refusals
        self._losses = losses
        self._table = bytearray()
        self._counts = counts

    def take(self, block: bytes, offset: int, *, last: bool) -> int:  # noqa: ARG002 - a Take
        """Take the next block of the table, at `offset`; with the last the pictures are read.

        Raises SourceUnreadable for a table that is none.
        """
        self._table += block
        if last:
            table, name = bytes(self._table), str(self._folder)
            self._beside.begin(PATTERN if takes_all(table, name=name) else None)
            for listed in read_table(table, self._folder, name=name):
                self._write(listed)
            self._beside.sync()
        return len(block)

    def _write(self, pictures: list[Listed]) -> None:
        composites = [(listed, made) for listed in pictures if (made := self._composite(listed))]
        if not composites:
            return
        first, composite = composites[0]
        rows = _image(first, composite) if first.frame is None else [_video(composites)]
        masks = len(rows) if first.frame is None else len(rows[0]["masks"]["instances"])
        self._counts.update({"pictures": len(composites), "masks": masks})
        for row in rows if masks else ():
            line = orjson.dumps(row)
            try:
                self._file.add((self._maps.apply(line),))
            except Unmatched as why:
                self._refusals.unmatched(line, START, why=why)

    def _composite(self, listed: Listed) -> Composite | None:
        meaning = listed.meaning
        try:
            png = self._beside.read(listed.file)
        except OSError as error:
            self._refuse(listed, "unreachable", error.strerror or "cannot be read")
            return None
        made = as_composite(png, shown=meaning.shown, zero=meaning.zero)
        if isinstance(made, Fault):
            self._refuse(listed, made.trouble, made.found)
            return None
        unnamed = [label for label in made.labels if label and meaning.named(label) is None]
        self._losses.add(Loss.UNNAMED_LABELS, len(unnamed))
        return made

    def _refuse(self, listed: Listed, wrong: str, found: str) -> None:
        rule = rulebook()[PICTURE_RULES[wrong]]
        # One table stands for all pictures, so each says its own name.
        named = f"{found} in {listed.file}"
        self._refusals.ruled(rule, as_json(listed), START, path="$.file", found=named)


def _image(listed: Listed, composite: Composite) -> list[JSON]:
    picture = b64encode(composite.png).decode()
    return [
        {
            "dataRow": {"globalKey": listed.key},
            "name": name,
            "mask": {"imBytes": picture, "colorRGB": list(colour_of(label))},
        }
        for label in composite.labels
        if (name := listed.meaning.named(label)) is not None
    ]


def _video(composites: list[tuple[Listed, Composite]]) -> JSON:
    frames, names = [], {}
    for listed, composite in composites:
        picture = b64encode(composite.png).decode()
        frames.append({"index": listed.frame, "imBytes": picture})
        named = ((label, listed.meaning.named(label)) for label in composite.labels)
        names.update({label: name for label, name in named if name is not None})
    instances = [
        {"colorRGB": list(colour_of(label)), "name": name} for label, name in sorted(names.items())
    ]
    key = composites[0][0].key
    return {"dataRow": {"globalKey": key}, "masks": {"frames": frames, "instances": instances}}
