"""RUN/plan.json: what was decided before the first byte was sent; never changed after.

Its being there says that the index beside it is whole: it is the last file a plan writes.
"""

import hashlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import orjson

from bulkimport.disk import disk_trouble_at, replace_file
from bulkimport.errors import RunMismatch
from bulkimport.model import Address, Kind
from bulkimport.source.beside import changed_beside
from bulkimport.source.fingerprint import Fingerprint, unchanged

VERSION = 1
FILE_NAME = "plan.json"


@dataclass(frozen=True, slots=True)
class PlannedSource:
    """One source: as named, the fingerprint of the file named, and the plain file of rows read.

    `path` is None for a stream, whose rows are only in the spool (`read_path`). `beside` is a list
    of further files that the rows were made of (source/beside.py).
    """

    name: str
    path: str | None
    fingerprint: Fingerprint
    read_path: str
    beside: str | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """What the plan counted; rows unless said otherwise."""

    read: int
    held: int
    planned: int
    data_rows: int
    shards: int
    bytes: int
    canary_shards: int
    by_kind: dict[str, int]
    by_slug: dict[str, int]
    warnings: dict[str, int]

    @property
    def rejected(self) -> int:
        """Rows refused by our checks, whatever the rule."""
        return self.read - self.held - self.planned


@dataclass(frozen=True, slots=True)
class Made:
    """What rows were made of: the sources' own objects, and what of them rows cannot carry.

    Both are empty when the sources are rows; `lost` counts by kind (formats/losses.py).
    """

    objects: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that shapes a run. `options` are those that shape rows, as given."""

    key: str
    generation: int
    destination: Address
    endpoint: str
    kind: Kind
    options: dict[str, str]
    sources: tuple[PlannedSource, ...]
    totals: Totals
    made_at: float
    made: Made = field(default_factory=Made)

    def write(self, folder: Path) -> None:
        """Write the plan durably; from now on the folder is a run."""
        document = {"version": VERSION, **asdict(self)}
        replace_file(folder / FILE_NAME, orjson.dumps(document, option=orjson.OPT_INDENT_2))

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Read the plan, or None when there is none yet. Raises RunMismatch for a foreign one."""
        path = folder / FILE_NAME
        try:
            with disk_trouble_at(path):
                content = path.read_bytes() if path.exists() else None
            if content is None:
                return None
            document = orjson.loads(content)
            if document.pop("version") != VERSION:
                raise RunMismatch("the plan was made by another version", place=str(path))
            return cls(**_typed(document))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RunMismatch("the plan cannot be read", place=str(path)) from error

    def digest(self) -> str:
        """16 hex digits of the whole plan; the ledger holds them to know its own plan."""
        document = orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS)
        return hashlib.blake2b(document, digest_size=8).hexdigest()

    def changed_source(self) -> str | None:
        """Name the first source whose file no longer has the planned bytes, or None.

        Of a source that was read with others beside it, name the one that changed. Costs a stat
        each; a file whose mtime was touched is read once more.
        """
        for source in self.sources:
            if source.path and not unchanged(Path(source.path), source.fingerprint):
                return source.name
            if source.beside and (changed := changed_beside(Path(source.beside))):
                return str(changed)
        return None


def _typed(document: dict[str, Any]) -> dict[str, Any]:
    return {
        **document,
        "destination": Address(**document["destination"]),
        "kind": Kind(document["kind"]),
        "totals": Totals(**document["totals"]),
        "made": Made(**document.get("made", {})),
        "sources": tuple(_source(source) for source in document["sources"]),
    }


def _source(document: dict[str, Any]) -> PlannedSource:
    return PlannedSource(**{**document, "fingerprint": Fingerprint(**document["fingerprint"])})
