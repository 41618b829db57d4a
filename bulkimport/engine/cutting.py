"""Rows in order into shards, each with its size and digest: the index of a plan."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bulkimport.engine.ahead import Ahead
from bulkimport.engine.scanning import stop_if_asked, threads_here
from bulkimport.rows.whole_input import MASKS_PER_IMPORT
from bulkimport.shards.body import digest_of
from bulkimport.shards.cut import Piece, ShardCaps, cut_entries, entry_bytes
from bulkimport.shards.index import IndexWriter, merge_ranges
from bulkimport.shards.partitions import Table


@dataclass(slots=True)
class Cutting:
    """Cuts entries into shards and writes the index into `folder`; the rest are its counts.

    Reads every body once through `descriptors`: digests are known before anything is sent.
    `crowded_masks` are rows with masks in shards with more of them than the service advises.
    """

    folder: Path
    descriptors: Sequence[int]
    slice_bytes: int
    stopped: Callable[[], bool]
    shards: int = 0
    rows: int = 0
    data_rows: int = 0
    bytes: int = 0
    canary_shards: int = 0
    crowded_masks: int = 0

    def cut(
        self,
        buckets: Iterable[Table],
        *,
        caps: ShardCaps,
        first: int | None,
        fences: Sequence[int] = (),
    ) -> None:
        """Write every shard; the index is durable when this returns."""
        with closing(IndexWriter(self.folder)) as writer:

            def add(counted: _Counted, digest: str) -> None:
                self._add(writer, counted, digest)
                if first and self.data_rows <= first:
                    self.canary_shards = self.shards

            with Ahead(self._digest, add, threads=threads_here()) as ahead:
                for piece in cut_entries(buckets, caps=caps, first=first, fences=fences):
                    stop_if_asked(self.stopped)
                    ahead.give(_Counted.of(piece))
            writer.finish()

    def _digest(self, counted: "_Counted") -> str:
        """The digest of a body; safe in any thread."""
        return digest_of(self.descriptors, [counted.ranges], slice_bytes=self.slice_bytes)

    def _add(self, writer: IndexWriter, counted: "_Counted", digest: str) -> None:
        writer.add(
            counted.ranges,
            rows=counted.rows,
            data_rows=counted.data_rows,
            size=counted.size,
            digest=digest,
            uuids=counted.uuids,
        )
        self.shards += 1
        self.rows += counted.rows
        self.data_rows += counted.data_rows
        self.bytes += counted.size
        if counted.masks > MASKS_PER_IMPORT:
            self.crowded_masks += counted.masks


@dataclass(frozen=True, slots=True)
class _Counted:
    """What is left of a piece while its digest is made: its entries are twenty megabytes."""

    ranges: Table
    rows: int
    data_rows: int
    size: int
    masks: int
    uuids: str

    @classmethod
    def of(cls, piece: Piece) -> Self:
        return cls(
            ranges=merge_ranges(piece.entries["range"]),
            rows=piece.rows,
            data_rows=piece.data_rows,
            size=int(entry_bytes(piece.entries).sum()),
            masks=piece.masks,
            uuids=str(piece.uuids or ""),
        )
