"""Digests, hashes of keys and filled uuids: equal for equal things, on every machine."""

import uuid

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulkimport import native

# From the test vectors of the XXH3 specification: no bytes, seed 0.
EMPTY = "99aa06d3014798d86001c324468d497f"
# The first uuid of the row `{"dataRow":{"id":"a"}}`, as another implementation of XXH3 gives it.
PINNED = "dac8a252-f56a-85f3-be8b-b88614a25a64"


def scanned(*lines: bytes) -> native.Rows:
    """The rows of these lines."""
    return native.scan_block(b"\n".join(lines), source=0, offset=0, line=1, last=True)[2]


def as_uuids(filled: native.Rows) -> list[uuid.UUID]:
    """The same bits as the standard library sees them."""
    return [uuid.UUID(int=(int(high) << 64) | int(low)) for low, high in filled.tolist()]


def test_a_digest_of_nothing_is_that_of_the_specification() -> None:
    """The digest is xxh3-128, high half first."""
    assert native.Digest().hexdigest() == EMPTY


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=400), max_size=6))
def test_a_digest_does_not_depend_on_the_pieces(pieces: list[bytes]) -> None:
    """Whole or in pieces, as bytes or as a view."""
    whole, running = native.Digest(), native.Digest()
    whole.update(b"".join(pieces))
    for piece in pieces:
        running.update(memoryview(piece))

    assert running.hexdigest() == whole.hexdigest()
    assert len(whole.hexdigest()) == 32


def test_a_copy_goes_on_by_itself() -> None:
    """What comes after the copy is in one of them only."""
    one = native.Digest()
    one.update(b"a")
    other = one.copy()
    other.update(b"b")

    assert one.hexdigest() != other.hexdigest()
    one.update(b"b")
    assert one.hexdigest() == other.hexdigest()


def test_a_digest_takes_bytes_and_nothing_else() -> None:
    """Text has no bytes until it is encoded."""
    with pytest.raises(TypeError):
        native.Digest().update("text")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"), [("A.JPG", "a.jpg"), ("ÉTÉ", "été"), ("ΟΔΟΣ", "οδοσ"), ("K", "k")]
)
def test_global_keys_are_folded(one: str, other: str) -> None:
    """Case does not count in a global key and counts in an id."""
    assert native.key_hash("g", one) == native.key_hash("g", other)
    assert native.key_hash("i", one) != native.key_hash("i", other)
    assert native.key_hash("g", other) != native.key_hash("i", other)


def test_only_ids_and_global_keys_have_a_hash() -> None:
    """There is no third name of a data row."""
    with pytest.raises(ValueError, match="tag"):
        native.key_hash("n", "a")


def test_a_filled_uuid_hangs_on_key_content_and_ordinal() -> None:
    """Equal twins stay two, and a second run gives the same."""
    row, other = b'{"dataRow":{"id":"a"}}', b'{"dataRow":{"id":"b"}}'
    rows = scanned(row, row, other, row + b" ")
    ordinals = np.array([0, 1, 0, 0], np.uint64)

    filled = as_uuids(native.fill_uuids(rows, ordinals))

    assert filled[0] == filled[3]
    assert len(set(filled)) == 3
    assert filled == as_uuids(native.fill_uuids(rows, ordinals))
    assert {(it.version, it.variant) for it in filled} == {(8, uuid.RFC_4122)}


def test_filled_uuids_are_the_same_on_every_machine() -> None:
    """Pinned: another value would double the rows of a run that goes on elsewhere."""
    rows = scanned(b'{"dataRow":{"id":"a"}}')

    assert str(as_uuids(native.fill_uuids(rows, np.zeros(1, np.uint64)))[0]) == PINNED


def test_no_rows_need_no_uuids() -> None:
    """An empty table fills an empty table."""
    assert len(native.fill_uuids(scanned(b""), np.zeros(0, np.uint64))) == 0


def test_each_row_has_its_ordinal() -> None:
    """Tables of different lengths do not fit."""
    with pytest.raises(ValueError, match="two words for each ordinal"):
        native.fill_uuids(scanned(b"{}"), np.zeros(2, np.uint64))


@given(st.lists(st.text(max_size=9)))
def test_many_keys_are_hashed_as_one_is(keys: list[str]) -> None:
    """Of either kind."""
    for tag in ("i", "g"):
        hashes = native.key_hashes(tag, keys).tolist()
        assert hashes == [list(native.key_hash(tag, key)) for key in keys]
