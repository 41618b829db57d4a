"""Which rows may go is settled among all rows of their data row, and never by their order."""

import itertools

import numpy as np
import pytest
from support.ndjson import made_row, scanned, tiled

from bulkimport.native import FILL_BYTES, key_hash
from bulkimport.shards.group import (
    FATES,
    ROWS_OF_ONE_NAME,
    Caps,
    Caution,
    Fate,
    Grouped,
    Incomplete,
    equal_before,
    group_rows,
    sent_bytes,
)
from bulkimport.shards.partitions import Table

WIDE = Caps(rows=100_000, bytes=1 << 30)
BAD = b'{"dataRow":{"globalKey":"a"},"name":"car"}'
SCHEMA_ID = "c" * 25


def grouped(rows: Table, *, caps: Caps = WIDE, incomplete: Incomplete = Incomplete.HOLD) -> Grouped:
    """Judge one partition."""
    return group_rows(rows, caps=caps, incomplete=incomplete)


def judged(*rows: bytes, caps: Caps = WIDE, incomplete: Incomplete = Incomplete.HOLD) -> list[str]:
    """What becomes of each row of a source, in the order of its lines."""
    found = grouped(scanned(b"\n".join(rows)), caps=caps, incomplete=incomplete)
    words = {}
    for index, row in enumerate(found.rows):
        states = [found.accepted[index], found.held[index], found.rejected[index]]
        fate = int(found.fate[index])
        # Each row is in exactly one state; a bad one is in none, the scan has it.
        assert sum(states) == (row["code"] == 0)
        words[int(row["line"])] = (
            "accepted"
            if states[0]
            else "held"
            if states[1]
            else FATES[fate - 1].value
            if fate
            else "bad"
        )
    return [words[line] for line in sorted(words)]


HOLD, SEND = Incomplete.HOLD, Incomplete.SEND
TWIN = "uuid-twice"
# What a source holds, and what becomes of its rows when incomplete data rows are held or sent.
TABLE = {
    "one row": ([made_row()], ["accepted"], ["accepted"]),
    "equal rows without uuid": ([made_row()] * 3, ["accepted"] * 3, ["accepted"] * 3),
    "a bad row holds its companions": (
        [made_row(), BAD, made_row("b"), made_row()],
        ["held", "bad", "accepted", "held"],
        ["accepted", "bad", "accepted", "accepted"],
    ),
    "only bad rows": ([BAD, BAD], ["bad", "bad"], ["bad", "bad"]),
    "a uuid twice rejects both": (
        [made_row(number=1), made_row(number=1, x=2), made_row(number=2)],
        [TWIN, TWIN, "held"],
        [TWIN, TWIN, "accepted"],
    ),
    "a uuid thrice rejects all three": ([made_row(number=1)] * 3, [TWIN] * 3, [TWIN] * 3),
    "a uuid in two spellings is one": (
        [made_row(number=255), made_row(number=255).replace(b"0ff", b"0FF")],
        [TWIN] * 2,
        [TWIN] * 2,
    ),
    "a uuid on two data rows is fine": (
        [made_row("a", number=1), made_row("b", number=1)],
        ["accepted"] * 2,
        ["accepted"] * 2,
    ),
    "a uuid on two spellings of one data row is not": (
        [made_row("a", number=1), made_row("A", number=1)],
        [TWIN] * 2,
        [TWIN] * 2,
    ),
    "a bad row's uuid counts no more": (
        [made_row(number=1), BAD[:-1] + b',"uuid":"' + b"0" * 31 + b'1"}'],
        ["held", "bad"],
        ["accepted", "bad"],
    ),
    "a null uuid is none": (
        [made_row(more='"uuid":null,')] * 2,
        ["accepted"] * 2,
        ["accepted"] * 2,
    ),
    "an id is not a global key": (
        [made_row("a"), BAD, made_row("a", by="id")],
        ["held", "bad", "accepted"],
        ["accepted", "bad", "accepted"],
    ),
    "ids keep their case": (
        [made_row("a", by="id", number=1), made_row("A", by="id", number=1)],
        ["accepted"] * 2,
        ["accepted"] * 2,
    ),
    "global keys do not": (
        [made_row("a"), made_row("A"), BAD.replace(b'"a"', b'"\\u0041"')],
        ["held", "held", "bad"],
        ["accepted", "accepted", "bad"],
    ),
}


