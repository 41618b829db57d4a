"""Flags that decide what is sent become a shaping, or are refused by their name."""

import pytest

from bulkimport.cli.shaping import ShapingFlags
from bulkimport.engine.request import NO_CONVERSION, NO_MASKS, Shaping, Uuids
from bulkimport.errors import UsageError
from bulkimport.model import Kind, OnExisting
from bulkimport.rows.ruling import Ruling
from bulkimport.shards.group import Incomplete

RULING = Ruling()


def shaping(kind: Kind, flags: ShapingFlags) -> Shaping:
    """What the flags say, of plain rows."""
    return flags.read(kind, conversion=NO_CONVERSION, ruling=RULING, masks=NO_MASKS)


def test_flags_that_shape_rows() -> None:
    """Sizes are read as people write them."""
    flags = ShapingFlags(
        uuids=Uuids.KEEP,
        rows_per_shard=100_000,
        bytes_per_shard="1MiB",
        max_data_row_bytes="2MB",
    )

    assert shaping(Kind.LABELS, flags) == Shaping(
        Uuids.KEEP, Incomplete.HOLD, 100_000, 1 << 20, 2_000_000, ruling=RULING
    )


@pytest.mark.parametrize(
    ("kind", "said", "follows"),
    [
        (Kind.LABELS, None, Incomplete.HOLD),
        (Kind.LABELS, Incomplete.SEND, Incomplete.SEND),
        (Kind.PRELABELS, None, Incomplete.SEND),
        (Kind.PRELABELS, Incomplete.HOLD, Incomplete.HOLD),
    ],
)
def test_what_becomes_of_incomplete_data_rows_follows_the_kind_unless_it_is_said(
    kind: Kind, said: Incomplete | None, follows: Incomplete
) -> None:
    """By this table."""
    assert shaping(kind, ShapingFlags(incomplete=said)).incomplete is follows


@pytest.mark.parametrize(
    ("kind", "most"), [(Kind.LABELS, 100_000), (Kind.PRELABELS, 100_000), (Kind.DATA_ROWS, 150_000)]
)
def test_a_shard_of_more_rows_than_an_import_carries_is_refused(kind: Kind, most: int) -> None:
    """By the flag's name, with the most that goes."""
    assert shaping(kind, ShapingFlags(rows_per_shard=most)).rows_per_shard == most
    with pytest.raises(UsageError, match=rf"--rows-per-shard: .* rows.*at most {most:,}"):
        shaping(kind, ShapingFlags(rows_per_shard=most + 1))


def test_only_data_rows_can_be_there_already() -> None:
    """The flag is refused with any other kind."""
    flags = ShapingFlags(on_existing=OnExisting.SKIP)

    assert shaping(Kind.DATA_ROWS, flags).on_existing is OnExisting.SKIP
    with pytest.raises(UsageError, match="--on-existing"):
        shaping(Kind.LABELS, flags)
