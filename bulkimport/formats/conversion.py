"""What is asked to be done to sources before they are rows: their format, maps, moves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bulkimport.errors import UsageError
from bulkimport.formats.benchmark import Benchmark
from bulkimport.formats.coco.choice import CocoChoice
from bulkimport.formats.keys import KeyMap, Keys, KeyTemplate, Leading
from bulkimport.formats.mapping import RowMaps
from bulkimport.formats.moves import Moves
from bulkimport.formats.names import NameMap
from bulkimport.formats.project_rows import ProjectRows
from bulkimport.formats.tables import TableFile, read_pairs

STILL = Moves()


class Format(StrEnum):
    """What sources hold."""

    ROWS = "rows"
    LABELBOX_EXPORT = "labelbox-export"
    COCO = "coco"
    MASKS = "masks"


# Options that mean nothing in other formats.
ONLY: Final[Mapping[str, Format]] = MappingProxyType(
    {
        "project": Format.LABELBOX_EXPORT,
        "schema_map": Format.LABELBOX_EXPORT,
        "coco": Format.COCO,
    }
)


@dataclass(frozen=True, slots=True)
class Conversion:
    """How sources become rows. `project` and `schema_map` are for exports, `coco` for COCO."""

    format: Format = Format.ROWS
    project: str | None = None
    schema_map: TableFile | None = None
    key_map: TableFile | None = None
    key_template: str | None = None
    name_map: TableFile | None = None
    moves: Moves = STILL
    coco: CocoChoice | None = None
    benchmark: Benchmark | None = None
    project_rows: ProjectRows | None = None

    def __post_init__(self) -> None:
        """Raise UsageError for options that a format does not have.

        Only COCO says how large its images are.
        """
        if self.format is not Format.COCO:
            self.moves.require_sizes()
        if self.benchmark is not None and self.format is Format.COCO:
            raise UsageError(
                "rows cannot be marked while they are made of COCO",
                place="--benchmark",
                remedy="`bulkimport convert` the document first, and mark the rows it made",
            )
        for name, only in ONLY.items():
            if getattr(self, name) is not None and self.format is not only:
                raise UsageError(
                    f"is for {only} only",
                    place=f"--{name.replace('_', '-')}",
                    remedy=f"add --format {only}",
                )

    @property
    def idle(self) -> bool:
        """Whether sources are rows already and nothing in them is to be changed."""
        return self.moves.idle and self.without_moves() == Conversion()

    def options(self) -> dict[str, str]:
        """What shapes rows, as text: files by the digest of their content. Empty when idle."""
        given = {name: self._given(name) for name in self.__slots__ if name != "moves"}
        texts = {name: _text(value) for name, value in given.items() if value is not None}
        return texts | self.moves.options()

    def without_moves(self) -> "Conversion":
        """What makes rows of sources, before points are moved."""
        return replace(self, moves=STILL)

    def led_by(self, data_rows: Path | None) -> "Conversion":
        """The same with the project's data rows in a file, if rows are led by them."""
        if self.project_rows is None:
            return self
        return replace(self, project_rows=replace(self.project_rows, path=data_rows))

    def row_maps(self) -> RowMaps:
        """Read the maps. Raises UsageError; costs the memory of the key map."""
        template = KeyTemplate.read(self.key_template) if self.key_template is not None else None
        key_map: Leading | None = KeyMap.read(self.key_map) if self.key_map else None
        if self.project_rows is not None:
            key_map = self.project_rows.read()
        keys = Keys(template, key_map) if template or key_map else None
        names = NameMap.read(self.name_map) if self.name_map else None
        return RowMaps(keys, names, self.benchmark.marks() if self.benchmark else None)

    def schema_ids(self) -> dict[str, str]:
        """Read the map of schema ids, old to new. Raises UsageError."""
        return read_pairs(self.schema_map) if self.schema_map else {}

    def _given(self, name: str) -> object:
        value = getattr(self, name)
        return None if value == Format.ROWS else value


def _text(value: object) -> str:
    return value.digest if isinstance(value, TableFile) else str(value)
