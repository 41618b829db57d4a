"""The flags that shape what is sent: uuids, what is held back, and where shards are cut."""

from dataclasses import dataclass
from typing import Annotated

from bulkimport.cli.options import flag
from bulkimport.cli.quantities import parse_size
from bulkimport.engine.request import Masks, Shaping, Uuids, default_incomplete, most_rows
from bulkimport.errors import UsageError
from bulkimport.formats.conversion import Conversion
from bulkimport.model import Kind, OnExisting
from bulkimport.rows.ruling import Ruling
from bulkimport.shards.group import Incomplete


@dataclass(frozen=True)
class ShapingFlags:
    """Flags that decide what is sent."""

    uuids: Annotated[
        Uuids,
        flag("--uuids", "Give rows without a uuid one made of what they are, or keep them so."),
    ] = Uuids.FILL
    incomplete: Annotated[
        Incomplete | None,
        flag(
            "--incomplete",
            "What becomes of the good rows of a data row that lost others to the checks: hold "
            "them back (default for labels) or send them (default for prelabels).",
        ),
    ] = None
    on_existing: Annotated[
        OnExisting | None,
        flag(
            "--on-existing", "Of data rows: what becomes of those whose key is there; skip if not."
        ),
    ] = None
    rows_per_shard: Annotated[
        int | None,
        flag(
            "--rows-per-shard",
            "Rows one import carries at most: 100,000 if not given, of data rows 150,000.",
            min=1,
        ),
    ] = None
    bytes_per_shard: Annotated[
        str,
        flag("--bytes-per-shard", "Bytes one import carries at most; for Labellerr 25,000,000."),
    ] = "64MiB"
    max_data_row_bytes: Annotated[
        str, flag("--max-data-row-bytes", "A data row with more bytes than this is rejected.")
    ] = "256MiB"

    def read(self, kind: Kind, *, conversion: Conversion, ruling: Ruling, masks: Masks) -> Shaping:
        """What decides what is sent. Raises UsageError for what cannot be meant."""
        most = most_rows(kind)
        if self.rows_per_shard is not None and self.rows_per_shard > most:
            raise UsageError(
                f"{self.rows_per_shard:,} rows are more than one import carries",
                place="--rows-per-shard",
                remedy=f"at most {most:,}",
            )
        if self.on_existing is not None and kind is not Kind.DATA_ROWS:
            raise UsageError("only data rows can be there already", place="--on-existing")
        return Shaping(
            uuids=self.uuids,
            incomplete=self.incomplete or default_incomplete(kind),
            rows_per_shard=self.rows_per_shard or most,
            bytes_per_shard=parse_size(self.bytes_per_shard, place="--bytes-per-shard"),
            max_data_row_bytes=parse_size(self.max_data_row_bytes, place="--max-data-row-bytes"),
            on_existing=self.on_existing,
            conversion=conversion,
            ruling=ruling,
            assets=conversion.moves.assets,
            masks=masks,
        )
