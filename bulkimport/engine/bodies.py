"""The bytes of planned shards: as parcels to send, as rows to settle, as the input's own rows."""

import os
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bulkimport.engine.forms import ANNOTATIONS, Form
from bulkimport.errors import RunMismatch
from bulkimport.ledger.shard import Cut
from bulkimport.model import Parcel
from bulkimport.shards.body import Offload, checked_slices, clip, digest_of, slices, stream
from bulkimport.shards.index import Index
from bulkimport.shards.partitions import Table
from bulkimport.shards.plan import PlannedSource
from bulkimport.shards.survey import OwnPlace, own_place, range_begins
from bulkimport.source.blocks import open_plain


@dataclass(frozen=True, slots=True)
class Bodies:
    """Reads bodies of one run. `descriptors` are the plan's plain files, in its order."""

    sources: Sequence[PlannedSource]
    descriptors: Sequence[int]
    index: Index
    offload: Offload[bytes]
    slice_bytes: int
    form: Form = ANNOTATIONS

    def parcel(self, cut: Cut) -> Parcel:
        """Make the shard ready to be sent; each `open` reads it anew and checks its digest."""

        def fresh() -> AsyncIterator[bytes]:
            return stream(
                self.descriptors,
                self.portions(cut),
                slice_bytes=self.slice_bytes,
                digest=cut.digest,
                offload=self.offload,
            )

        return Parcel(name=cut.name, rows=cut.rows, size=cut.bytes, digest=cut.digest, open=fresh)

    def ranges(self, cut: Cut) -> Table:
        """The byte ranges that make up the shard's body."""
        ranges = self.index.ranges(cut.plan_index)
        if self._whole(cut):
            return ranges
        return clip(ranges, start=cut.body_start, end=cut.body_end)

    def portions(self, cut: Cut) -> Iterable[Table]:
        """The same, some at a time where the shard was not split."""
        return self.index.portions(cut.plan_index) if self._whole(cut) else [self.ranges(cut)]

    def uuids(self, cut: Cut) -> str:
        """The digest of the shard's uuids; empty if there are rows without, or it was split."""
        shard = self.index.shards[cut.plan_index]
        return str(shard["uuids"].decode()) if self._whole(cut) else ""

    def _whole(self, cut: Cut) -> bool:
        size = int(self.index.shards[cut.plan_index]["bytes"])
        return (cut.body_start, cut.body_end) == (0, size)

    def survey(self, cut: Cut) -> Table:
        """Scan the shard's body once more. Raises RunMismatch when its source has changed."""
        pieces = checked_slices(
            self.descriptors, self.portions(cut), slice_bytes=self.slice_bytes, digest=cut.digest
        )
        return self.form.survey(pieces)

    def digest(self, cut: Cut, *, start: int, end: int) -> str:
        """Digest the bytes `start` to `end` of the shard's body."""
        ranges = clip(self.ranges(cut), start=start, end=end)
        return digest_of(self.descriptors, [ranges], slice_bytes=self.slice_bytes)

    def own_rows(self, cut: Cut, rows: Table) -> Iterator[tuple[OwnPlace, bytes]]:
        """For each surveyed row, where the input's own row lies, and its bytes."""
        ranges = self.ranges(cut)
        begins = range_begins(ranges)
        for row in rows:
            place = own_place(ranges, begins, row)
            descriptor = self.descriptors[place.source]
            yield place, self.form.own(os.pread(descriptor, place.length, place.offset))

    def file_names(self, cut: Cut) -> Iterator[bytes]:
        """What a shard carries by name; rows of a service that can be asked need none."""
        del cut
        return iter(())

    def pieces(self, cut: Cut) -> Iterator[bytes]:
        """The body in slices, unchecked."""
        return slices(self.descriptors, self.portions(cut), slice_bytes=self.slice_bytes)


@contextmanager
def open_bodies(
    sources: Sequence[PlannedSource],
    index: Index,
    *,
    offload: Offload[bytes],
    slice_bytes: int,
    form: Form = ANNOTATIONS,
) -> Iterator[Bodies]:
    """Open every plain file of the plan. Raises RunMismatch when a spooled one is gone."""
    with ExitStack() as stack:
        for source in sources:
            if not Path(source.read_path).exists():
                raise RunMismatch(
                    "the file of rows is gone",
                    place=source.read_path,
                    remedy="restore it, or remove the run's folder to begin anew",
                )
        descriptors = [stack.enter_context(open_plain(Path(s.read_path))) for s in sources]
        yield Bodies(sources, descriptors, index, offload, slice_bytes, form)
