"""Sources into files of rows: each source is read once, flat, and digested on the way."""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bulkimport.disk import AppendFile
from bulkimport.errors import UsageError
from bulkimport.formats.binding import Binding
from bulkimport.formats.coco.choice import CocoChoice
from bulkimport.formats.coco.documents import Documents
from bulkimport.formats.coco.outputs import Outputs
from bulkimport.formats.coco.sizes import SizeFile
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.formats.export import Export, Projects
from bulkimport.formats.files import RowFiles
from bulkimport.formats.from_export import LabelFiles
from bulkimport.formats.from_masks import MaskRows
from bulkimport.formats.from_rows import MappedRows
from bulkimport.formats.label import LabelRows
from bulkimport.formats.losses import Loss, Losses
from bulkimport.formats.refusals import Refusals
from bulkimport.formats.values import Values
from bulkimport.rows.rulebook import Severity
from bulkimport.rows.ruling import Ruling
from bulkimport.source.beside import Beside
from bulkimport.source.blocks import Take, open_plain, walk
from bulkimport.source.fingerprint import Fingerprint

# The ordinal of rows that are no labels of an export: all rows of a data row make one label.
NO_ORDINAL: Final = 0
FIRST_ORDINAL: Final = 1

Severities = Mapping[str, tuple[Severity, Severity]]


@dataclass(frozen=True, slots=True)
class Paths:
    """Where one source goes: the rows of each ordinal, and what is refused.

    Beside them files may appear: `incomplete`, ROWs that stand for what was refused of a data row,
    `sizes`, those of images, and `beside`, a list of the pictures that were read. `scratch` is a
    folder that is gone at the end.
    """

    rows: Callable[[int], Path]
    refused: Path

    @property
    def incomplete(self) -> Path:
        """Where ROWs of refused annotations go."""
        return self.refused.with_suffix(".rows")

    @property
    def sizes(self) -> Path:
        """Where sizes of images go."""
        return self.refused.with_suffix(".sizes.ndjson")

    @property
    def beside(self) -> Path:
        """Where pictures are listed."""
        return self.refused.with_suffix(".beside")

    @property
    def scratch(self) -> Path:
        """A folder for what does not fit into memory."""
        return self.refused.with_suffix(".scratch")


@dataclass(frozen=True, slots=True)
class Converted:
    """What one source became: files and their rows by ordinal, and what was read.

    `incomplete`, `sizes` and `beside` are files beside them, if there are any.
    """

    files: Mapping[int, Path]
    rows: Mapping[int, int]
    fingerprint: Fingerprint
    incomplete: Path | None = None
    sizes: Path | None = None
    beside: Path | None = None


