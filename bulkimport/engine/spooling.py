"""Assets into a spool of elements: each made, or rejected by its rule."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from bulkimport.engine.rejections import Rejections
from bulkimport.engine.scanning import stop_if_asked
from bulkimport.events import Listener, Scanned
from bulkimport.formats.assets import Asset, read_asset_file
from bulkimport.formats.data_rows import Fault, Maker
from bulkimport.model import Rejection
from bulkimport.native import HAS_KEY, HAS_UUID, ROW, explain, key_hashes
from bulkimport.rows.explain import NO_JSON, explain_code
from bulkimport.rows.rulebook import rulebook
from bulkimport.shards.partitions import Partitions
from bulkimport.source.spool import Room, draft

ASSETS_AT_ONCE = 2048
UNREADABLE = "R-FILE-1"
NO_FAULT = Fault(UNREADABLE, "$")


@dataclass(slots=True)
class Spooling:
    """Makes elements of assets, source by source; `rows` counts all assets that were read.

    An element is entered in the partitions as a ROW whose uuid is the hash of its key: keys are
    what a shard of data rows is settled by.
    """

    maker: Maker
    partitions: Partitions
    rejections: Rejections
    tell: Listener
    stopped: Callable[[], bool]
    total_bytes: int
    rows: int = 0
    done_bytes: int = 0

    def spool(self, path: Path, *, name: str, number: int, to: Path) -> None:
        """Write the elements of one plain file. Raises SourceUnreadable, UsageError, DiskTrouble.

        Memory: some thousands of assets.
        """
        room, offset = Room(to.parent), 0
        assets = read_asset_file(path, name=name)
        with draft(to) as file:
            while some := list(islice(assets, ASSETS_AT_ONCE)):
                stop_if_asked(self.stopped)
                elements = self._made(some, name, number=number, offset=offset)
                room.take(len(elements))
                file.write(elements)
                offset += len(elements)
                self._tell(some)

    def _made(self, assets: list[Asset], name: str, *, number: int, offset: int) -> bytes:
        keys: list[str] = []
        elements: list[bytes] = []
        lines: list[int] = []
        make = self.maker.make
        for asset in assets:
            fault = None if asset.fields is None else make(asset.fields)
            if isinstance(fault, tuple):
                keys.append(fault[0])
                elements.append(fault[1])
                lines.append(asset.line)
            else:
                self._reject(asset, fault, name)
        self.rows += len(assets)
        if elements:
            self._enter(keys, elements, lines, number=number, offset=offset)
        elements.append(b"")
        return b"\n".join(elements)

    def _enter(
        self, keys: list[str], elements: list[bytes], lines: list[int], *, number: int, offset: int
    ) -> None:
        rows = np.zeros(len(keys), ROW)
        lengths = np.fromiter(map(len, elements), np.int64, len(elements))
        low, high = key_hashes("g", keys).T
        rows["key_low"], rows["key_high"] = low, high
        rows["uuid_low"], rows["uuid_high"] = low, high
        rows["offset"] = offset + np.cumsum(lengths + 1) - lengths - 1
        rows["length"], rows["line"], rows["source"] = lengths, lines, number
        rows["flags"] = HAS_KEY | HAS_UUID
        self.partitions.add_by(rows, "key_low")

    def _reject(self, asset: Asset, fault: Fault | None, name: str) -> None:
        if not self.rejections.room:
            self.rejections.count(fault.slug if fault else UNREADABLE, 1)
            return
        told = unreadable if fault is None else rejection_of
        self.rejections.add(told(asset, fault or NO_FAULT, source=name), asset.row)

    def _tell(self, assets: list[Asset]) -> None:
        self.done_bytes += sum(len(asset.row) + 1 for asset in assets)
        done = min(self.done_bytes, self.total_bytes)
        self.tell(Scanned(self.rows, done, self.total_bytes, self.rejections.rows))


def unreadable(asset: Asset, _: Fault, *, source: str) -> Rejection:
    """Say why a line is no JSON object."""
    code = explain(asset.row).code
    known = code in NO_JSON or code == "not-object"
    row = asset.row if known else b"?"
    return explain_code(row, source=source, line=asset.line, offset=asset.offset)


def rejection_of(asset: Asset, fault: Fault, *, source: str) -> Rejection:
    """Say which rule of the rulebook an asset broke."""
    rule, found = rulebook()[fault.slug], fault.quoted()
    return Rejection(
        source=source,
        line=asset.line,
        offset=asset.offset,
        path=fault.path,
        slug=fault.slug,
        found=found,
        expected=rule.expected,
        message=rule.sentence.replace("{found}", found or "something else"),
    )
