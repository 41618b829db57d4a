"""Data rows whose keys the destination has already: left out of what is sent, settled from disk.

RUN/present/SHARD.ndjson holds a verdict on each of them in the form of a status file, and is there
before the shard is first sent; what is found later may be the shard's own.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import orjson

from bulkimport.destinations.base import Keyed
from bulkimport.disk import disk_trouble_at, make_folder, replace_file
from bulkimport.engine.bodies import Bodies
from bulkimport.formats.data_rows import keys_of
from bulkimport.ledger.shard import Cut
from bulkimport.model import OnExisting, Parcel
from bulkimport.native import Said, StatusFile, said_by
from bulkimport.uploads.pace import Pace

KEYS_AT_ONCE = 10_000
FOLDER = "present"


@dataclass(frozen=True, slots=True)
class Present:
    """Asks which keys of a shard are taken, once, and remembers it in `folder`."""

    folder: Path
    bodies: Bodies
    destination: Keyed
    pace: Pace
    on_existing: OnExisting

    async def parcel(self, cut: Cut) -> Parcel:
        """The shard without the data rows that are there; its file is durable when this returns."""
        path = self._path(cut)
        if not path.exists():
            verdicts = [_verdict(key, self.on_existing) for key in await self._ask(cut)]
            make_folder(self.folder)
            replace_file(path, b"".join(verdicts))
        taken = {orjson.loads(line)["dataRow"]["globalKey"] for line in _lines(path)}
        parcel = self.bodies.parcel(cut)
        return _without(parcel, taken) if taken else parcel

    def said(self, cut: Cut, said: Said) -> Said:
        """What the destination said of a shard, and what was known of it before it was sent."""
        path, file = self._path(cut), StatusFile()
        with disk_trouble_at(path):
            known = path.read_bytes() if path.exists() else b""
        if not known:
            return said
        file.feed([known])
        more = said_by(file)
        statuses = more.statuses.copy()
        statuses["offset"] += len(said.lines)
        both = np.concatenate((said.statuses, statuses))
        return Said(both, said.lines + more.lines, said.accepted + more.accepted, None)

    async def _ask(self, cut: Cut) -> list[str]:
        taken: list[str] = []
        for keys in _in_parts(self._keys(cut)):
            found = await self.pace.ask(partial(self.destination.known_keys, keys))
            if found:
                taken += [key for key in keys if key in found]
        return taken

    def _keys(self, cut: Cut) -> Iterator[list[str]]:
        rest = b""
        for piece in self.bodies.pieces(cut):
            block = rest + piece
            whole = block.rfind(b"\n") + 1
            yield keys_of(block[:whole])
            rest = block[whole:]

    def _path(self, cut: Cut) -> Path:
        # Not by the name, which a successor changes.
        return self.folder / f"{cut.plan_index:05d}-{cut.body_start}-{cut.body_end}.ndjson"


def count_present(folder: Path, options: Mapping[str, str]) -> int:
    """How many data rows of a run were there before and are left as they are (`skip`)."""
    if options.get("on_existing") != OnExisting.SKIP:
        return 0
    return sum(len(_lines(path)) for path in (folder / FOLDER).glob("*.ndjson"))


def _verdict(key: str, on_existing: OnExisting) -> bytes:
    line: dict[str, object] = {"dataRow": {"globalKey": key}, "status": "SUCCESS"}
    if on_existing is OnExisting.FAIL:
        words = {"name": "DuplicateGlobalKey", "message": f"Duplicate global key: '{key}'"}
        line |= {"status": "FAILURE", "errors": [words]}
    return orjson.dumps(line) + b"\n"


def _lines(path: Path) -> list[bytes]:
    with disk_trouble_at(path):
        return path.read_bytes().splitlines()


def _in_parts(some: Iterable[list[str]]) -> Iterator[list[str]]:
    """Join lists of keys until there are enough for one question."""
    part: list[str] = []
    for keys in some:
        part += keys
        while len(part) >= KEYS_AT_ONCE:
            yield part[:KEYS_AT_ONCE]
            part = part[KEYS_AT_ONCE:]
    if part:
        yield part


def _without(parcel: Parcel, taken: set[str]) -> Parcel:
    """The parcel without these rows; it is still the whole shard whose digest is checked."""

    async def kept() -> AsyncIterator[bytes]:
        rest = b""
        async for piece in parcel.open():
            block = rest + piece
            whole = block.rfind(b"\n") + 1
            rest = block[whole:]
            lines = block[:whole].splitlines(keepends=True)
            keys = keys_of(block[:whole])
            yield b"".join(line for line, key in zip(lines, keys, strict=True) if key not in taken)

    return replace(parcel, rows=parcel.rows - len(taken), open=kept)
