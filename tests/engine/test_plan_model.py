"""Whatever the sources are, a plan sends each good row once, whole data rows together.

Random sources are planned by the real planner and by a loop over rows that holds all in memory.
"""

import json
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from support.naive import Naive, NaiveRow, naive_plan
from support.ndjson import made_row, numbered_uuid
from support.planned import Planned, Planning, write_sources

from bulkimport.engine.request import Shaping, Uuids
from bulkimport.errors import SourceUnreadable
from bulkimport.native import Digest
from bulkimport.shards.group import Incomplete

UUID_8 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

BAD = [
    b"no json",
    b'{"dataRow":{"globalKey":"a"},"name":"car"}',
    b'{"dataRow":{"id":"b"},"name":"car"}',
    b'{"name":"car","point":{"x":1,"y":2}}',
]


@st.composite
def good_rows(draw: st.DrawFn) -> bytes:
    """A good row: few data rows, few uuids, few places, so that much is shared and equal."""
    by = draw(st.sampled_from(["globalKey", "globalKey", "id"]))
    key = draw(st.sampled_from(["a", "A", "b", "c", "d", "e", "é", "É"]))
    document: dict[str, object] = {"dataRow": {by: key}, "name": "car"}
    number = draw(st.none() | st.integers(0, 12))
    if number is not None:
        spell = draw(st.sampled_from([str, str.upper, "{{{}}}".format]))
        document["uuid"] = spell(numbered_uuid(number + 0xA0))
    elif draw(st.integers(0, 9)) == 0:
        document["uuid"] = None
    document["point"] = {"x": draw(st.integers(0, 2)), "y": 2}
    if draw(st.integers(0, 9)) == 0:
        document["note"] = "x" * draw(st.integers(0, 300))
    members = draw(st.permutations(list(document.items())))
    return json.dumps(
        dict(members),
        separators=draw(st.sampled_from([(",", ":"), (" , ", " : ")])),
        ensure_ascii=draw(st.booleans()),
    ).encode()


@st.composite
def tidy_rows(draw: st.DrawFn) -> list[bytes]:
    """Some rows of one data row, each with a uuid of its own: as most files are."""
    key = draw(st.sampled_from(["a", "A", "b", "c", "d", "e"]))
    numbers = draw(st.lists(st.integers(1000, 10**6), min_size=1, max_size=6, unique=True))
    return [made_row(key, number=number) for number in numbers]


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    """A source: rows, blank lines and blanks around them; LF or CRLF; perhaps no last line end."""
    blanks = st.sampled_from([b"", b"", b"", b" ", b"\t "])
    end = draw(st.sampled_from([b"\n", b"\n", b"\r\n"]))
    loose = st.one_of(good_rows(), good_rows(), st.sampled_from([*BAD, b""])).map(lambda row: [row])
    rows = [row for some in draw(st.lists(st.one_of(loose, tidy_rows()))) for row in some]
    untidy = draw(st.booleans())
    lines = [draw(blanks) + row + draw(blanks) if untidy else row for row in rows]
    return end.join(lines) + draw(st.sampled_from([b"", end, end + b"  " + end]))


SHAPINGS = st.builds(
    Shaping,
    uuids=st.sampled_from(Uuids),
    incomplete=st.sampled_from(Incomplete),
    rows_per_shard=st.sampled_from([1, 3, 7, 100_000]),
    bytes_per_shard=st.sampled_from([1, 300, 1000, 1 << 26]),
    max_data_row_bytes=st.sampled_from([250, 600, 1 << 28]),
)


