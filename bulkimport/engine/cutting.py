"""Rows in order into shards, each with its size and digest: the index of a plan."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

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

            def add(piece: Piece, body: tuple[Table, str]) -> None:
                self._add(writer, piece, body)
                if first and self.data_rows <= first:
                    self.canary_shards = self.shards

            with Ahead(self._read, add, threads=threads_here()) as ahead:
                for piece in cut_entries(buckets, caps=caps, first=first, fences=fences):
                    stop_if_asked(self.stopped)
                    ahead.give(piece)
            writer.finish()

    def _read(self, piece: Piece) -> tuple[Table, str]:
        """The ranges of a body and its digest; safe in any thread."""
        ranges = merge_ranges(piece.entries["range"])
        return ranges, digest_of(self.descriptors, [ranges], slice_bytes=self.slice_bytes)

    def _add(self, writer: IndexWriter, piece: Piece, body: tuple[Table, str]) -> None:
        ranges, digest = body
        size = int(entry_bytes(piece.entries).sum())
        rows, uuids = piece.rows, piece.uuids
        writer.add(
            ranges,
            rows=rows,
            data_rows=piece.data_rows,
            size=size,
            digest=digest,
            uuids=str(uuids or ""),
        )
        self.shards += 1
        self.rows += rows
        self.data_rows += piece.data_rows
        self.bytes += size
        if piece.masks > MASKS_PER_IMPORT:
            self.crowded_masks += piece.masks