@dataclass(slots=True)
class Converter:
    """Converts the sources of a run one after another; losses and counts are of all so far.

    `relationships` tells whether the import takes them. `told` is called with the bytes read, some
    megabytes at a time; what it raises ends the conversion. With `keep_lines` a row that is refused
    leaves a blank line, so that rows are found by their lines. `severities` are those of rules, and
    of their lesser cases; `warnings` count what breaks rules and goes all the same.
    """

    conversion: Conversion
    relationships: bool
    block_bytes: int
    told: Callable[[int], None]
    keep_lines: bool = True
    severities: Severities = field(default_factory=lambda: Ruling().both())
    losses: Losses = field(default_factory=Losses)
    _export: Export = field(init=False)
    _documents: Documents = field(init=False)
    _masks: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Read the maps. Raises UsageError."""
        projects = Projects(self.conversion.project)
        binding = Binding(self.losses, self.conversion.schema_ids())
        label_rows = LabelRows(binding, self.losses, relationships=self.relationships)
        self._export = Export(projects, label_rows, self.losses)
        self._documents = Documents(
            self.conversion.coco or CocoChoice(),
            self.conversion.row_maps(),
            self.losses,
            self.severities,
            block_bytes=self.block_bytes,
            told=self.told,
        )

    @property
    def objects(self) -> dict[str, int]:
        """What the sources held, counted in their own words; nothing for sources of rows."""
        counts: dict[Format, Mapping[str, int]] = {
            Format.LABELBOX_EXPORT: self._export.counts,
            Format.COCO: self._documents.objects,
            Format.MASKS: self._masks,
        }
        return dict(counts.get(self.conversion.format, {}))

    @property
    def tools(self) -> tuple[tuple[str, str], ...]:
        """Type and name of the features that rows made of COCO are bound to."""
        return tuple(self._documents.tools)

    @property
    def warnings(self) -> dict[str, int]:
        """What the sources broke mildly, by rule."""
        return dict(self._documents.warnings)

    def convert(self, path: Path, *, name: str, to: Paths) -> Converted:
        """Convert one plain file, which people know as `name`.

        Raises SourceUnreadable, UsageError and DiskTrouble, and then leaves no file of rows.
        Memory: two blocks, a megabyte an ordinal, and what the largest data row becomes.
        """
        with ExitStack() as stack:
            refusals = Refusals(to.refused, source=name)
            stack.callback(refusals.close)
            files = RowFiles(to.rows, stack)
            form = self.conversion.format
            if form is Format.COCO:
                return self._document(path, name=name, to=to, work=(files, refusals, stack))
            beside = to.beside if form is Format.MASKS else None
            if beside is not None:
                take = self._masks_of(beside, name, files, refusals=refusals, stack=stack)
            else:
                take = self._take(files, refusals, name=name, form=form)
            descriptor = stack.enter_context(open_plain(path))
            fingerprint = walk(
                descriptor, name=name, block_bytes=self.block_bytes, take=self._telling(take)
            )
            written = files.finish()
        paths = {ordinal: to.rows(ordinal) for ordinal in written}
        return Converted(paths, written, fingerprint, beside=beside)

    def _document(
        self, path: Path, *, name: str, to: Paths, work: tuple[RowFiles, Refusals, ExitStack]
    ) -> Converted:
        files, refusals, stack = work
        incomplete, sizes = AppendFile(to.incomplete, size=0), SizeFile(to.sizes)
        stack.callback(incomplete.close)
        stack.callback(sizes.close)
        beside = None
        if Path(name).is_file():
            beside = Beside(to.beside, _folder(name))
            stack.callback(beside.close)
            beside.begin()
        outputs = Outputs(files.of(NO_ORDINAL), refusals, incomplete, sizes, beside)
        prints = self._documents.convert(path, name=name, scratch=to.scratch, to=outputs)
        incomplete.sync()
        if beside is not None:
            beside.sync()
        written = files.finish()
        return Converted(
            {ordinal: to.rows(ordinal) for ordinal in written},
            written,
            prints,
            incomplete=to.incomplete,
            sizes=to.sizes,
            beside=to.beside if beside else None,
        )

    def finish(self) -> None:
        """Say that all sources are converted, once. Raises UsageError for a project in none."""
        self._export.projects.require()
        marks = self._documents.maps.marks
        self.losses.add(Loss.BENCHMARK_KEYS, len(marks.unmet) if marks else 0)

    def _take(self, files: RowFiles, refusals: Refusals, *, name: str, form: Format) -> Take:
        if form is Format.ROWS:
            file, keep = files.of(NO_ORDINAL), self.keep_lines
            return MappedRows(self._documents.maps, file, refusals, keep_lines=keep).take
        files.of(FIRST_ORDINAL)
        labels = LabelFiles(self._export, self._documents.maps, files=files, refusals=refusals)
        return Values(labels.give, name=name).take

    def _masks_of(
        self, path: Path, name: str, files: RowFiles, *, refusals: Refusals, stack: ExitStack
    ) -> Take:
        beside = Beside(path, _folder(name))
        stack.callback(beside.close)
        return MaskRows(
            _folder(name),
            self._documents.maps,
            files.of(NO_ORDINAL),
            beside=beside,
            refusals=refusals,
            losses=self.losses,
            counts=self._masks,
        ).take

    def _telling(self, take: Take) -> Take:
        def taking(block: bytes, offset: int, *, last: bool) -> int:
            consumed = take(block, offset, last=last)
            self.told(consumed)
            return consumed

        return taking


def _folder(name: str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise UsageError(
            "a table of masks lies beside its pictures", place=name, remedy="name a file"
        )
    return path.parent