@settings(max_examples=100)
@given(
    given_contents=st.lists(contents(), min_size=1, max_size=3),
    shaping=SHAPINGS,
    first=st.none() | st.integers(1, 6),
    small=st.tuples(st.integers(1, 64), st.integers(1, 200)),
)
def test_a_plan_is_what_a_loop_over_rows_makes(
    tmp_path_factory: pytest.TempPathFactory,
    given_contents: list[bytes],
    shaping: Shaping,
    first: int | None,
    small: tuple[int, int],
) -> None:
    """And the same by whatever blocks, slices and partitions it was made."""
    folder = tmp_path_factory.mktemp("plan")
    sources = write_sources(folder, *given_contents)
    expected = naive_plan(list(zip(sources, given_contents, strict=True)), shaping, first=first)
    large = Planning(folder / "large", shaping, first)
    pieces = Planning(
        folder / "small",
        shaping,
        first,
        block_bytes=small[0],
        slice_bytes=small[1],
        partition_rows=1,
    )
    if not expected.read:
        with pytest.raises(SourceUnreadable, match="there are no rows"):
            large.plan(sources)
        assert not (folder / "large/plan.json").exists()
        return

    planned = large.plan(sources)

    check_counts(planned, expected)
    check_results(planned, expected)
    check_bodies(planned, expected, shaping)
    again = pieces.plan(sources)
    assert again.plan == planned.plan
    assert again.sent(slice_bytes=small[1]) == planned.sent()
    assert again.cuts == planned.cuts
    assert [sorted(map(str, again.lines(name))) for name in ("rejected.ndjson", "held.ndjson")] == [
        sorted(map(str, planned.lines(name))) for name in ("rejected.ndjson", "held.ndjson")
    ]
    event(f"{min(3, len(expected.shards))} shards or more")


@pytest.mark.parametrize("seed", range(12))
def test_many_rows_are_planned_as_few_are(tmp_path: Path, seed: int) -> None:
    """Hundreds of rows, tidy for a while and then not, over blocks, partitions and sources."""
    chance = random.Random(seed)
    given_contents = [made_source(chance, 300) for _ in range(chance.randrange(1, 4))]
    shaping = Shaping(
        uuids=chance.choice(list(Uuids)),
        incomplete=chance.choice(list(Incomplete)),
        rows_per_shard=chance.choice([10, 100, 100_000]),
        bytes_per_shard=chance.choice([2000, 20_000, 1 << 26]),
        max_data_row_bytes=chance.choice([1500, 1 << 28]),
    )
    sources = write_sources(tmp_path, *given_contents)
    first = chance.choice([None, 1, 20])
    expected = naive_plan(list(zip(sources, given_contents, strict=True)), shaping, first=first)

    planned = Planning(
        tmp_path / "run",
        shaping,
        first,
        block_bytes=chance.choice([500, 5000, 1 << 20]),
        slice_bytes=chance.choice([100, 1 << 20]),
        partition_rows=chance.choice([20, 100, 1000]),
    ).plan(sources)

    check_counts(planned, expected)
    check_results(planned, expected)
    check_bodies(planned, expected, shaping)


def made_source(chance: random.Random, count: int) -> bytes:
    """Rows of tidy data rows one after another, and now and then one that is out of place."""
    lines: list[bytes] = []
    while len(lines) < count:
        key = f"key-{chance.randrange(60)}"
        tidy = [
            made_row(key, number=chance.getrandbits(100)) for _ in range(chance.randrange(1, 12))
        ]
        at = chance.randrange(len(tidy))
        tidy[at] = spoiled(tidy[at], key, f"key-{chance.randrange(60)}", chance.randrange(14))
        lines += tidy
    return b"\n".join(lines) + b"\n" * chance.randrange(2)


def spoiled(row: bytes, key: str, other: str, way: int) -> bytes:
    """A row of the data row `key` that breaks its tidiness in some way, or in none."""
    ways = [
        row.replace(b'"point"', b'"pint"'),
        made_row(other),
        made_row(other, number=1),
        row.replace(b'"key-', b'"KEY-'),
        row + b"\r",
        b"\n" + row,
        made_row(key, more='"uuid":null,'),
    ]
    return ways[way] if way < len(ways) else row


