"""Sources into files of rows: each source is read once, flat, and digested on the way."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bulkimport.formats.binding import Binding
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.formats.export import Export, Projects
from bulkimport.formats.files import RowFiles
from bulkimport.formats.from_export import LabelFiles
from bulkimport.formats.from_rows import MappedRows
from bulkimport.formats.label import LabelRows
from bulkimport.formats.losses import Losses
from bulkimport.formats.mapping import RowMaps
from bulkimport.formats.refusals import Refusals
from bulkimport.formats.values import Values
from bulkimport.source.blocks import Take, open_plain, walk
from bulkimport.source.fingerprint import Fingerprint

# The ordinal of rows that are no labels of an export: all rows of a data row make one label.
NO_ORDINAL: Final = 0
FIRST_ORDINAL: Final = 1


@dataclass(frozen=True, slots=True)
class Paths:
    """Where one source goes: the rows of each ordinal, and what is refused."""

    rows: Callable[[int], Path]
    refused: Path


@dataclass(frozen=True, slots=True)
class Converted:
    """What one source became: files and their rows by ordinal, and what was read."""

    files: Mapping[int, Path]
    rows: Mapping[int, int]
    fingerprint: Fingerprint


@dataclass(slots=True)
class Converter:
    """Converts the sources of a run one after another; losses and counts are of all so far.

    `relationships` tells whether the import takes them. `told` is called with the bytes read, some
    megabytes at a time; what it raises ends the conversion. With `keep_lines` a row that is refused
    leaves a blank line, so that rows are found by their lines.
    """

    conversion: Conversion
    relationships: bool
    block_bytes: int
    told: Callable[[int], None]
    keep_lines: bool = True
    losses: Losses = field(default_factory=Losses)
    _maps: RowMaps = field(init=False)
    _projects: Projects = field(init=False)
    _export: Export = field(init=False)

    def __post_init__(self) -> None:
        """Read the maps. Raises UsageError."""
        self._maps = self.conversion.row_maps()
        self._projects = Projects(self.conversion.project)
        binding = Binding(self.losses, self.conversion.schema_ids())
        label_rows = LabelRows(binding, self.losses, relationships=self.relationships)
        self._export = Export(self._projects, label_rows, self.losses)

    @property
    def objects(self) -> dict[str, int]:
        """What the sources held, counted in their own words; nothing for sources of rows."""
        exports = self.conversion.format is Format.LABELBOX_EXPORT
        return dict(self._export.counts) if exports else {}

    def convert(self, path: Path, *, name: str, to: Paths) -> Converted:
        """Convert one plain file, which people know as `name`.

        Raises SourceUnreadable, UsageError and DiskTrouble, and then leaves no file of rows.
        Memory: two blocks, a megabyte an ordinal, and what the largest data row becomes.
        """
        with ExitStack() as stack:
            refusals = Refusals(to.refused, source=name)
            stack.callback(refusals.close)
            files = RowFiles(to.rows, stack)
            take = self._telling(self._take(files, refusals, name=name))
            descriptor = stack.enter_context(open_plain(path))
            fingerprint = walk(descriptor, name=name, block_bytes=self.block_bytes, take=take)
            written = files.finish()
        return Converted({n: to.rows(n) for n in written}, written, fingerprint)

    def finish(self) -> None:
        """Say that all sources are converted. Raises UsageError when the project is in none."""
        self._projects.require()

    def _take(self, files: RowFiles, refusals: Refusals, *, name: str) -> Take:
        if self.conversion.format is Format.ROWS:
            file, keep = files.of(NO_ORDINAL), self.keep_lines
            return MappedRows(self._maps, file, refusals, keep_lines=keep).take
        files.of(FIRST_ORDINAL)
        labels = LabelFiles(self._export, self._maps, files=files, refusals=refusals)
        return Values(labels.give, name=name).take

    def _telling(self, take: Take) -> Take:
        def taking(block: bytes, offset: int, *, last: bool) -> int:
            consumed = take(block, offset, last=last)
            self.told(consumed)
            return consumed

        return taking
