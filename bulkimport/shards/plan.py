"""RUN/plan.json: what was decided before the first byte was sent; never changed after.

Its being there says that the index beside it is whole: it is the last file a plan writes.
"""

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import orjson

from bulkimport.disk import replace_file
from bulkimport.errors import RunMismatch
from bulkimport.model import Address, Kind
from bulkimport.source.fingerprint import Fingerprint, unchanged

VERSION = 1
FILE_NAME = "plan.json"


@dataclass(frozen=True, slots=True)
class PlannedSource:
    """One source: as named, the fingerprint of the file named, and the plain file of rows read.

    `path` is None for a stream, whose rows are only in the spool (`read_path`).
    """

    name: str
    path: str | None
    fingerprint: Fingerprint
    read_path: str


@dataclass(frozen=True, slots=True)
class Totals:
    """What the plan counted; rows unless said otherwise."""

    read: int
    rejected: int
    held: int
    planned: int
    data_rows: int
    shards: int
    bytes: int
    canary_shards: int
    by_kind: dict[str, int]
    by_slug: dict[str, int]
    warnings: dict[str, int]


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

    def write(self, folder: Path) -> None:
        """Write the plan durably; from now on the folder is a run."""
        document = {"version": VERSION, **asdict(self)}
        replace_file(folder / FILE_NAME, orjson.dumps(document, option=orjson.OPT_INDENT_2))

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Read the plan, or None when there is none yet. Raises RunMismatch for a foreign one."""
        path = folder / FILE_NAME
        try:
            document = orjson.loads(path.read_bytes())
            if document.pop("version") != VERSION:
                raise RunMismatch("the plan was made by another version", place=str(path))
            return cls(**_typed(document))
        except FileNotFoundError:
            return None
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise RunMismatch("the plan cannot be read", place=str(path)) from error

    def digest(self) -> str:
        """16 hex digits of the whole plan; the ledger holds them to know its own plan."""
        document = orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS)
        return hashlib.blake2b(document, digest_size=8).hexdigest()

    def changed_source(self) -> str | None:
        """Name the first source whose file no longer has the planned bytes, or None.

        Costs a stat each; a file whose mtime was touched is read once more.
        """
        for source in self.sources:
            if source.path and not unchanged(Path(source.path), source.fingerprint):
                return source.name
        return None


def _typed(document: dict[str, object]) -> dict[str, object]:
    typed = dict(document)
    typed["destination"] = Address(**_mapping(document["destination"]))
    typed["kind"] = Kind(str(document["kind"]))
    typed["totals"] = Totals(**_mapping(document["totals"]))
    sources = document["sources"]
    if not isinstance(sources, list):
        raise TypeError("sources is no list")
    typed["sources"] = tuple(_source(_mapping(source)) for source in sources)
    return typed


def _source(document: dict[str, object]) -> PlannedSource:
    fingerprint = Fingerprint(**_mapping(document["fingerprint"]))
    return PlannedSource(**{**document, "fingerprint": fingerprint})  # type: ignore[arg-type] # TypeError says so


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError("no mapping where one is expected")
    return value
