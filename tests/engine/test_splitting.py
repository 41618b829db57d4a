"""A shard that is too large goes on as two, and again, until one data row is left."""

from pathlib import Path

import pytest
from support.ndjson import made_row
from support.planned import Planned, Planning, write_sources

from bulkimport.engine.bodies import Bodies
from bulkimport.engine.splitting import halves
from bulkimport.ledger.shard import Cut, check_parts
from bulkimport.native import Digest


def planned(tmp_path: Path, keys: str) -> Planned:
    """A plan of one shard; half of its rows get a uuid."""
    rows = [made_row(key, number=n if n % 2 else None, x=10**n) for n, key in enumerate(keys)]
    content = b"".join(row + b"\n" for row in rows)
    return Planning(tmp_path / "run").plan(write_sources(tmp_path, content))


def leaves(bodies: Bodies, cut: Cut) -> list[Cut]:
    """Split as often as it goes."""
    parts = halves(bodies, cut)
    return [leaf for part in parts for leaf in leaves(bodies, part)] if parts else [cut]


def test_halves_are_shards_of_their_own(tmp_path: Path) -> None:
    """With name, rows, size and digest; together they are the whole, as the ledger asks."""
    run = planned(tmp_path, "aabbbcdd")
    (cut,), (body,) = run.cuts, run.sent()

    with run.bodies(slice_bytes=70) as bodies:
        parts = halves(bodies, cut)
        sent = [b"".join(bodies.pieces(part)) for part in parts]

    check_parts(cut, parts)
    assert b"".join(sent) == body
    assert [part.name for part in parts] == [f"{cut.name}.0", f"{cut.name}.1"]
    for part, piece in zip(parts, sent, strict=True):
        digest = Digest()
        digest.update(piece)
        assert part.digest == digest.hexdigest()
        assert part.bytes == len(piece)


@pytest.mark.parametrize("keys", ["ab", "abcdefgh", "aabbbbbbbc", "abacabad", "aaaaab"])
def test_splitting_ends_at_single_data_rows(tmp_path: Path, keys: str) -> None:
    """None is lost or split on the way; every part of a part counts from the planned shard."""
    run = planned(tmp_path, keys)
    (cut,), (body,) = run.cuts, run.sent()

    with run.bodies() as bodies:
        parts = leaves(bodies, cut)
        sent = [b"".join(bodies.pieces(part)) for part in parts]

    assert b"".join(sent) == body
    assert [part.data_rows for part in parts] == [1] * len(set(keys))
    assert [part.rows for part in parts] == [keys.count(key) for key in dict.fromkeys(keys)]
    assert len({part.name for part in parts}) == len(parts)
    assert [part.body_start for part in parts[1:]] == [part.body_end for part in parts[:-1]]


def test_a_single_data_row_is_not_split(tmp_path: Path) -> None:
    """However large it is."""
    run = planned(tmp_path, "a" * 50)

    with run.bodies() as bodies:
        assert halves(bodies, run.cuts[0]) == []