@pytest.mark.parametrize("incomplete", Incomplete)
@pytest.mark.parametrize("case", TABLE)
def test_the_table(case: str, incomplete: Incomplete) -> None:
    """What becomes of each row, held or sent."""
    rows, held, sent = TABLE[case]

    assert judged(*rows, incomplete=incomplete) == (held if incomplete is HOLD else sent)


@pytest.mark.parametrize("case", TABLE)
def test_no_row_is_judged_by_its_place(case: str) -> None:
    """A rule that rows break together rejects all of them, in whatever order they stand."""
    rows, held, _ = TABLE[case]
    for order in itertools.permutations(range(len(rows))):
        assert judged(*(rows[at] for at in order)) == [held[at] for at in order]


@pytest.mark.parametrize(
    ("count", "fate"), [(ROWS_OF_ONE_NAME, None), (ROWS_OF_ONE_NAME + 1, "too-many-of-one-name")]
)
def test_five_thousand_of_one_name_pass_and_one_more_does_not(count: int, fate: str | None) -> None:
    """Then all of them are refused, and what else the data row has is held."""
    rows = np.concatenate([tiled(made_row(), count), scanned(made_row(name="lake"))])

    found = grouped(rows)

    assert np.count_nonzero(found.rejected) == (count if fate else 0)
    assert {FATES[number - 1] for number in found.fate if number} == (
        {Fate(fate)} if fate else set()
    )
    assert np.count_nonzero(found.held) == (1 if fate else 0)
    assert np.count_nonzero(found.accepted) == (0 if fate else count + 1)


def test_names_are_counted_for_each_data_row_by_itself() -> None:
    """And each name by itself: twice five thousand of two names, on two data rows."""
    rows = np.concatenate(
        [
            tiled(made_row(key, name=name), ROWS_OF_ONE_NAME)
            for key in ("a", "b")
            for name in ("car", "Car")
        ]
    )

    assert grouped(rows).accepted.all()


