"""What shapes a run is in its options; everything else may change between two commands."""

from dataclasses import fields, replace

import pytest

from bulkimport.engine.mask_rules import MaskLook
from bulkimport.engine.request import Masks, Shaping, Uuids, default_incomplete
from bulkimport.formats.conversion import Conversion, Format
from bulkimport.model import Kind, OnExisting
from bulkimport.rows.ruling import Ruling
from bulkimport.shards.cut import ShardCaps
from bulkimport.shards.group import Caps, Incomplete


def test_every_option_is_told_as_text() -> None:
    """So that none is left out of a run's key; a conversion has options only if there is one."""
    options = Shaping().options()

    assert set(options) == {field.name for field in fields(Shaping)} - {
        *("conversion", "ruling", "assets", "masks", "on_existing")
    }
    assert options["uuids"] == "fill"
    assert options["incomplete"] == "hold"
    assert options["bytes_per_shard"] == str(64 << 20)


@pytest.mark.parametrize(
    "change",
    [
        {"uuids": Uuids.KEEP},
        {"incomplete": Incomplete.SEND},
        {"rows_per_shard": 1},
        {"bytes_per_shard": 1},
        {"max_data_row_bytes": 1},
        {"ruling": Ruling("image")},
        {"masks": Masks(look=MaskLook.EMBEDDED)},
        {"masks": Masks(rows_per_shard=1000)},
        {"on_existing": OnExisting.SKIP},
        {"conversion": Conversion(key_template="{stem}")},
        {"conversion": Conversion(Format.LABELBOX_EXPORT)},
        {"conversion": Conversion(Format.LABELBOX_EXPORT, project="p")},
    ],
)
def test_another_shaping_has_other_options(change: dict[str, object]) -> None:
    """Each of them."""
    assert replace(Shaping(), **change).options() != Shaping().options()  # type: ignore[arg-type]


def test_caps_follow_the_shaping() -> None:
    """Smaller shards do not make data rows smaller: one larger than a shard travels alone."""
    shaping = Shaping(rows_per_shard=10, bytes_per_shard=20, max_data_row_bytes=30)

    assert shaping.shard_caps() == ShardCaps(rows=10, bytes=20, masks=None)
    assert shaping.caps() == Caps(rows=100_000, bytes=30, fill=True)
    assert replace(shaping, uuids=Uuids.KEEP).caps().fill is False
    assert Shaping().caps().bytes == 256 << 20


def test_labels_are_whole_and_pre_labels_may_lack_a_row() -> None:
    """Unless the caller says otherwise."""
    assert default_incomplete(Kind.LABELS) is Incomplete.HOLD
    assert default_incomplete(Kind.PRELABELS) is Incomplete.SEND
