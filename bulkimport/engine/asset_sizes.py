"""Rows against the sizes of their assets: both lie on disk by data row until they meet."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from bulkimport.findings import EXTENT
from bulkimport.native import Checked
from bulkimport.rows.assets import ASSET, Assets, read_assets
from bulkimport.shards.clues import Hashes
from bulkimport.shards.company import Company, Mask
from bulkimport.shards.distinct import distinct
from bulkimport.shards.extents import FRAMES, MILLISECONDS, Reaches, may_be_beyond
from bulkimport.shards.partitions import ROWS_PER_PARTITION, Partitions, Table
from bulkimport.shards.sizes import judge_sizes, long_videos


class AssetSizes:
    """The assets of a file and how far rows reach; memory holds one partition of both.

    It is asked partition by partition: `suspects`, then `judge` for the same one.
    """

    def __init__(self, assets: Partitions, reaches: Partitions, *, media: str) -> None:
        """Take partitions of assets (ASSET), filled, and of extents (EXTENT), empty."""
        self._assets = assets
        self._reaches = reaches
        self._media = media
        self._manner = Reaches.of_media(media)
        self._here = Assets(np.empty(0, ASSET))

    def hear(self, rows: Table, checked: Checked) -> None:
        """Keep how far the good rows of a block (ROW) reach."""
        reach = self._manner.of_runs(rows, checked.measures)
        self._reaches.add_by(reach, "key_low")

    def suspects(self, number: int, keys: Hashes) -> Hashes:
        """The keys (low halves), of all `keys` in a partition, that may be beyond their asset."""
        self._here = self._wanted(number, keys)
        if self._media == "any":
            # What an answer's frames are is not known, so they are held to what the asset tells.
            ends = self._here.table["ends"]
            ends[:, FRAMES] = np.where(ends[:, FRAMES] < 0, ends[:, MILLISECONDS], ends[:, FRAMES])
        long = long_videos(self._here)["key_low"]
        return np.concatenate((may_be_beyond(self._reaches.load(number), self._here), long))

    def _wanted(self, number: int, keys: Hashes) -> Assets:
        """The assets of some keys, sorted; a file may tell of many more assets than have rows."""
        if self._assets.rows(number) <= ROWS_PER_PARTITION:
            return Assets.of(self._assets.load(number))
        wanted, portions = distinct(keys), self._assets.portions(number, most=ROWS_PER_PARTITION)
        chosen = [some[np.isin(some["key_low"], wanted)] for some in portions]
        return Assets.of(np.concatenate((np.empty(0, ASSET), *chosen)))

    def judge(self, company: Company) -> dict[str, Mask]:
        """Mark the rows that break each rule about sizes."""
        return judge_sizes(company, self._here, media=self._media)


@contextmanager
def asset_sizes(
    paths: Sequence[Path], *, media: str, folder: Path, partitions: int
) -> Iterator[AssetSizes]:
    """The assets of files, read once; of two with one key the first counts.

    Their tables in `folder` are gone at the end.

    Raises SourceUnreadable.
    """
    assets = Partitions(folder / "assets", count=partitions, dtype=ASSET)
    reaches = Partitions(folder / "reaches", count=partitions, dtype=EXTENT)
    with closing(assets), closing(reaches):
        for path in paths:
            for some in read_assets(path):
                assets.add_by(some, "key_low")
        yield AssetSizes(assets, reaches, media=media)