def test_names_are_counted_over_all_sources_and_spellings_of_the_key() -> None:
    """A limit of the data row does not see where its rows came from."""
    parts = [tiled(made_row(key), ROWS_OF_ONE_NAME // 2 + 1) for key in ("a", "A")]
    parts[1]["source"] = 1

    found = grouped(np.concatenate(parts))

    assert found.rejected.all()
    assert not found.cautions[Caution.MIXED_SPELLING].any()


def test_many_of_one_schema_id_are_sent_with_a_caution() -> None:
    """What the platform counts is names; which name a schema id has is not known here."""
    row = made_row(name="x").replace(b'"name":"x"', f'"schemaId":"{SCHEMA_ID}"'.encode())

    few, many = (grouped(tiled(row, ROWS_OF_ONE_NAME + more)) for more in (0, 1))

    assert few.accepted.all()
    assert many.accepted.all()
    assert not few.cautions[Caution.MANY_OF_ONE_SCHEMA_ID].any()
    assert many.cautions[Caution.MANY_OF_ONE_SCHEMA_ID].all()


def test_a_row_with_a_name_and_a_schema_id_is_counted_by_its_name() -> None:
    """Both may be given."""
    row = made_row(more=f'"schemaId":"{SCHEMA_ID}",')

    assert grouped(tiled(row, ROWS_OF_ONE_NAME + 1)).rejected.all()


@pytest.mark.parametrize(("count", "accepted"), [(100_000, True), (100_001, False)])
def test_a_data_row_of_a_hundred_thousand_rows_passes_and_one_more_row_does_not(
    count: int, *, accepted: bool
) -> None:
    """One import carries no more, and one data row is never split. The rows have many names."""
    rows = tiled(made_row(), count)
    rows["name"] = np.arange(count) // ROWS_OF_ONE_NAME

    found = grouped(rows)

    assert found.accepted.all() == accepted
    assert found.rejected.all() != accepted
    assert accepted or {FATES[number - 1] for number in found.fate} == {Fate.DATA_ROW_ROWS}


@pytest.mark.parametrize("fill", [True, False])
@pytest.mark.parametrize(("over", "fate"), [(0, "accepted"), (1, "data-row-bytes")])
def test_the_bytes_of_a_data_row_are_those_that_are_sent(
    *, over: int, fate: str, fill: bool
) -> None:
    """Rows, line ends and filled uuids; the data row next to it is none of its business."""
    rows = [made_row(number=1), b"  " + made_row() + b" \r"]
    size = sum(len(row.strip()) + 1 for row in rows) + FILL_BYTES * fill
    caps = Caps(rows=10, bytes=size - over, fill=fill)

    assert judged(*rows, made_row("b"), caps=caps) == [fate, fate, "accepted"]


def test_rows_that_are_refused_do_not_count_against_the_caps() -> None:
    """Each fate is decided among the rows that are still good."""
    rows = [made_row(number=1)] * 2 + [BAD, made_row(number=2)]
    caps = Caps(rows=1, bytes=len(made_row(number=2)) + 1)

    assert judged(*rows, caps=caps, incomplete=SEND) == [TWIN, TWIN, "bad", "accepted"]


@pytest.mark.parametrize(
    ("keys", "by", "count"),
    [
        (["a", "a"], "globalKey", 0),
        (["a", "A"], "globalKey", 2),
        (["a", "A", "a", "A"], "globalKey", 4),
        (["É", "é"], "globalKey", 2),
        (["a", "\\u0061"], "globalKey", 0),
        (["a", "A", "b", "B", "c"], "globalKey", 4),
        (["a", "A"], "id", 0),
    ],
)
def test_spellings_that_differ_by_case_are_told(keys: list[str], by: str, count: int) -> None:
    """All rows of such a data row."""
    found = grouped(scanned(b"\n".join(made_row(key, by=by) for key in keys)))

    assert np.count_nonzero(found.cautions[Caution.MIXED_SPELLING]) == count
    assert found.accepted.all()


def test_rows_come_out_by_data_row_and_in_the_order_of_the_sources() -> None:
    """Whatever the order in which the partition holds them."""
    rows = scanned(
        b"\n".join(made_row(key) for key in "abcab"), b"\n".join(made_row(key) for key in "ba")
    )
    rows = rows[np.random.default_rng(3).permutation(len(rows))]

    found = grouped(rows)

    places = [(int(row["source"]), int(row["line"])) for row in found.rows]
    keys = [(int(row["key_low"]), int(row["key_high"])) for row in found.rows]
    by_key = {
        key_hash("g", "a"): [(0, 1), (0, 4), (1, 2)],
        key_hash("g", "b"): [(0, 2), (0, 5), (1, 1)],
        key_hash("g", "c"): [(0, 3)],
    }
    assert places == [place for key in dict.fromkeys(keys) for place in by_key[key]]
    assert found.group.tolist() == [list(dict.fromkeys(keys)).index(key) for key in keys]


def test_keys_that_share_half_of_their_hash_stay_apart() -> None:
    """All 128 bits count."""
    rows = scanned(b"\n".join(made_row(key, number=1) for key in "abc"))
    rows["key_high"][1] = rows["key_high"][0]
    rows["key_low"][2] = rows["key_low"][0]

    found = grouped(rows)

    assert found.accepted.all()
    assert len(set(found.group.tolist())) == 3


def test_an_empty_partition_is_judged_to_nothing() -> None:
    """As many are when keys are few."""
    found = grouped(scanned(b""))

    assert [len(found.rows), len(found.group), len(found.accepted)] == [0, 0, 0]
    assert not any(mask.any() for mask in found.cautions.values())


def test_equal_rows_are_numbered_within_their_data_row() -> None:
    """In the order of their places; the number is what tells twins apart."""
    rows = [made_row("a"), made_row("b"), made_row("a", x=2), made_row("a"), made_row("b")]
    found = grouped(scanned(b"\n".join(rows)))

    numbers = equal_before(found.rows, found.group)

    by_line = dict(zip(found.rows["line"].tolist(), numbers.tolist(), strict=True))
    assert [by_line[line] for line in range(1, 6)] == [0, 0, 0, 1, 1]


def test_the_bytes_of_a_row_are_itself_its_line_end_and_a_filled_uuid() -> None:
    """A uuid that is there is not filled, one that is null is."""
    rows = [made_row(number=1), made_row(), made_row(more='"uuid":null,')]
    table = scanned(b"\n".join(rows))

    plain = [len(row) + 1 for row in rows]

    assert sent_bytes(table, fill=False).tolist() == plain
    assert sent_bytes(table, fill=True).tolist() == [
        plain[0],
        plain[1] + FILL_BYTES,
        plain[2] + FILL_BYTES,
    ]