def check_counts(planned: Planned, expected: Naive) -> None:
    """Every row is somewhere."""
    totals, rows = planned.plan.totals, [row for s in expected.shards for d in s for row in d]
    assert (totals.read, totals.rejected) == (expected.read, len(expected.rejected))
    assert (totals.held, totals.planned) == (len(expected.held), len(rows))
    assert totals.data_rows == sum(map(len, expected.shards))
    assert (totals.shards, totals.by_kind) == (
        len(expected.shards),
        {"point": len(rows)} if rows else {},
    )
    slugs = [row.slug for row in expected.rejected]
    assert totals.by_slug == {slug: slugs.count(slug) for slug in sorted(set(slugs))}


def check_results(planned: Planned, expected: Naive) -> None:
    """Each row that does not go is named with its place, its rule and itself."""
    for name, rows in (("rejected.ndjson", expected.rejected), ("held.ndjson", expected.held)):
        lines = planned.lines(name)
        found = sorted((one["source"], one["line"], one["offset"]) for one in lines)
        assert found == sorted(row.place for row in rows)
        by_place = {row.place: row for row in rows}
        for one in lines:
            row = by_place[one["source"], one["line"], one["offset"]]
            assert one["row"] == (row.own.decode() if row.document is None else row.document)
            assert one.get("slug", "") == row.slug


def check_bodies(planned: Planned, expected: Naive, shaping: Shaping) -> None:
    """Sizes, digests and counts are exact, and the bytes are the input's own."""
    bodies = planned.sent()
    shapes = [
        (sum(map(len, shard)), len(shard), len(body))
        for shard, body in zip(expected.shards, bodies, strict=True)
    ]
    assert [(cut.rows, cut.data_rows, cut.bytes) for cut in planned.cuts] == shapes
    assert planned.plan.totals.bytes == sum(map(len, bodies))
    for cut, shard, body in zip(planned.cuts, expected.shards, bodies, strict=True):
        digest = Digest()
        digest.update(body)
        assert cut.digest == digest.hexdigest()
        sent = body.split(b"\n")
        assert sent.pop() == b""
        rows = [row for data_row in shard for row in data_row]
        for row, line in zip(rows, sent, strict=True):
            check_row(row, line, fill=shaping.uuids is Uuids.FILL)
        assert len(body) == sum(row.size(fill=shaping.uuids is Uuids.FILL) for row in rows)
    rows = [row for shard in expected.shards for data_row in shard for row in data_row]
    lines = [line for body in bodies for line in body.splitlines()]
    if shaping.uuids is Uuids.FILL:
        named = {
            (row.key, json.loads(line)["uuid"].strip("{}").lower())
            for row, line in zip(rows, lines, strict=True)
        }
        assert len(named) == len(rows)


def check_row(row: NaiveRow, line: bytes, *, fill: bool) -> None:
    """A row goes out as it came in, but for a uuid that it lacked."""
    if not fill or row.uuid is not None:
        assert line == row.own
        return
    document = json.loads(line)
    name = document["uuid"]
    assert UUID_8.fullmatch(name)
    assert {**row.document, "uuid": name} == document
    if "uuid" not in row.document:
        assert line == b'{"uuid":"' + name.encode() + b'",' + row.own[1:]


@settings(max_examples=30)
@given(content=contents(), cut=st.integers(0, 2000))
def test_filled_uuids_hang_on_the_rows_alone(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, cut: int
) -> None:
    """Not on blank lines, blanks around rows, line ends, or how rows lie in how many files."""
    folder = tmp_path_factory.mktemp("plan")
    lines = [line.strip(b" \t\r") for line in content.split(b"\n")]
    middle = min(cut, len(lines))
    parts = [b"\n".join(lines[:middle]), b"\r\n\n ".join(lines[middle:])]
    shaping = replace(Shaping(), incomplete=Incomplete.SEND)
    if not b"".join(parts).strip():
        return

    one = Planning(folder / "one", shaping).plan(write_sources(folder, content))
    two = Planning(folder / "two", shaping).plan(write_sources(folder / "parts", *parts))

    assert one.sent() == two.sent()
    assert [cut.name for cut in one.cuts] == [cut.name for cut in two.cuts]
